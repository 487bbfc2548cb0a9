package io.github.tfrnn.model;

import io.jhdf.exceptions.HdfException;
import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.FloatingPoint;
import io.jhdf.object.message.DataLayoutMessage;
import io.jhdf.object.message.DataLayoutMessage.CompactDataLayoutMessage;
import io.jhdf.object.message.DataLayoutMessage.ContiguousDataLayoutMessage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.ndarray.buffer.layout.DataLayouts;

/** An array of an HDF5 file, whose numbers are read when they are asked for. */
final class Hdf5Array {
  private final String path;
  private final Shape shape;
  private final DataType type;
  private final String dtype;
  private final DataLayoutMessage layout;
  private final BoundedStorage storage;

  Hdf5Array(
      String path,
      int[] dimensions,
      DataType type,
      DataLayoutMessage layout,
      BoundedStorage storage) {
    this.path = path;
    this.shape = Shape.of(Arrays.stream(dimensions).asLongStream().toArray());
    this.type = type;
    this.dtype = dtype(type);
    this.layout = layout;
    this.storage = storage;
  }

  private static String dtype(DataType type) {
    int bits = 8 * type.getSize();
    if (type instanceof FloatingPoint number) {
      return bits == 16 && number.getExponentSize() == 8 ? "bfloat16" : "float" + bits;
    }
    if (type instanceof FixedPoint number) {
      return (number.isSigned() ? "int" : "uint") + bits;
    }
    return type.getClass().getSimpleName();
  }

  String path() {
    return path;
  }

  Shape shape() {
    return shape;
  }

  /** The name that NumPy has for the type of its numbers. */
  String dtype() {
    return dtype;
  }

  /**
   * Reads the numbers, row by row.
   *
   * @throws HdfException if they are not in the file as one piece of the size that shape and type
   *     ask for, or are of another type than float32 and float16
   */
  float[] floats() {
    boolean single = dtype.equals("float32");
    if (!single && !dtype.equals("float16")) {
      throw new HdfException("dtype must be float32 or float16, got " + dtype);
    }
    long count = count();
    var bytes = bytes(Math.multiplyExact(count, (long) type.getSize()));
    bytes.order(
        type instanceof FloatingPoint number ? number.getByteOrder() : ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[(int) count];
    if (single) {
      bytes.asFloatBuffer().get(values);
      return values;
    }
    var halves = new short[values.length];
    bytes.asShortBuffer().get(halves);
    DataLayouts.FLOAT16.applyTo(DataBuffers.of(halves, true, false)).read(values);
    return values;
  }

  private long count() {
    long count = 1;
    for (long size : shape.asArray()) {
      count = Math.multiplyExact(count, size);
    }
    return count;
  }

  private ByteBuffer bytes(long size) {
    if (layout instanceof CompactDataLayoutMessage compact) {
      var bytes = compact.getDataBuffer();
      requireSize(size, bytes.remaining());
      return bytes;
    }
    if (layout instanceof ContiguousDataLayoutMessage contiguous) {
      if (contiguous.getSize() >= 0) {
        requireSize(size, contiguous.getSize());
      }
      return storage.data(size == 0 ? 0 : contiguous.getAddress(), size);
    }
    throw new HdfException(
        "array must be stored in one piece, as Keras does it, got layout "
            + layout.getDataLayout()
            + ". h5repack -l CONTI rewrites it.");
  }

  private static void requireSize(long expected, long got) {
    if (expected != got) {
      throw new HdfException("array must have " + expected + " bytes, got " + got);
    }
  }
}
