package io.github.tfrnn.model;

import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Shapes;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.family.TType;

/** Tensors that outlive the run they came from. */
final class Tensors {
  private Tensors() {}

  /** A tensor of zeros; memory from the runtime holds anything. */
  static Tensor zeros(Class<? extends TType> type, Shape shape) {
    if (shape.isUnknown() || shape.hasUnknownDimension()) {
      throw new IllegalArgumentException("state: shape must be known, got " + Shapes.text(shape));
    }
    Tensor tensor = Tensor.of(type, shape);
    var bytes = tensor.asRawTensor().data();
    if (bytes.size() > 0) {
      bytes.write(new byte[Math.toIntExact(bytes.size())]);
    }
    return tensor;
  }

  /** A copy that does not end with the result it was fetched with. */
  static Tensor copy(Tensor tensor) {
    return Tensor.of(type(tensor), tensor.shape(), tensor.asRawTensor().data());
  }

  /** The type of the elements. */
  static Class<? extends TType> type(Tensor tensor) {
    if (!(tensor instanceof TType typed)) {
      throw new IllegalArgumentException("tensor must have a type, got " + tensor);
    }
    return typed.type();
  }

  /** Refuses a tensor that cannot be fed where {@code leaf} is expected. */
  static void requireFits(Leaf leaf, Tensor tensor) {
    boolean type = tensor instanceof TType typed && leaf.type().isAssignableFrom(typed.type());
    var expected = leaf.withBatch(Shape.UNKNOWN_SIZE);
    if (!type || !expected.isCompatibleWith(tensor.shape())) {
      throw new IllegalArgumentException(
          "state: "
              + leaf.name()
              + " must be "
              + leaf.type().getSimpleName()
              + " "
              + Shapes.text(expected)
              + ", got "
              + tensor.dataType()
              + " "
              + Shapes.text(tensor.shape()));
    }
  }
}
