package io.github.tfrnn.ops;

import org.tensorflow.Operand;
import org.tensorflow.framework.initializers.Initializer;
import org.tensorflow.framework.initializers.Orthogonal;
import org.tensorflow.framework.initializers.RandomNormal;
import org.tensorflow.framework.initializers.RandomUniform;
import org.tensorflow.framework.initializers.TruncatedNormal;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TType;

/** The usual ways to initialize a variable, each under its TensorFlow 1.15 name. */
public final class Initializers {
  private Initializers() {}

  /** All zeros: {@code tf.zeros_initializer}. */
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
   * @param values as many as the variable has elements
   */
  public static VariableInitializer values(double... values) {
    double[] copy = values.clone();
    return (tf, shape, type, seed) -> {
      if (shape.size() != copy.length) {
        throw new IllegalArgumentException(
            "initial values must be as many as the elements of " + shape + ", got " + copy.length);
      }
      return cast(tf, tf.reshape(tf.constant(copy), tf.constant(shape.asArray())), type);
    };
  }

  /** Uniform in {@code [low, high)}: {@code tf.random_uniform_initializer}. */
  public static VariableInitializer uniform(double low, double high) {
    return (tf, shape, type, seed) ->
        call(new RandomUniform<TFloat64>(low, high, seed), tf, shape, type);
  }

  /** Normal with this mean and deviation: {@code tf.random_normal_initializer}. */
  public static VariableInitializer normal(double mean, double deviation) {
    return (tf, shape, type, seed) ->
        call(new RandomNormal<TFloat64>(mean, deviation, seed), tf, shape, type);
  }

  /** Normal, drawn again beyond two deviations: {@code tf.truncated_normal_initializer}. */
  public static VariableInitializer truncatedNormal(double mean, double deviation) {
    return (tf, shape, type, seed) ->
        call(new TruncatedNormal<TFloat64>(mean, deviation, seed), tf, shape, type);
  }

  /** An orthogonal matrix times {@code gain}: {@code tf.orthogonal_initializer}. */
  public static VariableInitializer orthogonal(double gain) {
    return (tf, shape, type, seed) -> call(new Orthogonal<TFloat64>(gain, seed), tf, shape, type);
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

  /** Fan-in plus fan-out. */
  private static double fans(Shape shape) {
    int rank = shape.numDimensions();
    if (rank == 0) {
      return 2;
    }
    if (rank == 1) {
      return 2.0 * shape.get(0);
    }
    double field = 1;
    for (int i = 0; i < rank - 2; i++) {
      field *= shape.get(i);
    }
    return field * (shape.get(rank - 2) + shape.get(rank - 1));
  }

  // Random numbers are drawn in double precision: one draw then serves every type alike.
  private static Operand<? extends TType> call(
      Initializer<TFloat64> initializer, Ops tf, Shape shape, Class<? extends TType> type) {
    if (!TFloating.class.isAssignableFrom(type)) {
      throw new IllegalArgumentException(
          "variable type must be floating point for a random initializer, got "
              + type.getSimpleName());
    }
    return cast(tf, initializer.call(tf, tf.constant(shape.asArray()), TFloat64.class), type);
  }

  private static <T extends TType> Operand<T> cast(Ops tf, Operand<?> value, Class<T> type) {
    return tf.dtypes.cast(value, type);
  }
}
