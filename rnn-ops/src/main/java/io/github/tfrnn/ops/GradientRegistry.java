package io.github.tfrnn.ops;

import static java.util.Objects.requireNonNull;
import static org.tensorflow.internal.c_api.global.tensorflow.TFJ_HasGradient;
import static org.tensorflow.internal.c_api.global.tensorflow.TFJ_RegisterCustomGradient;

import io.github.tfrnn.ops.spi.LayerEngines;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.internal.c_api.TFJ_GradFuncAdapter;
import org.tensorflow.op.Ops;
import org.tensorflow.op.RawCustomGradient;

/**
 * The gradients that this library adds to those of TensorFlow, behind one native adapter: a process
 * can hold ten, and the eleventh is a crash.
 */
final class GradientRegistry {
  private static final Map<String, OpGradient> GRADIENTS = new LinkedHashMap<>();

  /** Types of which some op, but not every op, has a gradient of zero. */
  private static final Set<String> FLAT = ConcurrentHashMap.newKeySet();

  private static @Nullable TFJ_GradFuncAdapter adapter;

  static {
    // Filled by the classes that know: one line for each family of ops.
    LoopGradient.addTo(GRADIENTS);
    TensorListGradients.addTo(GRADIENTS);
    MissingGradients.addTo(GRADIENTS);
    SecondGradients.addTo(GRADIENTS);
    CompiledGradient.addTo(GRADIENTS);
    ConvolutionGradients.addTo(GRADIENTS);
    LstmBlockGradients.addTo(GRADIENTS);
    GruBlockGradients.addTo(GRADIENTS);
    CudnnGradients.addTo(GRADIENTS);
    for (var engine : LayerEngines.all()) {
      engine.gradients().forEach((type, gradient) -> GRADIENTS.put(type, gradient::of));
    }
  }

  private GradientRegistry() {}

  /** Registers all gradients, once in a process. */
  static synchronized void register() {
    if (adapter != null) {
      return;
    }
    var made = RawCustomGradient.adapter(GradientRegistry::dispatch);
    for (String type : GRADIENTS.keySet()) {
      register(type, made);
    }
    adapter = made;
  }

  private static void register(String type, TFJ_GradFuncAdapter to) {
    // An op type that already has a gradient keeps it.
    if (!TFJ_HasGradient(type) && !TFJ_RegisterCustomGradient(type, to)) {
      throw new IllegalStateException(
          "gradients: "
              + type
              + " must be registered, and TensorFlow refused. Gradients from Java are not"
              + " available on Windows.");
    }
  }

  /** Whether gradients can be taken through ops of this type. */
  static boolean has(String type) {
    return GRADIENTS.containsKey(type) || (TFJ_HasGradient(type) && !FLAT.contains(type));
  }

  /** Whether no input or no output of {@code op} has a slope. */
  static boolean isFlat(GraphOperation op) {
    return IntStream.range(0, op.numInputs()).noneMatch(i -> isSmooth(op.input(i)))
        || IntStream.range(0, op.numOutputs()).noneMatch(i -> isSmooth(op.output(i)));
  }

  private static boolean isSmooth(Output<?> value) {
    return GradientPaths.isSmooth(value.dataType());
  }

  /** Lets native code pass ops of a type without gradient, as long as they are flat. */
  static synchronized void registerFlat(String type) {
    register();
    if (FLAT.add(type)) {
      register(type, requireNonNull(adapter));
    }
  }

  private static List<Operand<?>> dispatch(Ops tf, GraphOperation op, List<Output<?>> dy) {
    var gradient = GRADIENTS.get(op.type());
    if (gradient != null) {
      return List.copyOf(gradient.of(tf, op, dy));
    }
    if (!isFlat(op)) {
      throw new IllegalStateException("gradients: no gradient of " + op.type());
    }
    return MissingGradients.zeros(tf, op);
  }
}
