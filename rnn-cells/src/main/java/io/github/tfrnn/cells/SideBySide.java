package io.github.tfrnn.cells;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/** Matrices side by side. */
final class SideBySide {
  private SideBySide() {}

  /** Returns {@code parts} side by side; one alone as it is, for the op wants two. */
  static <T extends TFloating> Operand<T> join(Ops tf, List<Operand<T>> parts) {
    return parts.size() == 1 ? parts.get(0) : tf.concat(parts, tf.constant(1));
  }

  /** Returns {@code count} parts of equal width. */
  static <T extends TFloating> List<Operand<T>> split(Ops tf, Operand<T> columns, int count) {
    return count == 1
        ? List.of(columns)
        : List.copyOf(tf.split(tf.constant(1), columns, (long) count).output());
  }
}
