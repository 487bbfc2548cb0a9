package io.github.tfrnn.cells;

import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Operands of a type that they do not have, as raw types allow them. */
final class Misfit {
  private Misfit() {}

  @SuppressWarnings("unchecked") // the mistake that is tested
  static Operand<TFloat32> of(Operand<?> operand) {
    return (Operand<TFloat32>) operand;
  }
}
