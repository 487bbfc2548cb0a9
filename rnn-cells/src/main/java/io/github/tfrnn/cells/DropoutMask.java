package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Scan;
import io.github.tfrnn.ops.VariableScope;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.OperationBuilder;
import org.tensorflow.op.Ops;
import org.tensorflow.op.random.StatelessRandomUniformV2;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TType;

/**
 * The random masks of one tensor of a cell: {@code y = x * mask}, where an element of the mask is
 * {@code 1 / keep} with the probability {@code keep} and else 0.
 *
 * <p>An element of a mask is a function of the run of the session, of the seed and the name of the
 * cell's scope, of the step and of its place in the tensor, and of nothing else:
 *
 * <ul>
 *   <li>One op of the whole graph draws a number once per run, outside of all loops. It is seeded,
 *       so runs differ and new sessions repeat one another.
 *   <li>The generator is a stateless one: a loop stays a loop without state, and its gradient makes
 *       or reads the same masks.
 *   <li>The t-th step of a loop and the t-th step unrolled by hand have the same mask, if it is the
 *       first use of this object; each further loop has masks of its own, and so has each step
 *       called after a loop.
 * </ul>
 *
 * <p>A cell holds one of these for each tensor that it masks, and calls it with its own scope:
 *
 * <pre>{@code
 * private final DropoutMask mask = DropoutMask.named("candidate");
 * ...
 * g = mask.drop(own, keep, g);                         // in a step
 * }</pre>
 */
final class DropoutMask {
  private static final String RUN_SEED = "tfrnn/run_seed";

  /** Of the generator, as the op counts them. */
  private static final int PHILOX = 1;

  /** Tells uses apart; odd, and no multiple of what the positions of loops are mixed with. */
  private static final long USE = 0xd1b54a32d192ed03L;

  private final String name;
  private int uses;
  private int unrolled;
  private boolean unrolling;
  private @Nullable Operand<? extends TType> key;

  private DropoutMask(String name) {
    this.name = name;
  }

  /**
   * Returns masks that differ from those of all other names in a scope.
   *
   * @param name of what is dropped, such as {@code input}
   */
  static DropoutMask named(String name) {
    return new DropoutMask(name);
  }

  /**
   * Drops elements of {@code x} in a step.
   *
   * @param own the scope of the cell, the same for all steps but for its ops; {@code withSeed}
   *     changes the masks
   * @param x any shape whose dimensions are known but for the first
   * @return the shape of {@code x}; {@code x} itself if all is kept
   */
  <T extends TFloating> Operand<T> drop(VariableScope own, KeepProbability keep, Operand<T> x) {
    if (keep.keepsAll()) {
      return x;
    }
    var tf = own.tf();
    var at = next(tf);
    var shape = MaskShape.of(tf, own.name(), x);
    // The rows of step t follow those of step t - 1, as they do where all are drawn at once.
    var first = tf.math.mul(at.position(), shape.groups());
    return masked(own, keep, x, uniform(own, shape, first, tf.constant(at.use() * USE)));
  }

  /**
   * Drops elements of the rows of all steps at once: step t of a loop would get the same mask for
   * its rows.
   *
   * @param x {@code [time * batch, ...]}
   */
  <T extends TFloating> Operand<T> dropAll(VariableScope own, KeepProbability keep, Operand<T> x) {
    if (keep.keepsAll()) {
      return x;
    }
    var tf = own.tf();
    unrolling = false;
    Operand<TInt64> use = tf.constant(uses++ * USE);
    var around = Scan.position(tf).<Operand<TInt64>>map(p -> tf.math.add(p, use)).orElse(use);
    var shape = MaskShape.of(tf, own.name(), x);
    return masked(own, keep, x, uniform(own, shape, tf.constant(0L), around));
  }

  /**
   * Drops the same elements in all rows and all steps of a run.
   *
   * @param x shape {@code [B, ...]}
   */
  <T extends TFloating> Operand<T> dropAlike(
      VariableScope own, KeepProbability keep, Operand<T> x) {
    if (keep.keepsAll()) {
      return x;
    }
    var here = own.withOps(Ops.create(own.graph())); // one mask, outside of any loop
    var zero = here.tf().constant(0L);
    var shape = MaskShape.oneRow(here.tf(), own.name(), x);
    return own.tf().math.mul(x, mask(here, keep, x.type(), uniform(here, shape, zero, zero)));
  }

  /**
   * Where a step is.
   *
   * @param use which loop, or which run of calls outside of loops
   */
  private record Place(int use, Operand<TInt64> position) {}

  private Place next(Ops tf) {
    var position = Scan.position(tf);
    if (position.isPresent()) {
      unrolling = false;
      return new Place(uses++, position.get());
    }
    if (!unrolling) {
      unrolling = true;
      unrolled = 0;
      uses++;
    }
    return new Place(uses - 1, tf.constant((long) unrolled++));
  }

  private static <T extends TFloating> Operand<T> masked(
      VariableScope own, KeepProbability keep, Operand<T> x, Operand<TFloat32> uniform) {
    return own.tf().math.mul(x, mask(own, keep, x.type(), uniform));
  }

  private static <T extends TFloating> Operand<T> mask(
      VariableScope own, KeepProbability keep, Class<T> type, Operand<TFloat32> uniform) {
    var tf = own.tf();
    var kept = tf.math.greaterEqual(uniform, keep.threshold(own));
    var mask = tf.math.mul(tf.dtypes.cast(kept, type), keep.scale(own, type));
    return tf.stopGradient(mask);
  }

  /**
   * Draws numbers in [0, 1) for each element of a tensor.
   *
   * @param first where in the stream the first row begins, in groups
   * @param stream one of many
   */
  private Operand<TFloat32> uniform(
      VariableScope own, MaskShape shape, Operand<TInt64> first, Operand<TInt64> stream) {
    var tf = own.tf();
    var counter = unsigned(tf, tf.stack(List.of(first, stream)));
    return shape.of(
        StatelessRandomUniformV2.create(
            tf.scope(), shape.drawn(), key(own), counter, tf.constant(PHILOX), TFloat32.class));
  }

  /** The number of this run, mixed with all that does not change from step to step. */
  private Operand<? extends TType> key(VariableScope own) {
    if (key == null) {
      var tf = Ops.create(own.graph());
      var run = runSeed(own.graph());
      key = unsigned(tf, tf.math.add(run, tf.constant(own.seed(name))));
    }
    return key;
  }

  /** The one number that a graph draws in each run, shape {@code [1]}. */
  private static Operand<TInt64> runSeed(Graph graph) {
    var found = graph.operation(RUN_SEED);
    if (found != null) {
      return found.output(0);
    }
    var tf = Ops.create(graph);
    OperationBuilder builder = graph.opBuilder("RandomUniformInt", RUN_SEED, tf.scope());
    builder.addInput(tf.constant(new int[] {1}).asOutput());
    builder.addInput(tf.constant(0L).asOutput());
    builder.addInput(tf.constant(Long.MAX_VALUE).asOutput());
    builder.setAttr("seed", 1); // both zero would draw by the clock
    builder.setAttr("seed2", 1);
    return builder.build().output(0);
  }

  // TensorFlow-Java has no class for the type, only its number.
  private static Operand<? extends TType> unsigned(Ops tf, Operand<TInt64> value) {
    var builder = tf.scope().opBuilder("Bitcast", "Bitcast");
    builder.addInput(value.asOutput());
    builder.setAttr("type", DataType.DT_UINT64);
    return builder.build().output(0);
  }
}
