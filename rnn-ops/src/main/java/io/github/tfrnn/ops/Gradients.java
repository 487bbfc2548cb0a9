package io.github.tfrnn.ops;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tensorflow.ExecutionEnvironment;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.exceptions.TFUnimplementedException;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Identity;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TType;

/**
 * Adds the ops that compute how a loss changes with the values it was computed from.
 *
 * <p>The TensorFlow 1 form is {@code tf.gradients}. Every op between the loss and those values must
 * have a gradient; which one has none is said, by type and name, before native code is asked, for
 * native code may abort the process. Loops built by {@link Scan} have a gradient, those of {@code
 * Graph.whileLoop} and {@code tf.whileOp} do not.
 */
public final class Gradients {
  private Gradients() {}

  /**
   * Returns the gradient of {@code loss} with respect to each of {@code xs}.
   *
   * @param loss floating point, of any shape; what is differentiated is the sum of its elements
   * @param xs floating point values of the graph of {@code loss}; the value of a variable, or any
   *     other identity of it, stands for the variable, however often it was read
   * @return one gradient for each x, with its type and shape: zeros where {@code loss} does not
   *     depend on it, which {@link #reach} tells
   * @throws IllegalArgumentException if a value is eager, of another graph or not floating point;
   *     if an op between {@code xs} and {@code loss} has no gradient; if such an op reads a
   *     reference of a variable and not its value; if a loop between them is not one of this
   *     library
   */
  public static List<Operand<?>> of(Operand<?> loss, List<? extends Operand<?>> xs) {
    return add(loss, xs, null);
  }

  /**
   * As {@link #of(Operand, List)}, of the sum of the elements of {@code loss} times {@code seed}.
   *
   * @param seed of the type and shape of {@code loss}: the gradient that arrives at it; {@code
   *     grad_ys} of TensorFlow 1
   * @throws IllegalArgumentException also if {@code seed} is of another graph, or has another type
   *     or shape than {@code loss}
   */
  public static <T extends TType> List<Operand<?>> of(
      Operand<T> loss, List<? extends Operand<?>> xs, Operand<T> seed) {
    requireSmooth("seed", seed.asOutput(), loss.asOutput().op().env());
    if (seed.asOutput().dataType() != loss.asOutput().dataType()
        || !seed.shape().isCompatibleWith(loss.shape())) {
      throw new IllegalArgumentException(
          "gradients: seed must have the type and shape of the loss, "
              + text(loss.asOutput())
              + ", got "
              + text(seed.asOutput()));
    }
    return add(loss, xs, seed.asOutput());
  }

  /**
   * Tells for each of {@code xs} whether {@code loss} depends on it through values that have a
   * slope.
   *
   * @return false where {@link #of(Operand, List)} returns zeros because there is no way from the
   *     one to the other, or only through integers, a {@code stopGradient} or the like
   * @throws IllegalArgumentException if a value is eager, of another graph or not floating point
   */
  public static List<Boolean> reach(Operand<?> loss, List<? extends Operand<?>> xs) {
    var sources = sources(loss, xs);
    var paths = new GradientPaths(loss.asOutput());
    return sources.stream().map(paths::reach).toList();
  }

  /**
   * Scales gradients together so that their global norm is at most {@code clipNorm}.
   *
   * <pre>{@code
   * norm = sqrt(sum of the squares of all elements of all gradients)
   * clipped = gradient * clipNorm * min(1 / norm, 1 / clipNorm)
   * }</pre>
   *
   * <p>This is {@code tf.clip_by_global_norm} of TensorFlow 1.15: where the norm is infinite or not
   * a number, all clipped gradients are NaN. Source: Pascanu, Mikolov and Bengio 2013.
   *
   * @param gradients floating point, of any shapes; the norm is taken, and the clipping is done, in
   *     the type of {@code clipNorm}, and results are converted back
   * @param clipNorm scalar, above zero
   * @return the clipped gradients, each of the type and shape it came with, and the norm, scalar,
   *     that they had before; no gradients have norm zero
   * @throws IllegalArgumentException if {@code tf} is eager, a gradient is not floating point, or
   *     {@code clipNorm} is not a scalar
   */
  public static <T extends TFloating> ClippedGradients<T> clipByGlobalNorm(
      Ops tf, List<? extends Operand<?>> gradients, Operand<T> clipNorm) {
    Graphs.local(tf, "clip by global norm");
    if (!clipNorm.shape().isUnknown() && clipNorm.shape().numDimensions() != 0) {
      throw new IllegalArgumentException(
          "clip by global norm: clipNorm must be a scalar, got shape "
              + Shapes.text(clipNorm.shape()));
    }
    var norm = globalNorm(tf, gradients, clipNorm.type());
    var one = tf.dtypes.cast(tf.constant(1f), clipNorm.type());
    var nan = tf.dtypes.cast(tf.constant(Float.NaN), clipNorm.type());
    var finite =
        tf.math.mul(clipNorm, tf.math.minimum(tf.math.div(one, norm), tf.math.div(one, clipNorm)));
    var scale = tf.select(tf.math.isFinite(norm), finite, nan);
    List<Operand<?>> clipped = new ArrayList<>();
    for (var gradient : gradients) {
      clipped.add(scaled(tf, gradient, scale));
    }
    return new ClippedGradients<>(List.copyOf(clipped), norm);
  }

  /**
   * As {@link #clipByGlobalNorm(Ops, List, Operand)}, in single precision.
   *
   * @throws IllegalArgumentException also if {@code clipNorm} is not above zero
   */
  public static ClippedGradients<TFloat32> clipByGlobalNorm(
      Ops tf, List<? extends Operand<?>> gradients, float clipNorm) {
    if (!(clipNorm > 0)) {
      throw new IllegalArgumentException(
          "clip by global norm: clipNorm must be above zero, got " + clipNorm);
    }
    return clipByGlobalNorm(tf, gradients, tf.constant(clipNorm));
  }

  /**
   * Returns the square root of the sum of the squares of all elements: {@code tf.global_norm}.
   *
   * @param gradients floating point, of any shapes
   * @param type what to compute in
   * @return a scalar; zero for an empty list
   * @throws IllegalArgumentException if {@code tf} is eager, or a gradient is not floating point
   */
  public static <T extends TFloating> Operand<T> globalNorm(
      Ops tf, List<? extends Operand<?>> gradients, Class<T> type) {
    Graphs.local(tf, "global norm");
    List<Operand<T>> halves = new ArrayList<>();
    for (int i = 0; i < gradients.size(); i++) {
      var gradient = gradients.get(i);
      if (!TFloating.class.isAssignableFrom(gradient.type())) {
        throw new IllegalArgumentException(
            "global norm: gradients["
                + i
                + "] must be floating point, got "
                + text(gradient.asOutput()));
      }
      halves.add(tf.nn.l2Loss(as(tf, gradient, type)));
    }
    var zero = tf.dtypes.cast(tf.constant(0f), type);
    var half = halves.isEmpty() ? zero : tf.math.addN(halves);
    return tf.math.sqrt(tf.math.add(half, half));
  }

  private static <G extends TType> Operand<G> scaled(
      Ops tf, Operand<G> gradient, Operand<? extends TFloating> scale) {
    return as(tf, product(tf, gradient, scale), gradient.type());
  }

  private static <T extends TFloating> Operand<T> product(
      Ops tf, Operand<?> gradient, Operand<T> scale) {
    return tf.math.mul(as(tf, gradient, scale.type()), scale);
  }

  @SuppressWarnings("unchecked") // compared
  private static <T extends TType> Operand<T> as(Ops tf, Operand<?> value, Class<T> type) {
    return value.type() == type ? (Operand<T>) value : tf.dtypes.cast(value, type);
  }

  private static List<Operand<?>> add(
      Operand<?> loss, List<? extends Operand<?>> xs, @Nullable Output<?> seed) {
    var sources = sources(loss, xs);
    var paths = new GradientPaths(loss.asOutput());
    Map<Output<?>, Output<?>> gradients = new LinkedHashMap<>();
    for (Output<?> source : sources) {
      if (paths.reach(source)) {
        gradients.put(source, source); // replaced below
      }
    }
    paths.requireGradients(gradients.keySet());
    paths.registerFlat();
    var graph = (Graph) loss.asOutput().op().env();
    addNative(graph, loss.asOutput(), gradients, seed);

    var tf = Ops.create(graph).withSubScope("gradients");
    List<Operand<?>> all = new ArrayList<>();
    for (int i = 0; i < xs.size(); i++) {
      var gradient = gradients.get(sources.get(i));
      all.add(gradient != null ? gradient : tf.zerosLike(xs.get(i)));
    }
    return List.copyOf(all);
  }

  /** Replaces the values of {@code gradients}; removes those for which TensorFlow finds none. */
  private static void addNative(
      Graph graph, Output<?> loss, Map<Output<?>, Output<?>> gradients, @Nullable Output<?> seed) {
    if (gradients.isEmpty()) {
      return;
    }
    GradientRegistry.register();
    var xs = gradients.keySet().toArray(new Output<?>[0]);
    var seeds = seed == null ? null : new Output<?>[] {seed};
    Output<?>[] found;
    try {
      found = graph.addGradients(null, new Output<?>[] {loss}, xs, seeds);
    } catch (TensorFlowException | TFInvalidArgumentException | TFUnimplementedException e) {
      throw new IllegalArgumentException(
          "gradients: loss must be differentiable, got "
              + text(loss)
              + " and this error of TensorFlow: "
              + e.getMessage(),
          e);
    }
    for (int i = 0; i < xs.length; i++) {
      if (found[i].isClosed()) {
        gradients.remove(xs[i]);
      } else {
        gradients.put(xs[i], found[i]);
      }
    }
  }

  /** What to differentiate by: for the value of a variable the reference, which all reads share. */
  private static List<Output<?>> sources(Operand<?> loss, List<? extends Operand<?>> xs) {
    var env = loss.asOutput().op().env();
    requireSmooth("loss", loss.asOutput(), env);
    List<Output<?>> sources = new ArrayList<>();
    for (int i = 0; i < xs.size(); i++) {
      var x = xs.get(i).asOutput();
      requireSmooth("xs[" + i + "]", x, env);
      var op = (GraphOperation) x.op();
      boolean read =
          op.type().equals(Identity.OP_NAME) && VariableStore.isReference(op.input(0).dataType());
      sources.add(read ? op.input(0) : x);
    }
    return sources;
  }

  private static void requireSmooth(String what, Output<?> value, ExecutionEnvironment env) {
    if (!value.op().env().isGraph()) {
      throw new IllegalArgumentException(
          "gradients: "
              + what
              + " must belong to a graph, got an eager value. Build it with Ops.create(new"
              + " Graph()).");
    }
    if (value.op().env() != env) {
      throw new IllegalArgumentException(
          "gradients: "
              + what
              + " must belong to the graph of the loss, got "
              + text(value)
              + " of another graph");
    }
    if (!GradientPaths.isSmooth(value.dataType())) {
      throw new IllegalArgumentException(
          "gradients: " + what + " must be floating point, got " + text(value));
    }
  }

  private static String text(Output<?> value) {
    return value.dataType() + Shapes.text(value.shape()) + " '" + value.op().name() + "'";
  }
}
