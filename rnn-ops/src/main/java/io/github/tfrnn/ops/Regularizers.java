package io.github.tfrnn.ops;

import org.tensorflow.Operand;
import org.tensorflow.framework.regularizers.Regularizer;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.types.family.TNumber;

/**
 * The regularizers of TensorFlow 1.15 that tensorflow-framework does not have.
 *
 * <p>Its {@code L1}, {@code L2} and {@code L1L2} serve as they are, and so does a reference to a
 * generic method {@code <R extends TNumber> Operand<R> f(Ops tf, Operand<R> weights)}. Mind the
 * half: {@link #l2} is {@code tf.contrib.layers.l2_regularizer}, half of what {@code L2} gives for
 * the same number.
 */
public final class Regularizers {
  private static final Regularizer NONE =
      new Regularizer() {
        @Override
        public <R extends TNumber> Operand<R> call(Ops tf, Operand<R> weights) {
          return tf.dtypes.cast(tf.constant(0), weights.type());
        }
      };

  private Regularizers() {}

  /** Switches a regularizer of the scope around off: {@code tf.no_regularizer}. */
  public static Regularizer none() {
    return NONE;
  }

  /**
   * {@code scale * sum(|w|)}: {@code tf.contrib.layers.l1_regularizer}.
   *
   * @throws IllegalArgumentException if {@code scale} is below 0 or not finite
   */
  public static Regularizer l1(double scale) {
    requireScale("l1", scale);
    return new Regularizer() {
      @Override
      public <R extends TNumber> Operand<R> call(Ops tf, Operand<R> weights) {
        return scaled(tf, tf.math.abs(weights), scale);
      }
    };
  }

  /**
   * {@code scale * sum(w^2) / 2}: {@code tf.contrib.layers.l2_regularizer}.
   *
   * @throws IllegalArgumentException if {@code scale} is below 0 or not finite
   */
  public static Regularizer l2(double scale) {
    requireScale("l2", scale);
    return new Regularizer() {
      @Override
      public <R extends TNumber> Operand<R> call(Ops tf, Operand<R> weights) {
        return scaled(tf, tf.math.square(weights), scale / 2);
      }
    };
  }

  private static <R extends TNumber> Operand<R> scaled(Ops tf, Operand<R> terms, double scale) {
    var all = tf.range(tf.constant(0), tf.rank(terms), tf.constant(1));
    var sum = tf.reduceSum(terms, all, ReduceSum.keepDims(false));
    return tf.math.mul(sum, tf.dtypes.cast(tf.constant(scale), terms.type()));
  }

  private static void requireScale(String what, double scale) {
    if (!(scale >= 0 && scale < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          what + " regularizer: scale must be at least 0, got " + scale);
    }
  }
}
