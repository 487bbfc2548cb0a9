package io.github.tfrnn.cells;

import java.util.List;
import java.util.stream.Collectors;

/** What the cells share whose step is one op. */
final class BlockCells {
  private BlockCells() {}

  /**
   * Refuses a type that the kernel does not take.
   *
   * @param who the name of the cell
   * @param op the op
   * @param instead the cell with the same weights that takes any type
   */
  static void requireType(
      String who, String op, String instead, Class<?> type, List<Class<?>> kernels) {
    if (!kernels.contains(type)) {
      throw new IllegalArgumentException(
          who
              + ": type must be "
              + kernels.stream().map(Class::getSimpleName).collect(Collectors.joining(" or "))
              + ", which is what the kernel of "
              + op
              + " takes, got "
              + type.getSimpleName()
              + ". "
              + instead
              + " has the same weights and takes every floating point type.");
    }
  }
}
