package io.github.tfrnn.onednn;

import static io.github.tfrnn.onednn.KernelApi.TF_AllocateOutput;
import static io.github.tfrnn.onednn.KernelApi.TF_GetInput;
import static io.github.tfrnn.onednn.KernelApi.TF_NewTensor;
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
  private final CallMemory memory = CallMemory.take();
  private final List<Long> handles = new ArrayList<>();

  KernelCall(long context) {
    this.context = context;
  }

  /** An input. */
  NativeTensor input(int index) {
    memory.write(0);
    TF_GetInput(context, index, memory.address(), status());
    long handle = kept(memory.number());
    return new NativeTensor(TF_TensorData(handle), memory.dims(handle));
  }

  private long status() {
    return memory.status().address();
  }

  /** Keeps a tensor for the time of the call; without one the status says why. */
  private long kept(long handle) {
    if (handle == 0) {
      memory.status().check();
      throw new IllegalStateException("TensorFlow must give a tensor, got none");
    }
    handles.add(handle);
    return handle;
  }

  /** Makes an output of 32-bit floats, whose elements are whatever they happen to be. */
  NativeTensor floats(int index, long... dims) {
    return output(index, KernelApi.FLOAT, Float.BYTES, dims);
  }

  /** Makes an output of bytes, in memory of earlier runs if there is some. */
  NativeTensor bytes(int index, long count) {
    return count == 0 ? output(index, KernelApi.UINT8, 1, 0) : block(index, count);
  }

  private NativeTensor block(int index, long count) {
    long address = KEPT.take(count);
    long handle =
        TF_NewTensor(KernelApi.UINT8, memory.write(count), 1, address, count, GIVE_BACK, 0);
    TF_SetOutput(context, index, kept(handle), status());
    memory.status().check();
    return new NativeTensor(address, count);
  }

  /** Makes an output that is one number. */
  void number(int index, long value) {
    output(index, KernelApi.INT64, Long.BYTES).longs().put(0, value);
  }

  private NativeTensor output(int index, int type, int width, long... dims) {
    long bytes = Math.multiplyExact(new NativeTensor(0, dims).elements(), width);
    long handle =
        kept(
            TF_AllocateOutput(
                context, index, type, memory.write(dims), dims.length, bytes, status()));
    return new NativeTensor(TF_TensorData(handle), dims);
  }

  @Override
  public void close() {
    for (long handle : handles) {
      memory.delete(handle);
    }
    memory.giveBack();
  }
}
