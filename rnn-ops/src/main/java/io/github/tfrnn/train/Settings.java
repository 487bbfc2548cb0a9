package io.github.tfrnn.train;

import io.github.tfrnn.ops.Shapes;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/** Checks and conversions of the numbers that optimizers and schedules are set up with. */
final class Settings {
  private Settings() {}

  static double requireAtLeastZero(String who, String what, double value) {
    return require(value >= 0 && value < Double.POSITIVE_INFINITY, who, what, "at least 0", value);
  }

  static double requireAboveZero(String who, String what, double value) {
    return require(value > 0 && value < Double.POSITIVE_INFINITY, who, what, "above 0", value);
  }

  /** A share that decays: in {@code [0, 1)}. */
  static double requireShare(String who, String what, double value) {
    return require(value >= 0 && value < 1, who, what, "at least 0 and below 1", value);
  }

  static double require(boolean holds, String who, String what, String rule, double value) {
    if (!holds) {
      throw new IllegalArgumentException(who + ": " + what + " must be " + rule + ", got " + value);
    }
    return value;
  }

  static void requireGraph(Ops tf, String who) {
    if (!tf.scope().env().isGraph()) {
      throw new IllegalArgumentException(
          who
              + ": tf must build a graph, got an eager environment. Make it with Ops.create(new"
              + " Graph()).");
    }
  }

  static void requireScalar(String who, String what, Operand<?> value) {
    var shape = value.shape();
    if (!shape.isUnknown() && shape.numDimensions() != 0) {
      throw new IllegalArgumentException(
          who + ": " + what + " must be a scalar, got shape " + Shapes.text(shape));
    }
  }

  /** Numbers go through single precision, as in TensorFlow 1.15: Adam's powers are of it too. */
  static <T extends TFloating> Operand<T> number(Ops tf, double value, Class<T> type) {
    return tf.dtypes.cast(tf.constant((float) value), type);
  }
}
