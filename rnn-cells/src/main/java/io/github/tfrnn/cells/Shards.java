package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Shapes;
import io.github.tfrnn.ops.VariableScope;
import java.util.ArrayList;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.family.TFloating;

/** Kernels whose rows are kept in several variables, as some cells of TensorFlow 1 keep them. */
final class Shards {
  private Shards() {}

  /**
   * Makes or hands out {@code name_0}, {@code name_1}, ... and returns them one below the other.
   *
   * @param rows of the whole; where they do not divide, the first shards have one more
   * @throws IllegalArgumentException if there are more shards than rows
   */
  static <T extends TFloating> Operand<T> kernel(
      VariableScope own, String name, long rows, long columns, Class<T> type, int shards) {
    if (shards > rows) {
      throw new IllegalArgumentException(
          own.name()
              + ": Too many shards: shape="
              + Shapes.text(Shape.of(rows, columns))
              + ", num_shards="
              + shards
              + ". Each shard must have at least one row.");
    }
    var parts = new ArrayList<Operand<T>>();
    for (int i = 0; i < shards; i++) {
      long share = rows / shards + (i < rows % shards ? 1 : 0);
      parts.add(own.variable(name + "_" + i, Shape.of(share, columns), type));
    }
    return shards == 1 ? parts.get(0) : own.tf().concat(parts, own.tf().constant(0));
  }
}
