package io.github.tfrnn.ops;

import io.github.tfrnn.ops.spi.GradientAttribute;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.types.family.TFloating;

/**
 * The functions that compute the gradients of layers of one kind. An op names its function in an
 * attribute, {@link GradientAttribute}; the function is brought into the graph with the op, since
 * none can be while gradients are taken.
 */
final class LayerGradients {
  /** The layers of a network, and the slices of a layer, mostly have the same function. */
  private final Map<Key, List<FunctionDef>> made = new ConcurrentHashMap<>();

  private final Maker maker;

  private record Key(Class<? extends TFloating> type, long depth, long units) {}

  /** Makes a function, the last of the list, and those that it calls. */
  @FunctionalInterface
  interface Maker {
    List<FunctionDef> make(Class<? extends TFloating> type, long depth, long units);
  }

  LayerGradients(Maker maker) {
    this.maker = maker;
  }

  /**
   * Brings a function into a graph; one that it has already is used again.
   *
   * @param x {@code [T, B, D]}, whose D is known
   * @param h {@code [B, H]}, whose H is known
   * @return its name
   */
  <T extends TFloating> String attach(Graph graph, Operand<T> x, Operand<T> h) {
    GradientRegistry.register();
    var key = new Key(h.type(), x.shape().get(2), h.shape().get(1));
    var functions =
        made.computeIfAbsent(key, any -> maker.make(h.type(), key.depth(), key.units()));
    FunctionDefs.attach(graph, functions);
    return functions.get(functions.size() - 1).getSignature().getName();
  }

  /** The function that an op names; null if it names none. */
  static @Nullable String functionOf(GraphOperation op) {
    try {
      return op.attributes().getAttrString(GradientAttribute.NAME);
    } catch (TensorFlowException | IllegalArgumentException e) {
      return null;
    }
  }
}
