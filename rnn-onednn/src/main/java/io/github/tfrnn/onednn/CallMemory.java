package io.github.tfrnn.onednn;

import java.nio.LongBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.bytedeco.javacpp.Pointer;
import org.tensorflow.internal.c_api.TF_Tensor;
import org.tensorflow.internal.c_api.global.tensorflow;

/**
 * What a call of a kernel talks to TensorFlow through, used again by later calls. A small layer
 * runs in a millisecond, and some fifty calls that each make objects would be a tenth of it:
 * numbers are handed over in memory that is there, and what TensorFlow-Java binds goes through its
 * binding, which takes a tenth of the time of JNA.
 */
final class CallMemory {
  /** As many as ever ran at once; each is two kilobytes. */
  private static final Queue<CallMemory> IDLE = new ConcurrentLinkedQueue<>();

  /** TensorFlow's own limit. */
  private static final int MOST_DIMENSIONS = 254;

  private final Status status = new Status();
  private final Block block = Block.of(MOST_DIMENSIONS * Long.BYTES);
  private final LongBuffer numbers = NativeTensor.longs(block.address(), MOST_DIMENSIONS);
  private final Handle handle = new Handle();

  /** A tensor of TensorFlow that can be told which it is. */
  private static final class Handle extends TF_Tensor {
    Handle() {
      super((Pointer) null);
    }

    TF_Tensor to(long address) {
      this.address = address;
      return this;
    }
  }

  private CallMemory() {}

  static CallMemory take() {
    var idle = IDLE.poll();
    return idle == null ? new CallMemory() : idle;
  }

  void giveBack() {
    IDLE.add(this);
  }

  Status status() {
    return status;
  }

  /** Where numbers are handed over. */
  long address() {
    return block.address();
  }

  /** Reads the first number. */
  long number() {
    return numbers.get(0);
  }

  /** Writes numbers and returns where they are. */
  long write(long... values) {
    numbers.put(0, values);
    return address();
  }

  /** The shape of a tensor. */
  long[] dims(long tensor) {
    var which = handle.to(tensor);
    var dims = new long[tensorflow.TF_NumDims(which)];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = tensorflow.TF_Dim(which, i);
    }
    return dims;
  }

  /** Lets go of a tensor. */
  void delete(long tensor) {
    tensorflow.TF_DeleteTensor(handle.to(tensor));
  }
}
