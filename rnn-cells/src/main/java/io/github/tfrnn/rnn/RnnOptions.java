package io.github.tfrnn.rnn;

import static java.util.Objects.requireNonNull;

import io.github.tfrnn.ops.ScanOptions;
import java.util.Optional;
import java.util.OptionalInt;
import org.tensorflow.Operand;
import org.tensorflow.types.family.TIntegral;

/**
 * How a driver of {@link Rnn} or {@link BidirectionalRnn} runs cells: {@code options ->
 * options.sequenceLength(lengths)}.
 *
 * <p>Each method returns a changed copy. By default all rows run to the end of the inputs, from the
 * zero state of the cell, batch first, in the scope that TensorFlow 1.15 enters: {@code rnn},
 * {@code bidirectional_rnn} or {@code stack_bidirectional_rnn}.
 *
 * @param <S> the state of the cell; of two cells, a {@link Directions} of their states
 */
public final class RnnOptions<S> {
  private final Optional<Operand<? extends TIntegral>> sequenceLength;
  private final Optional<S> initialState;
  private final boolean timeMajor;
  private final String scopeName;
  private final ScanOptions loop;
  private final Engine engine;
  private final Optional<Segments> segments;

  private RnnOptions(
      Optional<Operand<? extends TIntegral>> sequenceLength,
      Optional<S> initialState,
      boolean timeMajor,
      String scopeName,
      ScanOptions loop,
      Engine engine,
      Optional<Segments> segments) {
    this.sequenceLength = sequenceLength;
    this.initialState = initialState;
    this.timeMajor = timeMajor;
    this.scopeName = scopeName;
    this.loop = loop;
    this.engine = engine;
    this.segments = segments;
  }

  /** The defaults of the drivers that run one cell. */
  public static <S> RnnOptions<S> defaults() {
    return defaults("rnn");
  }

  /** The defaults of a driver that enters {@code scopeName}. */
  static <S> RnnOptions<S> defaults(String scopeName) {
    return new RnnOptions<>(
        Optional.empty(),
        Optional.empty(),
        false,
        scopeName,
        ScanOptions.defaults(),
        Engine.AUTO,
        Optional.empty());
  }

  /** These options for a cell that is a part of the whole. */
  <P> RnnOptions<P> ofPart(Optional<P> state) {
    return new RnnOptions<>(sequenceLength, state, timeMajor, scopeName, loop, engine, segments);
  }

  /**
   * Gives each row a length of its own. A row of length n takes n steps: its later inputs are
   * ignored, whatever they hold, its later outputs are zeros, and its state stays.
   *
   * @param lengths shape {@code [batch]}, int32 or int64; more than the number of steps is all
   *     steps
   */
  public RnnOptions<S> sequenceLength(Operand<? extends TIntegral> lengths) {
    return new RnnOptions<>(
        Optional.of(requireNonNull(lengths, "lengths")),
        initialState,
        timeMajor,
        scopeName,
        loop,
        engine,
        segments);
  }

  /**
   * Begins with this state and not with zeros.
   *
   * @param state each tensor {@code [batch, ...]}, also where the inputs have time first
   */
  public RnnOptions<S> initialState(S state) {
    return new RnnOptions<>(
        sequenceLength,
        Optional.of(requireNonNull(state, "state")),
        timeMajor,
        scopeName,
        loop,
        engine,
        segments);
  }

  /**
   * Takes inputs and gives outputs as {@code [time, batch, ...]}, which saves two transpositions.
   * For dynamic drivers only.
   */
  public RnnOptions<S> timeMajor() {
    return new RnnOptions<>(sequenceLength, initialState, true, scopeName, loop, engine, segments);
  }

  /** Enters the scope {@code name} instead of the default one. */
  public RnnOptions<S> scopeName(String name) {
    return new RnnOptions<>(
        sequenceLength,
        initialState,
        timeMajor,
        requireNonNull(name, "name"),
        loop,
        engine,
        segments);
  }

  /**
   * Lets {@code count} steps be in flight at once, 32 by default. For dynamic drivers only.
   *
   * @throws IllegalArgumentException if {@code count < 1}
   */
  public RnnOptions<S> parallelIterations(int count) {
    return with(loop.withParallelIterations(count));
  }

  /**
   * Computes the values inside a step again for the gradient instead of storing them, which takes
   * less memory for long sequences and more time. For dynamic drivers only.
   */
  public RnnOptions<S> recompute() {
    return with(loop.recomputing());
  }

  /**
   * Stores the state once every square root of T steps and nothing else: the memory of training
   * grows with the square root of T, beside inputs and outputs, and time by about a half. For
   * sequences of thousands of steps, and for dynamic drivers that run loops only.
   *
   * <p>The gradient computes a segment again before it goes back through it, and adds up the
   * gradients of weights segment by segment. Random numbers, those of a dropout, are others than
   * without segments.
   */
  public RnnOptions<S> segments() {
    return segmented(new Segments(OptionalInt.empty()));
  }

  /**
   * As {@link #segments()}, storing the state once every {@code steps} steps.
   *
   * @throws IllegalArgumentException if {@code steps < 1}
   */
  public RnnOptions<S> segments(int steps) {
    if (steps < 1) {
      throw new IllegalArgumentException(
          "options: the steps of a segment must be at least 1, got " + steps);
    }
    return segmented(new Segments(OptionalInt.of(steps)));
  }

  private RnnOptions<S> segmented(Segments chosen) {
    return new RnnOptions<>(
        sequenceLength, initialState, timeMajor, scopeName, loop, engine, Optional.of(chosen));
  }

  /** Allows gradients of gradients. For dynamic drivers; unrolled cells always allow them. */
  public RnnOptions<S> secondOrder() {
    return with(loop.withGradientOrder(2));
  }

  /**
   * Chooses what runs the cell, {@link Engine#AUTO} by default. For dynamic drivers only, which
   * refuse an engine that cannot run the cell.
   */
  public RnnOptions<S> engine(Engine engine) {
    return new RnnOptions<>(
        sequenceLength,
        initialState,
        timeMajor,
        scopeName,
        loop,
        requireNonNull(engine, "engine"),
        segments);
  }

  private RnnOptions<S> with(ScanOptions changed) {
    return new RnnOptions<>(
        sequenceLength, initialState, timeMajor, scopeName, changed, engine, segments);
  }

  /** The length of each row, {@code [batch]}, if rows have lengths. */
  public Optional<Operand<? extends TIntegral>> lengths() {
    return sequenceLength;
  }

  /** The state to begin with, if it is not the zero state. */
  public Optional<S> state() {
    return initialState;
  }

  boolean isTimeMajor() {
    return timeMajor;
  }

  String scope() {
    return scopeName;
  }

  Engine engine() {
    return engine;
  }

  Optional<Segments> segmentation() {
    return segments;
  }

  ScanOptions loop() {
    return loop;
  }
}
