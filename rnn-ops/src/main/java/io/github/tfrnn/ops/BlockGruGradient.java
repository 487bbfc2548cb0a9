package io.github.tfrnn.ops;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;

/**
 * The gradient of the loop of a {@link BlockGru}: a call of a function ({@link
 * BlockGruGradientFunction}) that is made with the loop, since no function can be brought into the
 * graph while gradients are taken.
 */
final class BlockGruGradient {
  private static final String SECOND =
      "it is the gradient of GRUBlockCell in a loop. Second derivatives need Engine.LOOP with"
          + " options.secondOrder()";

  /** Outputs of each step, in the order of the op's: r, u, c and h. */
  static final int OUTPUTS = 4;

  static final int H = 3;

  static final LayerGradients FUNCTIONS =
      new LayerGradients("tfrnn_block_gru_gradient", BlockGruGradientFunction::new);

  private BlockGruGradient() {}

  /** Adds the gradient of a loop. */
  static List<Operand<?>> of(
      Ops tf, GraphOperation loop, LoopLayout layout, String function, List<Output<?>> dy) {
    int weights = layout.firstCapture();
    int outputs = layout.firstOutput();
    var h0 = loop.input(layout.firstCarry());
    var state = tf.shape(h0);
    var type = h0.dataType();
    var inputs = new ArrayList<Output<?>>();
    inputs.add(loop.input(1)); // the number of steps
    inputs.add(sequence(loop.input(layout.firstInput())));
    inputs.add(h0);
    inputs.add(loop.input(weights));
    inputs.add(loop.input(weights + 1));
    for (int i = 0; i < OUTPUTS; i++) {
      inputs.add(TensorLists.stack(tf, loop.output(outputs + i), state, type));
    }
    inputs.add(TensorLists.stack(tf, dy.get(outputs + H), state, type));
    inputs.add(dy.get(layout.firstCarry()));
    var results =
        LayerGradients.call(tf, function, inputs, BlockGruGradientFunction.RESULTS, type, SECOND);
    var gradients = new ArrayList<Operand<?>>();
    for (int i = 0; i < loop.numInputs(); i++) {
      gradients.add(OpGradients.zeros(tf, loop.input(i)));
    }
    gradients.set(layout.firstInput(), list(tf, results.get(0)));
    gradients.set(layout.firstCarry(), OpGradients.shaped(tf, results.get(1), h0));
    for (int i = 2; i < results.size(); i++) {
      int weight = weights + i - 2;
      gradients.set(weight, OpGradients.shaped(tf, results.get(i), loop.input(weight)));
    }
    return gradients;
  }

  /** What the loop reads step by step. */
  private static Output<?> sequence(Output<?> list) {
    if (!list.op().type().equals("TensorListFromTensor")) {
      throw new IllegalStateException(
          "gradients: the inputs of GRUBlockCell must be a tensor that is read step by step, got "
              + list.op().type()
              + ". Load the graph as it was saved.");
    }
    return ((GraphOperation) list.op()).input(0);
  }

  private static Output<?> list(Ops tf, Output<?> sequence) {
    Operand<TNumber> dense = OpGradients.number(sequence);
    var row = tf.slice(tf.shape(dense), tf.constant(new int[] {1}), tf.constant(new int[] {-1}));
    return TensorLists.fromTensor(tf, sequence, row);
  }
}
