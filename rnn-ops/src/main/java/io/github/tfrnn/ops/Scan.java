package io.github.tfrnn.ops;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/**
 * A loop over time that can be trained: {@code (carry, x[t]) -> (carry, y[t])}.
 *
 * <pre>{@code
 * carry = initial
 * for (t = 0; t < n; t++) {             // t = n - 1 .. 0 in reverse
 *   (carry, y[t]) = step(carry, x[t])
 * }
 * y[n ..] = 0
 * }</pre>
 *
 * <p>The number of steps is known at run time only. The step is traced once; values of the graph
 * around that it uses are captured by themselves and are the same for every step. The loop's
 * gradient is a loop again, run the other way: it works through {@link Gradients}, {@code
 * Graph.addGradients} and every optimizer, also in a graph that was saved and loaded. Gradients of
 * captured matrices and biases are formed by one product after the loop.
 *
 * <p>A step must not make the loop stateful by chance: random ops with a state are allowed, but
 * each run draws anew; the stateless ones with the position as a seed repeat.
 *
 * <pre>{@code
 * var sums = Scan.carrying(tf, Structure.<TFloat32>tensor(), zero)
 *     .over(Structure.<TFloat32>tensor(), x)                  // [time, ...]
 *     .run(Structure.<TFloat32>tensor(), (body, sum, xt) -> {
 *       var next = body.tf().math.add(sum, xt);
 *       return new Scan.Next<>(next, next);
 *     });
 * }</pre>
 *
 * <p>TensorFlow 1.15 has {@code tf.scan} for this, and {@code tf.contrib.recurrent}: its {@code
 * Recurrent} is this loop with stored intermediates and a backward loop, and its {@code
 * functional_rnn} is {@code Rnn.dynamicRnn}, which runs on this one.
 *
 * @param <C> the carry
 * @param <X> the inputs of one step, and of all steps
 */
public final class Scan<C, X> {
  private final Ops tf;
  private final Structure<C> carry;
  private final C initial;
  private final Structure<X> inputs;
  private final X sequences;
  private final Settings settings;

  /**
   * Returns the position of the step that {@code tf} builds, a scalar: what to seed a stateless
   * random op with, so that each step draws other numbers and the loop stays one that repeats.
   *
   * <p>In the body of a loop it is {@link Body#position()}. In a loop inside a loop it is mixed
   * with the position of the loop around, into a number that no two steps share.
   *
   * @param tf the ops of a graph or of a loop's body
   * @return empty outside of loops
   */
  public static Optional<Operand<TInt64>> position(Ops tf) {
    return tf.scope().env() instanceof BodyEnvironment body ? body.place() : Optional.empty();
  }

  /** What a step builds with. */
  public interface Body {
    /** The ops of the loop's body; operands of the graph around may be used with them. */
    Ops tf();

    /** Which step this is: t, a scalar. */
    Operand<TInt32> position();
  }

  /**
   * What a step gives.
   *
   * @param carry what the next step gets; each part with the type and shape it came in with, but
   *     for sizes that are unknown (-1) in its {@link Leaf}, which may change from step to step
   * @param output what is collected
   * @param more a scalar; the loop ends after the first step where it is false. Empty to run all
   *     steps
   */
  public record Next<C, Y>(C carry, Y output, Optional<Operand<TBool>> more) {
    /** A step that never ends the loop by itself. */
    public Next(C carry, Y output) {
      this(carry, output, Optional.empty());
    }

    /** Returns this step ending the loop where {@code more} is false. */
    public Next<C, Y> whileTrue(Operand<TBool> more) {
      return new Next<>(carry, output, Optional.of(more));
    }
  }

  /** One step, traced once. */
  @FunctionalInterface
  public interface Step<C, X, Y> {
    /** Emits the ops of a step. */
    Next<C, Y> apply(Body body, C carry, X input);
  }

  /**
   * What a loop gives.
   *
   * @param carry the carry after the last step; the initial one if there was none
   * @param outputs the outputs of all steps, each {@code [length, ...]}; zeros where no step ran.
   *     Without inputs the length is the number of steps asked for, or else of those that ran
   * @param steps how many steps ran, a scalar
   */
  public record Result<C, Y>(C carry, Y outputs, Operand<TInt32> steps) {}

  /** What does not depend on the types of the values; only a fresh copy is ever changed. */
  private static final class Settings {
    String name = "scan";
    @Nullable Operand<TInt32> steps;
    @Nullable Operand<TBool> begin;
    @Nullable Operand<TInt32> batch;
    List<Operand<TInt32>> outputShapes = List.of();
    boolean reverse;
    @Nullable String gradient;
    ScanOptions options = ScanOptions.defaults();

    Settings copy() {
      var copy = new Settings();
      copy.name = name;
      copy.steps = steps;
      copy.begin = begin;
      copy.batch = batch;
      copy.outputShapes = outputShapes;
      copy.reverse = reverse;
      copy.gradient = gradient;
      copy.options = options;
      return copy;
    }
  }

  private Scan(
      Ops tf, Structure<C> carry, C initial, Structure<X> inputs, X sequences, Settings settings) {
    this.tf = tf;
    this.carry = carry;
    this.initial = initial;
    this.inputs = inputs;
    this.sequences = sequences;
    this.settings = settings;
  }

  private Scan<C, X> with(Consumer<Settings> change) {
    var changed = settings.copy();
    change.accept(changed);
    return new Scan<>(tf, carry, initial, inputs, sequences, changed);
  }

  /**
   * Begins a loop that carries {@code initial} from step to step.
   *
   * @param tf the ops of the graph, or of a loop's body, to add the loop to
   * @throws IllegalArgumentException if {@code tf} is eager
   */
  public static <C> Scan<C, List<Operand<?>>> carrying(Ops tf, Structure<C> structure, C initial) {
    Graphs.local(tf, "scan");
    return new Scan<>(
        tf,
        requireNonNull(structure, "structure"),
        requireNonNull(initial, "initial"),
        Structure.none(),
        List.of(),
        new Settings());
  }

  /**
   * Returns the loop running over sequences: step t gets {@code x[t]} of each.
   *
   * @param sequences tensors {@code [length, ...]}, all of one length
   */
  public <X2> Scan<C, X2> over(Structure<X2> structure, X2 sequences) {
    return new Scan<>(tf, carry, initial, structure, sequences, settings);
  }

  /**
   * Returns the loop taking {@code count} steps.
   *
   * @param count a scalar, at most the length of the inputs; more fail when the loop runs. Needed
   *     if there are no inputs and the step does not end the loop
   */
  public Scan<C, X> steps(Operand<TInt32> count) {
    return with(s -> s.steps = count);
  }

  /**
   * Returns the loop taking no step at all where {@code begin} is false. What {@link
   * Next#whileTrue} says of the other steps, this says of the first.
   *
   * @param begin a scalar
   */
  public Scan<C, X> beginIf(Operand<TBool> begin) {
    return with(s -> s.begin = begin);
  }

  /**
   * Returns the loop with the number of rows of its batch. It gives outputs their shape where no
   * step ran, if that number is unknown while the graph is built and no part of the carry tells it.
   *
   * @param rows a scalar
   */
  public Scan<C, X> batch(Operand<TInt32> rows) {
    return with(s -> s.batch = rows);
  }

  /** Returns the loop running from the last step to the first. */
  public Scan<C, X> reverse() {
    return with(s -> s.reverse = true);
  }

  /**
   * Returns the loop with the shapes of its outputs, for those whose sizes are unknown while the
   * graph is built and are not all the number of rows. They give outputs their shape where no step
   * ran.
   *
   * @param shapes for each output a vector, its shape at a step; a scalar -1 says nothing
   */
  public Scan<C, X> outputShapes(List<Operand<TInt32>> shapes) {
    return with(s -> s.outputShapes = List.copyOf(shapes));
  }

  /**
   * Returns the loop of a {@link BlockGru}, whose gradient is not derived from the step.
   *
   * @param function of the graph that computes it, for {@link BlockGruGradient}
   */
  Scan<C, X> differentiatedBy(String function) {
    return options(o -> o.withGradientOrder(0)).with(s -> s.gradient = function);
  }

  /** Returns the loop with a name for messages. */
  public Scan<C, X> named(String name) {
    return with(s -> s.name = name);
  }

  /** Returns the loop with other options: {@code options(o -> o.recomputing())}. */
  public Scan<C, X> options(UnaryOperator<ScanOptions> change) {
    return with(s -> s.options = change.apply(s.options));
  }

  /**
   * Adds the loop to the graph.
   *
   * <p>With neither inputs nor a number of steps, the loop runs until the step ends it, and the
   * outputs are as long as it ran. XLA needs to know sizes beforehand: such a loop is not for it.
   *
   * @param structure of the outputs
   * @param step traced once, now
   * @throws IllegalArgumentException if an input is a scalar or the lengths differ; if there is
   *     neither an input nor a number of steps nor an end; if there are not as many output shapes
   *     as outputs; if a carry part changes its type or shape; if the step captures the reference
   *     of a variable or a value of another graph; if a loop in reverse stops early
   */
  public <Y> Result<C, Y> run(Structure<Y> structure, Step<C, X, Y> step) {
    var flat = inputs.flatten(sequences);
    requireSequences(flat);
    var request =
        new LoopBuilder.Request(
            settings.name,
            carry.leaves(),
            carry.flatten(initial),
            structure.leaves(),
            flat,
            settings.steps,
            settings.begin,
            settings.batch,
            settings.outputShapes,
            settings.reverse,
            settings.gradient,
            settings.options);
    var result =
        LoopBuilder.build(
            tf,
            request,
            (inner, position, carryParts, inputParts) -> {
              var next =
                  step.apply(
                      new TracedBody(inner, position),
                      carry.pack(carryParts),
                      inputs.pack(inputParts));
              return new LoopBuilder.Next(
                  carry.flatten(next.carry()),
                  structure.flatten(next.output()),
                  next.more().orElse(null));
            });
    return new Result<>(
        carry.pack(result.carry()), structure.pack(result.outputs()), result.steps());
  }

  private record TracedBody(Ops tf, Operand<TInt32> position) implements Body {}

  private void requireSequences(List<Operand<?>> flat) {
    long length = -1;
    for (int i = 0; i < flat.size(); i++) {
      var shape = flat.get(i).shape();
      String input = settings.name + ": input " + inputs.leaves().get(i).name();
      if (shape.numDimensions() == 0) {
        throw new IllegalArgumentException(input + " must have shape [time, ...], got a scalar");
      }
      long size = shape.isUnknown() ? -1 : shape.get(0);
      if (length >= 0 && size >= 0 && size != length) {
        throw new IllegalArgumentException(
            input + " must have as many steps as the others, " + length + ", got " + size);
      }
      length = Math.max(length, size);
    }
  }
}
