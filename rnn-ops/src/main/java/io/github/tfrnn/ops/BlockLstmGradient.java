package io.github.tfrnn.ops;

import io.github.tfrnn.ops.spi.CompiledAttribute;
import io.github.tfrnn.ops.spi.GradientAttribute;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.types.family.TFloating;

/**
 * The gradient of {@code BlockLSTM} without peepholes and clip: a call of a function ({@link
 * BlockLstmGradientFunction}) that is made with the op, since no function can be brought into the
 * graph while gradients are taken.
 */
final class BlockLstmGradient {
  private static final String SECOND =
      CompiledAttribute.FAILURE
          + "it is the gradient of BlockLSTM. Second derivatives need Engine.LOOP with"
          + " options.secondOrder()";

  /** Inputs of the op that the function takes: count, x, c, h, kernel; the bias is the last. */
  private static final int TAKEN = 5;

  private static final int PEEPHOLES = 3;

  /** The layers of a network, and the slices of a layer, mostly have the same function. */
  private static final Map<Key, List<FunctionDef>> MADE = new ConcurrentHashMap<>();

  private BlockLstmGradient() {}

  private record Key(Class<? extends TFloating> type, long depth, long units) {}

  /**
   * Brings the function into a graph; one that it has already is used again.
   *
   * @param x {@code [T, B, D]}, whose D is known
   * @param h {@code [B, H]}, whose H is known
   * @return its name
   */
  static <T extends TFloating> String attach(Graph graph, Operand<T> x, Operand<T> h) {
    GradientRegistry.register();
    var key = new Key(h.type(), x.shape().get(2), h.shape().get(1));
    var functions =
        MADE.computeIfAbsent(
            key, any -> BlockLstmGradientFunction.make(h.type(), key.depth(), key.units()));
    FunctionDefs.attach(graph, functions);
    return functions.get(functions.size() - 1).getSignature().getName();
  }

  /** Adds the gradient of an op; null if there is no function for it. */
  static @Nullable List<Operand<?>> of(Ops tf, GraphOperation op, List<Output<?>> dy) {
    String function;
    try {
      function = op.attributes().getAttrString(GradientAttribute.NAME);
    } catch (TensorFlowException | IllegalArgumentException e) {
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
    var types = Collections.nCopies(BlockLstmGradientFunction.RESULTS, type);
    var results = new ArrayList<Operand<?>>();
    for (var result : FunctionCalls.inlined(tf, "BlockLSTMGradient", function, inputs, types)) {
      // TensorFlow would take the gradient of the call, and end the process at the loop inside.
      // Each alone, so that what nobody asks for is not computed.
      results.addAll(FunctionCalls.join(tf, "BlockLSTMGradient", List.of(result), SECOND));
    }
    List<Operand<?>> gradients = new ArrayList<>();
    gradients.add(tf.zerosLike(op.input(0)));
    for (int i = 1; i < TAKEN; i++) {
      gradients.add(OpGradients.shaped(tf, results.get(i - 1).asOutput(), op.input(i)));
    }
    for (int i = 0; i < PEEPHOLES; i++) {
      gradients.add(tf.zerosLike(op.input(TAKEN + i)));
    }
    int bias = TAKEN + PEEPHOLES;
    gradients.add(OpGradients.shaped(tf, results.get(TAKEN - 1).asOutput(), op.input(bias)));
    return gradients;
  }
}
