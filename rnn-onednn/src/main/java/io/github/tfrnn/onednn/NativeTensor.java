package io.github.tfrnn.onednn;

import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;

/**
 * A tensor in native memory, row by row.
 *
 * @param address of its first element
 * @param dims its shape
 */
@SuppressWarnings("ArrayRecordComponent") // equals looks inside
record NativeTensor(long address, long... dims) {

  int rank() {
    return dims.length;
  }

  long dim(int index) {
    return dims[index];
  }

  boolean hasShape(long... expected) {
    return Arrays.equals(dims, expected);
  }

  /** The number of elements. */
  long elements() {
    long count = 1;
    for (long dim : dims) {
      count = Math.multiplyExact(count, dim);
    }
    return count;
  }

  FloatBuffer floats() {
    return floats(address, elements());
  }

  /** The bytes of a tensor of 32-bit floats. */
  ByteBuffer bytes() {
    return buffer(address, Math.multiplyExact(elements(), Float.BYTES));
  }

  IntBuffer ints() {
    return buffer(address, Math.multiplyExact(elements(), Integer.BYTES)).asIntBuffer();
  }

  LongBuffer longs() {
    return longs(address, elements());
  }

  /**
   * The floats at an address.
   *
   * @throws IllegalArgumentException if there are 2 GiB of them or more
   */
  static FloatBuffer floats(long address, long count) {
    return buffer(address, Math.multiplyExact(count, Float.BYTES)).asFloatBuffer();
  }

  /** The 64-bit numbers at an address, of which there must be less than 2 GiB. */
  static LongBuffer longs(long address, long count) {
    return buffer(address, Math.multiplyExact(count, Long.BYTES)).asLongBuffer();
  }

  private static ByteBuffer buffer(long address, long bytes) {
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a tensor whose rows end early, and each weight, must be smaller than 2 GiB, got "
              + bytes
              + " bytes. Use smaller batches, or Engine.LOOP.");
    }
    return bytes == 0
        ? ByteBuffer.allocate(0) // an empty tensor may have no address
        : new Pointer(address).getByteBuffer(0, bytes).order(ByteOrder.nativeOrder());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NativeTensor tensor
        && tensor.address == address
        && Arrays.equals(tensor.dims, dims);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(address) * 31 + Arrays.hashCode(dims);
  }

  /** The shape, as in {@code [2, 3]}. */
  @Override
  public String toString() {
    return Arrays.toString(dims);
  }
}
