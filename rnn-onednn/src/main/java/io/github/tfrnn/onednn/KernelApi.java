package io.github.tfrnn.onednn;

import com.sun.jna.Callback;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.util.Map;
import org.tensorflow.TensorFlow;

/**
 * TensorFlow's C functions for ops and kernels ({@code tensorflow/c/ops.h}, {@code
 * tensorflow/c/kernels.h}), which TensorFlow-Java does not bind, and those for tensors that make an
 * object there, in the library that it has loaded.
 *
 * <p>Native pointers are numbers here, so that a call makes no objects. Callbacks are arguments of
 * their own type, which JNA then calls without reflection.
 */
@SuppressWarnings("MemberName") // the names are those of C
final class KernelApi {
  /** {@code TF_FLOAT}. */
  static final int FLOAT = 1;

  /** {@code TF_INT32}. */
  static final int INT32 = 3;

  /** {@code TF_UINT8}. */
  static final int UINT8 = 4;

  /** {@code TF_INT64}. */
  static final int INT64 = 9;

  /** {@code TF_INVALID_ARGUMENT}. */
  static final int INVALID_ARGUMENT = 3;

  /** {@code TF_RESOURCE_EXHAUSTED}. */
  static final int RESOURCE_EXHAUSTED = 8;

  /** {@code TF_INTERNAL}. */
  static final int INTERNAL = 13;

  /** dlopen's lazy binding without RTLD_GLOBAL, which JNA would add by default. */
  private static final int LAZY_AND_LOCAL = 1;

  static {
    TensorFlow.version(); // loads the library
    var path = LoadedLibrary.path("libtensorflow_framework.so");
    Native.register(
        KernelApi.class,
        NativeLibrary.getInstance(path, Map.of(Library.OPTION_OPEN_FLAGS, LAZY_AND_LOCAL)));
  }

  private KernelApi() {}

  /** Makes a kernel; returns what stands for it in the other two calls. */
  interface Create extends Callback {
    long invoke(long construction);
  }

  /** Runs a kernel. */
  interface Compute extends Callback {
    void invoke(long kernel, long context);
  }

  /** Frees a kernel. */
  interface Delete extends Callback {
    void invoke(long kernel);
  }

  /** Takes the memory of a tensor back. */
  interface Deallocate extends Callback {
    void invoke(long data, long bytes, long argument);
  }

  /** Tells the shapes of the outputs. */
  interface InferShapes extends Callback {
    void invoke(long context, long status);
  }

  static native long TF_NewStatus();

  static native void TF_DeleteStatus(long status);

  static native int TF_GetCode(long status);

  static native String TF_Message(long status);

  static native void TF_SetStatus(long status, int code, String message);

  static native long TF_NewOpDefinitionBuilder(String name);

  static native void TF_OpDefinitionBuilderAddInput(long builder, String input);

  static native void TF_OpDefinitionBuilderAddOutput(long builder, String output);

  static native void TF_OpDefinitionBuilderAddAttr(long builder, String attribute);

  static native void TF_OpDefinitionBuilderSetShapeInferenceFunction(
      long builder, InferShapes function);

  static native void TF_RegisterOpDefinition(long builder, long status);

  static native long TF_NewKernelBuilder(
      String op, String device, Create create, Compute compute, Delete delete);

  static native void TF_RegisterKernelBuilder(String name, long builder, long status);

  static native void TF_OpKernelConstruction_GetAttrBool(
      long construction, String name, byte[] value, long status);

  static native void TF_OpKernelConstruction_GetAttrFloat(
      long construction, String name, float[] value, long status);

  static native void TF_OpKernelConstruction_Failure(long construction, long status);

  static native void TF_OpKernelContext_Failure(long context, long status);

  static native void TF_GetInput(long context, int index, long tensor, long status);

  static native long TF_AllocateOutput(
      long context, int index, int type, long dims, int rank, long bytes, long status);

  static native long TF_NewTensor(
      int type, long dims, int rank, long data, long bytes, Deallocate deallocate, long argument);

  static native void TF_SetOutput(long context, int index, long tensor, long status);

  static native long TF_TensorData(long tensor);

  static native long TF_NewShapeHandle();

  static native void TF_DeleteShapeHandle(long shape);

  static native long TF_NewDimensionHandle();

  static native void TF_DeleteDimensionHandle(long dimension);

  static native int TF_DimensionHandleValueKnown(long dimension);

  static native void TF_ShapeInferenceContextDim(
      long context, long shape, long index, long dimension);

  static native void TF_ShapeInferenceContextGetInput(
      long context, int index, long shape, long status);

  static native void TF_ShapeInferenceContextSetOutput(
      long context, int index, long shape, long status);

  static native void TF_ShapeInferenceContextSetUnknownShape(long context, long status);

  static native void TF_ShapeInferenceContextWithRank(
      long context, long shape, long rank, long result, long status);

  static native void TF_ShapeInferenceContextSubshape(
      long context, long shape, long from, long to, long result, long status);

  static native void TF_ShapeInferenceContextConcatenateShapes(
      long context, long first, long second, long result, long status);

  static native long TF_ShapeInferenceContextScalar(long context);
}
