package io.github.tfrnn.ops;

import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/** What the classes with gradients share. None of it asks the graph, which is locked. */
final class OpGradients {
  private OpGradients() {}

  /** The gradient of an input that has none. */
  static Operand<? extends TType> zeros(Ops tf, Output<?> like) {
    return tf.zerosLike(like);
  }

  /** An input known to be int32. */
  @SuppressWarnings("unchecked") // the op's definition says so
  static Operand<TInt32> int32(Output<?> value) {
    return (Operand<TInt32>) value;
  }
}
