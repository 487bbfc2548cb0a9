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
import org.tensorflow.proto.DataType;
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

  private final String prefix;
  private final Maker maker;

  private record Key(Class<? extends TFloating> type, long depth, long units) {}

  /** Begins a function in a graph of its own. */
  @FunctionalInterface
  interface Maker {
    <T extends TFloating> BlockGradientFunction<T> make(
        Graph scratch, Class<T> type, long depth, long units);
  }

  /**
   * None yet.
   *
   * @param prefix the start of their names
   */
  LayerGradients(String prefix, Maker maker) {
    this.prefix = prefix;
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
    var functions = made.computeIfAbsent(key, any -> make(h.type(), key.depth(), key.units()));
    FunctionDefs.attach(graph, functions);
    return functions.get(functions.size() - 1).getSignature().getName();
  }

  /** The function, after those that it calls. */
  private <T extends TFloating> List<FunctionDef> make(Class<T> type, long depth, long units) {
    try (Graph scratch = new Graph()) {
      return maker.make(scratch, type, depth, units).functions(prefix);
    }
  }

  /**
   * Calls a function whose results have one type. TensorFlow would take the gradient of the call,
   * and end the process at the loop inside, so they have none.
   *
   * @param why there is no gradient of second order
   */
  static List<Output<?>> call(
      Ops tf, String function, List<Output<?>> inputs, int results, DataType type, String why) {
    var joined = new ArrayList<Output<?>>();
    var types = Collections.nCopies(results, type);
    for (var result : FunctionCalls.inlined(tf, "LayerGradient", function, inputs, types)) {
      // Each alone, so that what nobody asks for is not computed.
      joined.addAll(
          FunctionCalls.join(
              tf, "LayerGradient", List.of(result), CompiledAttribute.FAILURE + why));
    }
    return joined;
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
