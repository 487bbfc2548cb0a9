package io.github.tfrnn.ops;

import org.tensorflow.Operand;
import org.tensorflow.framework.initializers.Initializer;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.Qr;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TType;

/**
 * The usual ways to initialize a variable, each under its TensorFlow 1.15 name.
 *
 * <p>Random numbers depend on nothing but the seed and the shape, so the same model starts from the
 * same weights in every graph. They are for floating point variables; another type is refused.
 */
public final class Initializers {
  private Initializers() {}

  /** All zeros, empty for strings: {@code tf.zeros_initializer}. */
  public static VariableInitializer zeros() {
    return (tf, shape, type, seed) -> tf.zeros(tf.constant(shape.asArray()), type);
  }

  /** All ones: {@code tf.ones_initializer}. */
  public static VariableInitializer ones() {
    return constant(1);
  }

  /** One value everywhere: {@code tf.constant_initializer}. */
  public static VariableInitializer constant(double value) {
    return (tf, shape, type, seed) ->
        tf.fill(tf.constant(shape.asArray()), cast(tf, tf.constant(value), type));
  }

  /**
   * Given values, row by row: {@code tf.constant_initializer} of a list.
   *
   * @param values as many as the variable has elements; other numbers are refused
   */
  public static VariableInitializer values(double... values) {
    double[] copy = values.clone();
    return (tf, shape, type, seed) -> {
      if (shape.size() != copy.length) {
        throw new IllegalArgumentException(
            "initializer: values must be "
                + shape.size()
                + " for the shape "
                + Shapes.text(shape)
                + ", got "
                + copy.length);
      }
      return cast(tf, tf.reshape(tf.constant(copy), tf.constant(shape.asArray())), type);
    };
  }

  /** Uniform in {@code [low, high)}: {@code tf.random_uniform_initializer}. */
  public static VariableInitializer uniform(double low, double high) {
    return random(
        (tf, shape, seed) ->
            tf.random.statelessRandomUniform(tf.constant(shape.asArray()), seed, TFloat64.class),
        high - low,
        low);
  }

  /** Normal with this mean and deviation: {@code tf.random_normal_initializer}. */
  public static VariableInitializer normal(double mean, double deviation) {
    return random(
        (tf, shape, seed) ->
            tf.random.statelessRandomNormal(tf.constant(shape.asArray()), seed, TFloat64.class),
        deviation,
        mean);
  }

  /** Normal, drawn again beyond two deviations: {@code tf.truncated_normal_initializer}. */
  public static VariableInitializer truncatedNormal(double mean, double deviation) {
    return random(
        (tf, shape, seed) ->
            tf.random.statelessTruncatedNormal(tf.constant(shape.asArray()), seed, TFloat64.class),
        deviation,
        mean);
  }

  /**
   * An orthogonal matrix times {@code gain}: {@code tf.orthogonal_initializer}.
   *
   * <p>The columns of a matrix {@code [a, b]} with {@code a >= b} are orthonormal, or else its
   * rows. More dimensions count as one matrix {@code [all before the last, last]}; fewer than two
   * are refused. Source: Saxe and others 2014.
   */
  public static VariableInitializer orthogonal(double gain) {
    return random((tf, shape, seed) -> orthogonal(tf, shape, seed), gain, 0);
  }

  /**
   * Uniform in {@code [-l, l)} with {@code l = sqrt(6 / (fanIn + fanOut))}: {@code
   * tf.glorot_uniform_initializer}, the default of floating point variables.
   *
   * <p>A matrix {@code [a, b]} has fan-in {@code a} and fan-out {@code b}; a vector has its length
   * for both; the dimensions of a convolution kernel before the last two multiply both. Source:
   * Glorot and Bengio 2010.
   */
  public static VariableInitializer glorotUniform() {
    return (tf, shape, type, seed) -> {
      double limit = Math.sqrt(6 / fans(shape));
      return uniform(-limit, limit).initialValue(tf, shape, type, seed);
    };
  }

  /** An initializer of tensorflow-framework; the seed it was made with stays in force. */
  public static <T extends TType> VariableInitializer of(Initializer<T> initializer) {
    return (tf, shape, type, seed) -> {
      @SuppressWarnings("unchecked") // the scope checks the type of the result
      var asked = (Class<T>) type;
      return initializer.call(tf, tf.constant(shape.asArray()), asked);
    };
  }

  /** Fan-in plus fan-out, at least 2. */
  private static double fans(Shape shape) {
    int rank = shape.numDimensions();
    double sum = 2;
    if (rank == 1) {
      sum = 2.0 * shape.get(0);
    } else if (rank > 1) {
      sum = shape.get(rank - 2) + shape.get(rank - 1);
      for (int i = 0; i < rank - 2; i++) {
        sum *= shape.get(i);
      }
    }
    return Math.max(sum, 2);
  }

  private static Operand<TFloat64> orthogonal(Ops tf, Shape shape, Operand<TInt64> seed) {
    int rank = shape.numDimensions();
    if (rank < 2) {
      throw new IllegalArgumentException(
          "orthogonal initializer: shape must have two dimensions or more, got "
              + Shapes.text(shape));
    }
    long columns = shape.get(rank - 1);
    long rows = shape.take(rank - 1).size();
    long longer = Math.max(rows, columns);
    long shorter = Math.min(rows, columns);
    var tall =
        tf.random.statelessRandomNormal(
            tf.constant(new long[] {longer, shorter}), seed, TFloat64.class);
    var qr = tf.linalg.qr(tall, Qr.fullMatrices(false));
    // The signs make the matrix unique, and so evenly distributed.
    var signs = tf.math.sign(tf.linalg.matrixDiagPart(qr.r(), tf.constant(0), tf.constant(0.0)));
    Operand<TFloat64> q = tf.math.mul(qr.q(), signs);
    if (rows < columns) {
      q = tf.linalg.transpose(q, tf.constant(new int[] {1, 0}));
    }
    return tf.reshape(q, tf.constant(shape.asArray()));
  }

  /** Draws standard random numbers from a seed {@code [2]}. */
  private interface Draw {
    Operand<TFloat64> of(Ops tf, Shape shape, Operand<TInt64> seed);
  }

  // Random numbers are drawn in double precision: one draw then serves every type alike.
  private static VariableInitializer random(Draw draw, double factor, double shift) {
    return (tf, shape, type, seed) -> {
      if (!TFloating.class.isAssignableFrom(type)) {
        throw new IllegalArgumentException(
            "random initializer: type must be floating point, got " + type.getSimpleName());
      }
      var drawn = draw.of(tf, shape, tf.constant(new long[] {seed, 0}));
      var scaled = tf.math.mul(drawn, tf.constant(factor));
      return cast(tf, tf.math.add(scaled, tf.constant(shift)), type);
    };
  }

  private static <T extends TType> Operand<T> cast(Ops tf, Operand<?> value, Class<T> type) {
    return tf.dtypes.cast(value, type);
  }
}
