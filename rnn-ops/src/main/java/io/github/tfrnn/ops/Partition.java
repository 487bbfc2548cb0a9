package io.github.tfrnn.ops;

import org.tensorflow.ndarray.Shape;

/**
 * Where a variable stands in the partitioned variable that it is a part of: {@code
 * Variable.SaveSliceInfo} of TensorFlow 1.15.
 *
 * @param name the full name of the whole, without {@code /part_0}
 * @param shape the shape of the whole
 * @param axis the axis along which the whole is cut
 * @param offset where the part begins on that axis
 */
public record Partition(String name, Shape shape, int axis, long offset) {}
