package io.github.tfrnn.ops.spi;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * Another way to run a layer over sequences than the loop, with equal numbers and gradients; found
 * through {@link java.util.ServiceLoader}. Making one must be cheap and need no native code.
 */
public interface LayerEngine {

  /** The constant of {@code Engine} that it stands for. */
  String name();

  /**
   * What keeps it from running on this machine, as the end of a sentence; empty if nothing. Loads
   * what it needs at the first call.
   */
  Optional<String> obstacle();

  /** What keeps it from running layers of a kind and type; empty if nothing. */
  Optional<String> obstacle(LayerKind kind, Class<? extends TFloating> type);

  /**
   * Adds a layer to the graph; {@link #obstacle()} and the other one were empty.
   *
   * @param tf of a graph, not of a function's body
   */
  <T extends TFloating> LayerOutput<T> run(
      Ops tf, LayerWeights<T> weights, LayerSequence<T> sequence);

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
