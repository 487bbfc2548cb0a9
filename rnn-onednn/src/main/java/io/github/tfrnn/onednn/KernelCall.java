package io.github.tfrnn.onednn;

import static io.github.tfrnn.onednn.KernelApi.TF_AllocateOutput;
import static io.github.tfrnn.onednn.KernelApi.TF_DeleteTensor;
import static io.github.tfrnn.onednn.KernelApi.TF_Dim;
import static io.github.tfrnn.onednn.KernelApi.TF_GetInput;
import static io.github.tfrnn.onednn.KernelApi.TF_NewTensor;
import static io.github.tfrnn.onednn.KernelApi.TF_NumDims;
import static io.github.tfrnn.onednn.KernelApi.TF_SetOutput;
import static io.github.tfrnn.onednn.KernelApi.TF_TensorData;

import io.github.tfrnn.onednn.KernelApi.Deallocate;
import java.util.ArrayList;
import java.util.List;

/** One run of a kernel: its inputs and outputs, which are released at the end. */
final class KernelCall implements AutoCloseable {
  /** What runs keep for the gradient. */
  static final Blocks KEPT = new Blocks(OneDnn.LIMIT / 2);

  /** The runtime calls it on the thread that lets go of a tensor. */
  private static final Deallocate GIVE_BACK = JavaOp.kept((data, bytes, none) -> KEPT.give(data));

  private final long context;
  private final Status status = new Status();
  private final List<Long> handles = new ArrayList<>();

  KernelCall(long context) {
    this.context = context;
  }

  /** An input. */
  NativeTensor input(int index) {
    var handle = new long[1];
    TF_GetInput(context, index, handle, status.address());
    status.check();
    handles.add(handle[0]);
    var dims = new long[TF_NumDims(handle[0])];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = TF_Dim(handle[0], i);
    }
    return new NativeTensor(TF_TensorData(handle[0]), dims);
  }

  /** Makes an output of 32-bit floats, whose elements are whatever they happen to be. */
  NativeTensor floats(int index, long... dims) {
    return output(index, KernelApi.FLOAT, Float.BYTES, dims);
  }

  /** Makes an output of bytes, in memory of earlier runs if there is some. */
  NativeTensor bytes(int index, long count) {
    return count == 0 ? output(index, KernelApi.UINT8, 1, 0) : kept(index, count);
  }

  private NativeTensor kept(int index, long count) {
    long address = KEPT.take(count);
    var dims = new long[] {count};
    long handle = TF_NewTensor(KernelApi.UINT8, dims, 1, address, count, GIVE_BACK, 0);
    handles.add(handle);
    TF_SetOutput(context, index, handle, status.address());
    status.check();
    return new NativeTensor(address, dims);
  }

  /** Makes an output that is one number. */
  void number(int index, long value) {
    output(index, KernelApi.INT64, Long.BYTES).longs().put(0, value);
  }

  private NativeTensor output(int index, int type, int width, long... dims) {
    long bytes = Math.multiplyExact(new NativeTensor(0, dims).elements(), width);
    long handle =
        TF_AllocateOutput(context, index, type, dims, dims.length, bytes, status.address());
    status.check();
    handles.add(handle);
    return new NativeTensor(TF_TensorData(handle), dims);
  }

  @Override
  public void close() {
    for (long handle : handles) {
      TF_DeleteTensor(handle);
    }
    status.close();
  }
}
