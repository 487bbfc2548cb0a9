package io.github.tfrnn.ops;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.tensorflow.ndarray.Shape;

/**
 * How a variable is cut along one axis.
 *
 * @param shape of the whole
 * @param axis the axis that is cut
 * @param count the number of parts
 */
record Partitioning(Shape shape, int axis, int count) {

  /**
   * Asks the partitioner of a request.
   *
   * @throws IllegalArgumentException if the shape cannot be cut, or the answer has no meaning
   */
  static Partitioning of(Partitioner partitioner, VariableRequest request) {
    var shape = request.shape();
    String text = Shapes.text(shape);
    if (shape.isUnknown() || shape.hasUnknownDimension()) {
      throw refused(
          request,
          "Shape of a new partitioned variable must be fully defined, but instead was " + text);
    }
    var parts = List.copyOf(partitioner.partitions(shape, request.type()));
    if (parts.size() != shape.numDimensions()) {
      throw refused(
          request,
          "Partitioner returned a partition list that does not match the Variable's rank: "
              + parts
              + " vs. "
              + text);
    }
    if (parts.stream().anyMatch(count -> count < 1)) {
      throw refused(request, "Partitioner returned zero partitions for some axes: " + parts);
    }
    if (parts.stream().filter(count -> count > 1).count() > 1) {
      throw refused(
          request,
          "Can only slice a variable along one dimension: shape: "
              + text
              + ", partitioning: "
              + parts);
    }
    int axis = 0;
    for (int i = 0; i < parts.size(); i++) {
      axis = parts.get(i) > 1 ? i : axis;
    }
    if (parts.get(axis) > Math.max(1, shape.get(axis))) {
      throw refused(
          request, "Partitioner returned more partitions than elements: " + parts + " vs. " + text);
    }
    return new Partitioning(shape, axis, parts.get(axis));
  }

  private static IllegalArgumentException refused(VariableRequest request, String message) {
    return new IllegalArgumentException(request.name() + ": " + message);
  }

  /** The number of parts along each axis. */
  List<Integer> partitions() {
    var all = new ArrayList<Integer>(Collections.nCopies(shape.numDimensions(), 1));
    all.set(axis, count);
    return all;
  }

  /** The size of part {@code i} along the axis: the first ones take what does not divide. */
  long size(int i) {
    long whole = shape.get(axis);
    return whole / count + (i < whole % count ? 1 : 0);
  }

  /** Where part {@code i} begins along the axis. */
  long offset(int i) {
    long whole = shape.get(axis);
    return i * (whole / count) + Math.min(i, whole % count);
  }

  /** The shape of part {@code i}. */
  Shape part(int i) {
    long[] sizes = shape.asArray().clone();
    sizes[axis] = size(i);
    return Shape.of(sizes);
  }

  /** The first element of part {@code i} on each axis. */
  long[] begin(int i) {
    long[] begin = new long[shape.numDimensions()];
    begin[axis] = offset(i);
    return begin;
  }
}
