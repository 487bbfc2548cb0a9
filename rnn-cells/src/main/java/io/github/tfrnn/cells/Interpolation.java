package io.github.tfrnn.cells;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/** How a gate mixes two values. */
final class Interpolation {
  private Interpolation() {}

  /** Returns {@code gate * open + (1 - gate) * closed}. */
  static <T extends TFloating> Operand<T> of(
      Ops tf, Operand<T> gate, Operand<T> open, Operand<T> closed) {
    return tf.math.add(closed, tf.math.mul(gate, tf.math.sub(open, closed)));
  }
}
