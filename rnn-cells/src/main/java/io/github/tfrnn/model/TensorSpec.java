package io.github.tfrnn.model;

import io.github.tfrnn.ops.Shapes;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;

/**
 * What a signature says of one of its tensors.
 *
 * @param name in the signature
 * @param type of the elements
 * @param shape unknown sizes, such as batch and time, are -1
 */
public record TensorSpec(String name, DataType type, Shape shape) {

  /** Refuses a tensor of another type or shape; {@code where} names the signature. */
  void requireFits(String where, Tensor tensor) {
    if (tensor.dataType() != type || !shape.isCompatibleWith(tensor.shape())) {
      throw new IllegalArgumentException(
          where
              + ": "
              + name
              + " must be "
              + kind()
              + ", got "
              + text(tensor.dataType(), tensor.shape()));
    }
  }

  /** Its type and shape as messages show them: {@code float[?, 3]}. */
  public String kind() {
    return text(type, shape);
  }

  static String text(DataType type, Shape shape) {
    return ElementTypes.text(type) + Shapes.text(shape);
  }

  // A Shape equals no other if part of it is unknown.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TensorSpec spec
        && name.equals(spec.name)
        && type == spec.type
        && Arrays.equals(shape.asArray(), spec.shape.asArray());
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, type, Arrays.hashCode(shape.asArray()));
  }

  @Override
  public String toString() {
    return name + " " + kind();
  }
}
