package io.github.tfrnn.ops;

import org.tensorflow.Operand;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TInt32;

/** Tensor list ops through the raw builder: the type of a list has no class in Java. */
final class TensorLists {
  private TensorLists() {}

  private static OperationBuilder op(Ops tf, String type, Output<?>... inputs) {
    var builder = tf.scope().opBuilder(type, type);
    for (Output<?> input : inputs) {
      builder.addInput(input);
    }
    return builder;
  }

  private static Output<?> built(OperationBuilder builder) {
    return builder.build().output(0);
  }

  /** A list of the slices {@code x[0], x[1], ...}. */
  static Output<?> fromTensor(Ops tf, Output<?> x, Operand<TInt32> elementShape) {
    return built(op(tf, "TensorListFromTensor", x, elementShape.asOutput()));
  }

  /** An empty list of {@code size} elements; an unwritten one reads as zeros. */
  static Output<?> reserve(
      Ops tf, DataType type, Operand<TInt32> elementShape, Operand<TInt32> size) {
    var builder = op(tf, "TensorListReserve", elementShape.asOutput(), size.asOutput());
    builder.setAttr("element_dtype", type);
    return built(builder);
  }

  /** All elements as one tensor; {@code elementShape} must be fully known at run time. */
  static Output<?> stack(Ops tf, Output<?> list, Operand<TInt32> elementShape, DataType type) {
    var builder = op(tf, "TensorListStack", list, elementShape.asOutput());
    builder.setAttr("element_dtype", type);
    builder.setAttr("num_elements", -1);
    return built(builder);
  }

  /** The elements one below the other; the first dimension of the element shape may be -1. */
  static Output<?> rows(Ops tf, Output<?> list, Operand<TInt32> elementShape, DataType type) {
    var lengths = tf.constant(new long[0]).asOutput();
    var builder = op(tf, "TensorListConcatV2", list, elementShape.asOutput(), lengths);
    builder.setAttr("element_dtype", type);
    return built(builder);
  }

  /** The inverse of {@link #rows}. */
  static Output<?> split(Ops tf, Output<?> rows, Output<?> elementShape, Output<?> lengths) {
    return built(op(tf, "TensorListSplit", rows, elementShape, lengths));
  }

  static Output<?> resize(Ops tf, Output<?> list, Operand<TInt32> size) {
    return built(op(tf, "TensorListResize", list, size.asOutput()));
  }

  /** The number of elements; gradients stop here. */
  static Operand<TInt32> length(Ops tf, Output<?> list) {
    Operand<TInt32> length = op(tf, "TensorListLength", list).build().output(0);
    return tf.stopGradient(length);
  }
}
