package io.github.tfrnn.ops;

import io.github.tfrnn.ops.spi.GradientAttribute;
import io.github.tfrnn.ops.spi.LoopAttribute;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;

/**
 * What a loop node needs to be added to a graph and to be differentiated later.
 *
 * <p>Loop variables run: position, bound (loops that run forwards), carry, captured values, lists
 * of inputs, lists of outputs. The layout is written on the node itself ({@link LoopCodec}), so
 * that it goes wherever the graph goes.
 *
 * @param condition name of the function that says whether to go on
 * @param step name of the function that is the body
 * @param stops whether the last carry part is a boolean that ends the loop by turning false
 * @param exactBound whether the loop always fills its lists
 * @param gradient how to differentiate the loop; null if it cannot be
 * @param failure why there is no gradient
 */
record LoopLayout(
    String condition,
    String step,
    boolean stateful,
    boolean reverse,
    boolean stops,
    boolean exactBound,
    boolean lowered,
    int parallelIterations,
    List<ValueSpec> carry,
    List<ValueSpec> captures,
    List<ValueSpec> inputs,
    List<ValueSpec> outputs,
    @Nullable LoopGradientPlan gradient,
    String failure) {

  LoopLayout {
    carry = List.copyOf(carry);
    captures = List.copyOf(captures);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  int firstCarry() {
    return reverse ? 1 : 2;
  }

  int firstCapture() {
    return firstCarry() + carry.size();
  }

  int firstInput() {
    return firstCapture() + captures.size();
  }

  int firstOutput() {
    return firstInput() + inputs.size();
  }

  /**
   * Adds the loop node.
   *
   * @param n number of steps, a scalar
   * @param inputLists one list for each input
   * @param outputLists one reserved list for each output
   * @param function that computes the gradient; null if the layout says all
   */
  Operation emit(
      Ops tf,
      String name,
      Operand<TInt32> n,
      List<Output<?>> carry,
      List<Output<?>> captures,
      List<Output<?>> inputLists,
      List<Output<?>> outputLists,
      @Nullable String function) {
    var variables = new ArrayList<Output<?>>();
    if (reverse) {
      variables.add(tf.math.sub(n, tf.constant(1)).asOutput());
    } else {
      variables.add(tf.constant(0).asOutput());
      variables.add(n.asOutput());
    }
    variables.addAll(carry);
    variables.addAll(captures);
    variables.addAll(inputLists);
    variables.addAll(outputLists);
    var builder = tf.scope().opBuilder(stateful ? "While" : "StatelessWhile", name);
    builder.addInputList(variables.toArray(new Output<?>[0]));
    builder.setAttr("T", NodeDefs.types(variables.stream().map(Output::dataType).toList()));
    builder.setAttr("cond", NodeDefs.function(condition));
    builder.setAttr("body", NodeDefs.function(step));
    builder.setAttr("parallel_iterations", parallelIterations);
    if (lowered) {
      builder.setAttr("_lower_using_switch_merge", true);
    }
    builder.setAttr(LoopAttribute.NAME, LoopCodec.encode(this));
    if (function != null) {
      builder.setAttr(GradientAttribute.NAME, function);
    }
    return builder.build();
  }
}
