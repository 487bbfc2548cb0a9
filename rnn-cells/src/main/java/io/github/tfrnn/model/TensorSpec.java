package io.github.tfrnn.model;

import io.github.tfrnn.ops.Shapes;
import java.util.Arrays;
import java.util.Locale;
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
              + text(type, shape)
              + ", got "
              + text(tensor.dataType(), tensor.shape()));
    }
  }

  /** {@code float [?, 3]}. */
  static String text(DataType type, Shape shape) {
    return text(type) + " " + Shapes.text(shape);
  }

  /** {@code float}, as TensorFlow's own messages name the type. */
  static String text(DataType type) {
    return type.name().replaceFirst("^DT_", "").toLowerCase(Locale.ROOT);
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
    return name + " " + text(type, shape);
  }
}
