package io.github.tfrnn.ops;

import static org.tensorflow.internal.c_api.global.tensorflow.TFJ_HasGradient;
import static org.tensorflow.internal.c_api.global.tensorflow.TFJ_RegisterCustomGradient;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
  private static @Nullable TFJ_GradFuncAdapter adapter;

  static {
    // Filled by the classes that know: one line for each family of ops.
    LoopGradient.addTo(GRADIENTS);
    TensorListGradients.addTo(GRADIENTS);
    MissingGradients.addTo(GRADIENTS);
  }

  private GradientRegistry() {}

  /** Registers all gradients, once in a process. */
  static synchronized void register() {
    if (adapter != null) {
      return;
    }
    var made = RawCustomGradient.adapter(GradientRegistry::dispatch);
    for (String type : GRADIENTS.keySet()) {
      // An op type that already has a gradient keeps it.
      if (!TFJ_HasGradient(type) && !TFJ_RegisterCustomGradient(type, made)) {
        throw new IllegalStateException(
            "gradients: "
                + type
                + " must be registered, and TensorFlow refused. Gradients from Java are not"
                + " available on Windows.");
      }
    }
    adapter = made;
  }

  /** Whether gradients can be taken through ops of this type. */
  static boolean has(String type) {
    return GRADIENTS.containsKey(type) || TFJ_HasGradient(type);
  }

  private static List<Operand<?>> dispatch(Ops tf, GraphOperation op, List<Output<?>> dy) {
    var gradient = GRADIENTS.get(op.type());
    if (gradient == null) {
      throw new IllegalStateException("gradients: no gradient of " + op.type());
    }
    return List.copyOf(gradient.of(tf, op, dy));
  }
}
