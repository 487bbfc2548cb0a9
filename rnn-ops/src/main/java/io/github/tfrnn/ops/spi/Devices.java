package io.github.tfrnn.ops.spi;

import static org.tensorflow.internal.c_api.global.tensorflow.TFE_ContextListDevices;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeleteDeviceList;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeviceListCount;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeviceListType;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_GetRegisteredKernelsForOp;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Set;
import java.util.TreeSet;
import org.tensorflow.internal.c_api.TFE_Context;
import org.tensorflow.internal.c_api.TFE_ContextOptions;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.proto.KernelList;

/** What the native library and this machine can run. */
public final class Devices {
  private Devices() {}

  /**
   * The types of devices for which the native library has a kernel of an op: {@code CPU}, {@code
   * GPU}. The natives without CUDA have no kernel of cuDNN's ops at all.
   */
  public static Set<String> ofKernels(String opType) {
    var status = TF_Status.newStatus();
    var buffer = TF_GetRegisteredKernelsForOp(opType, status);
    try {
      status.throwExceptionIfNotOK();
      var types = new TreeSet<String>();
      // An empty buffer holds no bytes that could be copied.
      byte[] bytes = buffer.length() == 0 ? new byte[0] : buffer.copyData();
      for (var kernel : KernelList.parseFrom(bytes).getKernelList()) {
        types.add(kernel.getDeviceType());
      }
      return types;
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("kernels of " + opType + " must be readable", e);
    } finally {
      buffer.delete();
      status.delete();
    }
  }

  /** Looked at once. */
  private static final class Machine {
    static final Set<String> DEVICES = Set.copyOf(find());
  }

  /** Natives for a CPU are not asked for the machine. */
  private static final class Gpu {
    static final boolean HERE = ofKernels("MatMul").contains("GPU") && ofMachine().contains("GPU");
  }

  /** The types of devices that this machine has, {@code CPU} among them. */
  public static Set<String> ofMachine() {
    return Machine.DEVICES;
  }

  /** Whether TensorFlow puts ops on a GPU here if it is not told where to. */
  public static boolean haveGpu() {
    return Gpu.HERE;
  }

  private static Set<String> find() {
    var status = TF_Status.newStatus();
    var options = TFE_ContextOptions.newContextOptions();
    try {
      var context = TFE_Context.newContext(options, status);
      try {
        status.throwExceptionIfNotOK();
        return types(context, status);
      } finally {
        context.delete();
      }
    } finally {
      options.delete();
      status.delete();
    }
  }

  private static Set<String> types(TFE_Context context, TF_Status status) {
    var list = TFE_ContextListDevices(context, status);
    try {
      status.throwExceptionIfNotOK();
      var types = new TreeSet<String>();
      for (int i = 0; i < TF_DeviceListCount(list); i++) {
        types.add(TF_DeviceListType(list, i, status).getString());
      }
      return types;
    } finally {
      TF_DeleteDeviceList(list);
    }
  }
}
