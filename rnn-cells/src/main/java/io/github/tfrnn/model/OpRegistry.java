package io.github.tfrnn.model;

import io.github.tfrnn.ops.spi.Devices;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.tensorflow.TensorFlow;
import org.tensorflow.proto.OpDef;

/** What this runtime knows of ops, asked once. */
final class OpRegistry {
  private static final Map<String, Boolean> KERNELS = new ConcurrentHashMap<>();

  private OpRegistry() {}

  private static final class Ops {
    static final Map<String, OpDef> BY_NAME = new HashMap<>();

    static {
      for (OpDef op : TensorFlow.registeredOpList().getOpList()) {
        BY_NAME.put(op.getName(), op);
      }
    }
  }

  private static final class Machine {
    static final Set<String> DEVICES = Devices.ofMachine();
  }

  /** All ops by name. */
  static Map<String, OpDef> ops() {
    return Collections.unmodifiableMap(Ops.BY_NAME);
  }

  /** Whether a device of this machine can run the op. */
  static boolean hasKernel(String op) {
    return KERNELS.computeIfAbsent(op, any -> runsHere(Devices.ofKernels(any)));
  }

  // Kernels of ops that only steer, such as NoOp, are for the device DEFAULT: any.
  private static boolean runsHere(Set<String> kernels) {
    return kernels.contains("DEFAULT") || !Collections.disjoint(kernels, Machine.DEVICES);
  }
}
