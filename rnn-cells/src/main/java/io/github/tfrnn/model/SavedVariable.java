package io.github.tfrnn.model;

import io.github.tfrnn.ops.Shapes;
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

  /** Its type and shape as messages show them. */
  String kind() {
    return ElementTypes.text(dtype) + Shapes.text(shape);
  }

  @Override
  public String toString() {
    return name + " " + kind();
  }
}
