package io.github.tfrnn.ops;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.annotation.TensorType;
import org.tensorflow.types.family.TType;

/**
 * Says in how many parts a variable is kept.
 *
 * <p>The parts of {@code name} are variables of their own, {@code name/part_0} and so on; what the
 * scope hands out is their concatenation. Scalars are never cut. Source: the {@code partitioner}
 * argument of {@code tf.variable_scope}.
 */
@FunctionalInterface
public interface Partitioner {
  /** What an element of a text variable is taken to need, as in TensorFlow 1.15. */
  int BYTES_OF_TEXT = 16;

  /**
   * Returns the number of parts along each axis.
   *
   * @param shape the shape of the variable, fully known, of one dimension or more
   * @param type the type of the variable
   * @return one number for each axis, at least 1 each; only one may be more
   */
  List<Integer> partitions(Shape shape, Class<? extends TType> type);

  /** As {@link #fixedSize(int, int)}, along the first axis. */
  static Partitioner fixedSize(int parts) {
    return fixedSize(parts, 0);
  }

  /**
   * Cuts every variable into {@code parts}, or into single slices where it has fewer: {@code
   * tf.fixed_size_partitioner}.
   *
   * @param axis the axis to cut; a variable that does not have it is refused
   * @throws IllegalArgumentException if {@code parts < 1} or {@code axis < 0}
   */
  static Partitioner fixedSize(int parts, int axis) {
    requireAtLeast("fixed size partitioner", "parts", 1, parts);
    requireAtLeast("fixed size partitioner", "axis", 0, axis);
    return (shape, type) -> cut("fixed size partitioner", shape, axis, parts);
  }

  /** As {@link #axisSize(long, int, int)}, along the first axis, of any number of parts. */
  static Partitioner axisSize(long maxBytes) {
    return axisSize(maxBytes, 0, Integer.MAX_VALUE);
  }

  /**
   * Cuts a variable into as few parts of at most {@code maxBytes} as one axis allows: {@code
   * tf.variable_axis_size_partitioner}.
   *
   * @param maxBytes of a part; a single slice may have more
   * @param axis the axis to cut; a variable that does not have it is refused
   * @param maxParts at most so many parts, whatever their size
   * @throws IllegalArgumentException if {@code maxBytes} or {@code maxParts} is below 1, or {@code
   *     axis < 0}
   */
  static Partitioner axisSize(long maxBytes, int axis, int maxParts) {
    requireAtLeast("axis size partitioner", "maxBytes", 1, maxBytes);
    requireAtLeast("axis size partitioner", "axis", 0, axis);
    requireAtLeast("axis size partitioner", "maxParts", 1, maxParts);
    return (shape, type) -> {
      requireAxis("axis size partitioner", shape, axis);
      long size = Math.max(1, shape.get(axis));
      double slice = (double) shape.size() / size * bytes(type);
      long slices = Math.max(1, (long) Math.floor(maxBytes / slice));
      return cut(
          "axis size partitioner", shape, axis, Math.min(maxParts, -Math.floorDiv(-size, slices)));
    };
  }

  /** As {@link #minMax(int, int, long)}, along the first axis, of parts of 256 KiB. */
  static Partitioner minMax(int maxParts) {
    return minMax(maxParts, 0, 256L << 10);
  }

  /**
   * Cuts a variable into at most {@code maxParts} of about {@code minBytes} or more: {@code
   * tf.min_max_variable_partitioner}.
   *
   * @param maxParts at most so many parts
   * @param axis the axis to cut; a variable that does not have it is refused
   * @param minBytes a variable of so many bytes or fewer stays in one part
   * @throws IllegalArgumentException if {@code maxParts} or {@code minBytes} is below 1, or {@code
   *     axis < 0}
   */
  static Partitioner minMax(int maxParts, int axis, long minBytes) {
    requireAtLeast("min max partitioner", "maxParts", 1, maxParts);
    requireAtLeast("min max partitioner", "axis", 0, axis);
    requireAtLeast("min max partitioner", "minBytes", 1, minBytes);
    return (shape, type) -> {
      long parts = -Math.floorDiv(-shape.size() * bytes(type), minBytes);
      return cut("min max partitioner", shape, axis, Math.min(maxParts, parts));
    };
  }

  private static List<Integer> cut(String who, Shape shape, int axis, long parts) {
    requireAxis(who, shape, axis);
    var all = new ArrayList<Integer>(Collections.nCopies(shape.numDimensions(), 1));
    all.set(axis, (int) Math.max(1, Math.min(parts, shape.get(axis))));
    return List.copyOf(all);
  }

  private static long bytes(Class<? extends TType> type) {
    var described = type.getAnnotation(TensorType.class);
    return described == null || described.byteSize() < 1 ? BYTES_OF_TEXT : described.byteSize();
  }

  private static void requireAxis(String who, Shape shape, int axis) {
    if (axis >= shape.numDimensions()) {
      throw new IllegalArgumentException(
          "Cannot partition variable along axis "
              + axis
              + " when shape is only "
              + Shapes.text(shape)
              + " ("
              + who
              + ")");
    }
  }

  private static void requireAtLeast(String who, String what, long least, long value) {
    if (value < least) {
      throw new IllegalArgumentException(
          who + ": " + what + " must be at least " + least + ", got " + value);
    }
  }
}
