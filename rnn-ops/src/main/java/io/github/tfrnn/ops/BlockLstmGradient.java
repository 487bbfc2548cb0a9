package io.github.tfrnn.ops;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;

/**
 * The gradient of {@code BlockLSTM} without peepholes and clip: a call of a function ({@link
 * BlockLstmGradientFunction}) that is made with the op, since no function can be brought into the
 * graph while gradients are taken.
 */
final class BlockLstmGradient {
  private static final String SECOND =
      "it is the gradient of BlockLSTM. Second derivatives need Engine.LOOP with"
          + " options.secondOrder()";

  /** Inputs of the op that the function takes: count, x, c, h, kernel; the bias is the last. */
  private static final int TAKEN = 5;

  private static final int PEEPHOLES = 3;

  static final LayerGradients FUNCTIONS =
      new LayerGradients("tfrnn_block_lstm_gradient", BlockLstmGradientFunction::new);

  private BlockLstmGradient() {}

  /** Adds the gradient of an op; null if there is no function for it. */
  static @Nullable List<Operand<?>> of(Ops tf, GraphOperation op, List<Output<?>> dy) {
    var function = LayerGradients.functionOf(op);
    if (function == null) {
      return null;
    }
    var inputs = new ArrayList<Output<?>>();
    for (int i = 0; i < TAKEN; i++) {
      inputs.add(op.input(i));
    }
    for (int i = 0; i < op.numOutputs(); i++) {
      inputs.add(op.output(i));
    }
    for (int output : new int[] {LstmBlockGradients.CS, LstmBlockGradients.H}) {
      inputs.add(OpGradients.shaped(tf, dy.get(output), op.output(output)).asOutput());
    }
    var type = op.output(LstmBlockGradients.H).dataType();
    var results =
        LayerGradients.call(tf, function, inputs, BlockLstmGradientFunction.RESULTS, type, SECOND);
    List<Operand<?>> gradients = new ArrayList<>();
    gradients.add(tf.zerosLike(op.input(0)));
    for (int i = 1; i < TAKEN; i++) {
      gradients.add(OpGradients.shaped(tf, results.get(i - 1), op.input(i)));
    }
    for (int i = 0; i < PEEPHOLES; i++) {
      gradients.add(tf.zerosLike(op.input(TAKEN + i)));
    }
    int bias = TAKEN + PEEPHOLES;
    gradients.add(OpGradients.shaped(tf, results.get(TAKEN - 1), op.input(bias)));
    return gradients;
  }
}
