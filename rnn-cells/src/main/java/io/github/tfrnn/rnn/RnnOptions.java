package io.github.tfrnn.rnn;

import static java.util.Objects.requireNonNull;

import io.github.tfrnn.ops.ScanOptions;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
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
  private Optional<Operand<? extends TIntegral>> sequenceLength = Optional.empty();
  private final Optional<S> initialState;
  private boolean timeMajor;
  private String scopeName;
  private ScanOptions loop = ScanOptions.defaults();
  private Engine engine = Engine.AUTO;
  private Optional<Segments> segments = Optional.empty();

  private RnnOptions(String scopeName, Optional<S> initialState) {
    this.scopeName = scopeName;
    this.initialState = initialState;
  }

  /** A copy, which may still be changed. */
  private <P> RnnOptions<P> copy(Optional<P> state) {
    var copy = new RnnOptions<P>(scopeName, state);
    copy.sequenceLength = sequenceLength;
    copy.timeMajor = timeMajor;
    copy.loop = loop;
    copy.engine = engine;
    copy.segments = segments;
    return copy;
  }

  private RnnOptions<S> with(Consumer<RnnOptions<S>> change) {
    var changed = copy(initialState);
    change.accept(changed);
    return changed;
  }

  /** The defaults of the drivers that run one cell. */
  public static <S> RnnOptions<S> defaults() {
    return defaults("rnn");
  }

  /** The defaults of a driver that enters {@code scopeName}. */
  static <S> RnnOptions<S> defaults(String scopeName) {
    return new RnnOptions<>(scopeName, Optional.empty());
  }

  /** These options for a cell that is a part of the whole. */
  <P> RnnOptions<P> ofPart(Optional<P> state) {
    return copy(state);
  }

  /**
   * Gives each row a length of its own. A row of length n takes n steps: its later inputs are
   * ignored, whatever they hold, its later outputs are zeros, and its state stays.
   *
   * @param lengths shape {@code [batch]}, int32 or int64; more than the number of steps is all
   *     steps
   */
  public RnnOptions<S> sequenceLength(Operand<? extends TIntegral> lengths) {
    return with(o -> o.sequenceLength = Optional.of(requireNonNull(lengths, "lengths")));
  }

  /**
   * Begins with this state and not with zeros.
   *
   * @param state each tensor {@code [batch, ...]}, also where the inputs have time first
   */
  public RnnOptions<S> initialState(S state) {
    return copy(Optional.of(requireNonNull(state, "state")));
  }

  /**
   * Takes inputs and gives outputs as {@code [time, batch, ...]}, which saves two transpositions.
   * For dynamic drivers only.
   */
  public RnnOptions<S> timeMajor() {
    return with(o -> o.timeMajor = true);
  }

  /** Enters the scope {@code name} instead of the default one. */
  public RnnOptions<S> scopeName(String name) {
    return with(o -> o.scopeName = requireNonNull(name, "name"));
  }

  /**
   * Lets {@code count} steps be in flight at once, 32 by default. For dynamic drivers only.
   *
   * @throws IllegalArgumentException if {@code count < 1}
   */
  public RnnOptions<S> parallelIterations(int count) {
    return with(o -> o.loop = loop.withParallelIterations(count));
  }

  /**
   * Computes the values inside a step again for the gradient instead of storing them, which takes
   * less memory for long sequences and more time. For dynamic drivers only.
   */
  public RnnOptions<S> recompute() {
    return with(o -> o.loop = loop.recomputing());
  }

  /**
   * Stores the state once every square root of T steps and nothing else: the memory of training
   * grows with the square root of T, beside inputs and outputs, and time by up to a half. For
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
    return with(o -> o.segments = Optional.of(chosen));
  }

  /** Allows gradients of gradients. For dynamic drivers; unrolled cells always allow them. */
  public RnnOptions<S> secondOrder() {
    return with(o -> o.loop = loop.withGradientOrder(2));
  }

  /**
   * Chooses what runs the cell, {@link Engine#AUTO} by default. For dynamic drivers only, which
   * refuse an engine that cannot run the cell.
   */
  public RnnOptions<S> engine(Engine engine) {
    return with(o -> o.engine = requireNonNull(engine, "engine"));
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
