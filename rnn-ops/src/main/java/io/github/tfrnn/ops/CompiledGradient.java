package io.github.tfrnn.ops;

import io.github.tfrnn.ops.spi.CompiledAttribute;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TType;

/**
 * The gradient of an IdentityN: what arrives, or that of the compiled piece ({@link CompiledPiece})
 * whose results and inputs pass through it.
 */
final class CompiledGradient {
  private static final String SECOND =
      CompiledAttribute.FAILURE
          + "it is the gradient of a compiled piece. Second derivatives need a graph that is not"
          + " compiled";

  private CompiledGradient() {}

  static void addTo(Map<String, OpGradient> gradients) {
    gradients.put("IdentityN", CompiledGradient::of);
  }

  /** Why there is no gradient of an IdentityN; null if there is one. */
  static @Nullable String failureOf(GraphOperation op) {
    var plan = planOf(op);
    return plan != null && plan.startsWith(CompiledAttribute.FAILURE)
        ? plan.substring(CompiledAttribute.FAILURE.length())
        : null;
  }

  private static @Nullable String planOf(GraphOperation op) {
    try {
      return op.attributes().getAttrString(CompiledAttribute.NAME);
    } catch (TensorFlowException | IllegalArgumentException e) {
      return null;
    }
  }

  private static List<? extends Operand<?>> of(Ops tf, GraphOperation op, List<Output<?>> dy) {
    var plan = planOf(op);
    if (plan == null) {
      return dy;
    }
    if (plan.startsWith(CompiledAttribute.FAILURE)) {
      throw new IllegalStateException(
          "gradients: piece " + op.name() + " has no gradient: " + failureOf(op));
    }
    int colon = plan.indexOf(':');
    int results = Integer.parseInt(plan.substring(0, colon));
    var arguments = new ArrayList<Output<?>>();
    var sources = new ArrayList<Output<?>>();
    for (int i = results; i < op.numInputs(); i++) {
      arguments.add(op.input(i));
      if (CompiledPiece.isFloating(op.input(i))) {
        sources.add(op.input(i));
      }
    }
    for (int i = 0; i < results; i++) {
      if (CompiledPiece.isFloating(op.input(i))) {
        arguments.add(dy.get(i));
      }
    }
    var types = FunctionCalls.types(sources);
    var call =
        FunctionCalls.compiled(
            tf, "compiled_gradient", plan.substring(colon + 1), arguments, types);
    var slopes = FunctionCalls.join(tf, "compiled_gradient", call, SECOND).iterator();
    var gradients = new ArrayList<Operand<?>>();
    for (int i = 0; i < op.numInputs(); i++) {
      var input = op.input(i);
      gradients.add(
          i >= results && CompiledPiece.isFloating(input)
              ? shaped(tf, slopes.next(), input)
              : OpGradients.zeros(tf, input));
    }
    return gradients;
  }

  // A call does not know the shapes of its results, and shapes cannot be asked for here.
  private static <T extends TType> Operand<T> shaped(Ops tf, Output<T> slope, Output<?> like) {
    return tf.reshape(slope, tf.shape(like));
  }
}
