package io.github.tfrnn.ops;

import java.util.List;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;

/**
 * The gradient of one op type, called while native code holds the lock of the graph.
 *
 * <p>Allowed inside: adding ops, {@code op.input(i)}, {@code op.output(i)}, attributes, type and
 * name. Everything else that asks the graph (shapes, {@code inputs()}, consumers, looking up an op)
 * waits for ever.
 */
@FunctionalInterface
interface OpGradient {
  /**
   * Returns one gradient for each input of {@code op}, never null; zeros where there is none.
   *
   * @param dy the gradients of the outputs; zeros for an unused one
   */
  List<? extends Operand<?>> of(Ops tf, GraphOperation op, List<Output<?>> dy);
}
