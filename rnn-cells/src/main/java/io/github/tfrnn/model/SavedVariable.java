package io.github.tfrnn.model;

import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;

/**
 * A variable as a checkpoint lists it.
 *
 * @param name its full name
 * @param dtype the type of its elements
 * @param shape its shape; of a partitioned variable that of the whole
 */
public record SavedVariable(String name, DataType dtype, Shape shape) {

  /** Its type and shape as messages show them: {@code float[5, 4]}. */
  public String kind() {
    return TensorSpec.text(dtype, shape);
  }

  /** The bytes of its elements; 0 for texts, whose sizes differ. */
  public long bytes() {
    return shape.size() * ElementTypes.bytes(dtype);
  }

  @Override
  public String toString() {
    return name + " " + kind();
  }
}
