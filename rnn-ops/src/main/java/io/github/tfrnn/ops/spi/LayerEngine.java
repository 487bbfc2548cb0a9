package io.github.tfrnn.ops.spi;

import java.util.List;
import java.util.Map;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;

/**
 * A runner of another module, with ops of its own; found through {@link java.util.ServiceLoader}.
 * Making one must be cheap and need no native code.
 */
public interface LayerEngine extends LayerRunner {

  /** The constant of {@code Engine} that it stands for. */
  String name();

  /** The gradients of its ops by their type, and with them the types that it adds. */
  Map<String, Gradient> gradients();

  /** The gradient of one op type. */
  @FunctionalInterface
  interface Gradient {
    /**
     * Returns one gradient for each input, never null; the graph is locked meanwhile, so only its
     * {@code input(i)}, {@code output(i)}, attributes, type and name may be asked for.
     *
     * @param dy the gradients of the outputs
     */
    List<? extends Operand<?>> of(Ops tf, GraphOperation op, List<Output<?>> dy);
  }
}
