package io.github.tfrnn.ops;

import java.util.List;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;
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

  /** An input of an op that takes numbers only. */
  @SuppressWarnings("unchecked") // the op's definition says so
  static Operand<TNumber> number(Output<?> value) {
    return (Operand<TNumber>) value;
  }

  /** Whether the gradient of an output is what stands for an output that nobody reads. */
  static boolean isUnused(Output<?> dy) {
    return dy.op().type().equals("ZerosLike");
  }

  /** Whether nobody reads any of these outputs. */
  static boolean areUnused(List<Output<?>> dy, int... outputs) {
    for (int output : outputs) {
      if (!isUnused(dy.get(output))) {
        return false;
      }
    }
    return true;
  }

  /** {@code gradient} in the shape of {@code like}; a run fails where it has another size. */
  static Operand<TNumber> shaped(Ops tf, Output<?> gradient, Output<?> like) {
    return tf.reshape(number(gradient), tf.shape(like));
  }

  /** The gradients of x and h from that of {@code [x, h] * weights}. */
  static List<Operand<TNumber>> apart(
      Ops tf, Output<?> x, Output<?> h, Operand<TNumber> product, Output<?> weights) {
    var both = tf.linalg.matMul(product, number(weights), MatMul.transposeB(true));
    var shapes = List.<Operand<TInt32>>of(tf.shape(x), tf.shape(h));
    var offsets = tf.concatOffset(tf.constant(1), shapes).offset();
    return List.of(
        tf.slice(both, offsets.get(0), shapes.get(0)),
        tf.slice(both, offsets.get(1), shapes.get(1)));
  }

  /** The gradient of {@code weights} in {@code [x, h] * weights}. */
  static Operand<TNumber> ofWeights(
      Ops tf, Operand<TNumber> x, Operand<TNumber> h, Operand<TNumber> product) {
    var xh = tf.concat(List.of(x, h), tf.constant(1));
    return tf.linalg.matMul(xh, product, MatMul.transposeA(true));
  }

  /**
   * A refusal of the kind that native code gives, which a loop keeps until it is differentiated.
   */
  static TensorFlowException refused(GraphOperation op, String why) {
    return new TensorFlowException("gradients: " + op.type() + " '" + op.name() + "' " + why);
  }
}
