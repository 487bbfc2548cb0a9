package io.github.tfrnn.onednn;

import static io.github.tfrnn.onednn.KernelApi.TF_NewKernelBuilder;
import static io.github.tfrnn.onednn.KernelApi.TF_NewOpDefinitionBuilder;
import static io.github.tfrnn.onednn.KernelApi.TF_OpDefinitionBuilderAddAttr;
import static io.github.tfrnn.onednn.KernelApi.TF_OpDefinitionBuilderAddInput;
import static io.github.tfrnn.onednn.KernelApi.TF_OpDefinitionBuilderAddOutput;
import static io.github.tfrnn.onednn.KernelApi.TF_OpDefinitionBuilderSetShapeInferenceFunction;
import static io.github.tfrnn.onednn.KernelApi.TF_OpKernelConstruction_Failure;
import static io.github.tfrnn.onednn.KernelApi.TF_OpKernelContext_Failure;
import static io.github.tfrnn.onednn.KernelApi.TF_RegisterKernelBuilder;
import static io.github.tfrnn.onednn.KernelApi.TF_RegisterOpDefinition;

import com.sun.jna.Callback;
import com.sun.jna.CallbackThreadInitializer;
import com.sun.jna.Native;
import io.github.tfrnn.onednn.KernelApi.Compute;
import io.github.tfrnn.onednn.KernelApi.Create;
import io.github.tfrnn.onednn.KernelApi.Delete;
import io.github.tfrnn.onednn.KernelApi.InferShapes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A type of op whose kernel for CPUs is written in Java.
 *
 * @param name of the op
 * @param attributes as in {@code masked: bool}
 * @param inputs as in {@code x: float}
 * @param outputs likewise
 * @param shapes tells the shapes of the outputs
 * @param kernels makes a kernel, one for each op of a graph and each set of fetches
 */
record JavaOp(
    String name,
    List<String> attributes,
    List<String> inputs,
    List<String> outputs,
    ShapeFunction shapes,
    JavaKernel.Factory kernels) {

  /** The runtime keeps the bare function pointers for ever. */
  private static final List<Callback> KEPT = Collections.synchronizedList(new ArrayList<>());

  /**
   * Threads of the runtime stay attached as daemons; attaching one for each call takes ten times as
   * long as the call.
   */
  private static final CallbackThreadInitializer THREADS =
      new CallbackThreadInitializer(true, false, "tensorflow");

  /**
   * Registers the op and its kernel; the process ends if the type is known already.
   *
   * @throws IllegalStateException if TensorFlow refuses
   */
  void register() {
    try (var status = new Status()) {
      long definition = TF_NewOpDefinitionBuilder(name);
      attributes.forEach(text -> TF_OpDefinitionBuilderAddAttr(definition, text));
      inputs.forEach(text -> TF_OpDefinitionBuilderAddInput(definition, text));
      outputs.forEach(text -> TF_OpDefinitionBuilderAddOutput(definition, text));
      TF_OpDefinitionBuilderSetShapeInferenceFunction(definition, kept((InferShapes) this::infer));
      TF_RegisterOpDefinition(definition, status.address());
      status.check();
      long kernel =
          TF_NewKernelBuilder(
              name,
              "CPU",
              kept((Create) this::create),
              kept((Compute) this::compute),
              kept((Delete) JavaKernels::remove));
      TF_RegisterKernelBuilder(name, kernel, status.address());
      status.check();
    }
  }

  /** A callback that native code may call for as long as the process lives. */
  static <C extends Callback> C kept(C callback) {
    KEPT.add(callback);
    Native.setCallbackThreadInitializer(callback, THREADS);
    return callback;
  }

  private void infer(long context, long status) {
    try {
      shapes.infer(new ShapeContext(context, status));
    } catch (Throwable t) { // nothing may unwind into native code
      Status.set(status, name, t);
    }
  }

  private long create(long construction) {
    try (var status = new Status()) {
      try {
        return JavaKernels.add(kernels.create(new KernelAttributes(construction, status)));
      } catch (Throwable t) { // nothing may unwind into native code
        Status.set(status.address(), name, t);
        TF_OpKernelConstruction_Failure(construction, status.address());
        return 0;
      }
    }
  }

  private void compute(long kernel, long context) {
    try (var call = new KernelCall(context)) {
      JavaKernels.get(kernel).compute(call);
    } catch (Throwable t) { // nothing may unwind into native code
      try (var status = new Status()) {
        Status.set(status.address(), name, t);
        TF_OpKernelContext_Failure(context, status.address());
      }
    }
  }
}
