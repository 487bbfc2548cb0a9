package io.github.tfrnn.ops.spi;

import java.util.Optional;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/** Another way to run a layer over sequences than the loop, with equal numbers and gradients. */
public interface LayerRunner {

  /**
   * What keeps it from running on this machine, as the end of a sentence; empty if nothing. Loads
   * what it needs at the first call.
   */
  Optional<String> obstacle();

  /** What keeps it from running layers of a kind and type; empty if nothing. */
  Optional<String> obstacle(LayerKind kind, Class<? extends TFloating> type);

  /**
   * Why {@code Engine.AUTO} passes it over although it can run a layer; empty if it does not.
   *
   * @param recompute whether memory is to be saved
   */
  default Optional<String> drawback(PlainLayer<?, ?> layer, boolean recompute) {
    return Optional.empty();
  }

  /**
   * Adds a layer to the graph; {@link #obstacle()} and the other one were empty.
   *
   * @param tf of a graph; of a function's body only if all of its ops are standard ones
   */
  <T extends TFloating> LayerOutput<T> run(
      Ops tf, LayerWeights<T> weights, LayerSequence<T> sequence);
}
