package io.github.tfrnn.model;

import io.github.tfrnn.ops.Shapes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.TensorSliceProto;

/**
 * A box cut out of a tensor.
 *
 * @param whole the shape that it is cut out of
 * @param begin its first element on each axis
 * @param size its elements on each axis
 */
@SuppressWarnings("ArrayRecordComponent") // not compared, not handed out
record TensorSlice(Shape whole, long[] begin, long[] size) {

  /** All of a tensor. */
  static TensorSlice all(Shape whole) {
    return new TensorSlice(whole, new long[whole.numDimensions()], whole.asArray().clone());
  }

  /** What lies between two places on one axis. */
  static TensorSlice along(Shape whole, int axis, long begin, long size) {
    var slice = all(whole);
    slice.begin()[axis] = begin;
    slice.size()[axis] = size;
    return slice;
  }

  /** The box that a file names, which may not lie inside; null if it has other axes. */
  static TensorSlice of(StoredFile file, Shape whole, TensorSliceProto proto) {
    if (proto.getExtentCount() != whole.numDimensions()) {
      throw file.damaged(
          "a slice must have the axes of the whole, " + Shapes.text(whole),
          proto.getExtentCount() + " axes");
    }
    var slice = all(whole);
    for (int i = 0; i < slice.size.length; i++) {
      var extent = proto.getExtent(i);
      slice.begin[i] = extent.getStart();
      if (extent.hasLength()) {
        slice.size[i] = extent.getLength();
      }
      long most = whole.get(i);
      if (slice.begin[i] < 0
          || slice.size[i] < 0
          || slice.begin[i] > most
          || slice.size[i] > most - slice.begin[i]) {
        throw file.damaged(
            "a slice must lie within the whole, " + Shapes.text(whole),
            slice.size[i] + " elements at " + slice.begin[i] + " of axis " + i);
      }
    }
    return slice;
  }

  Shape shape() {
    return Shape.of(size);
  }

  boolean isAll() {
    return Arrays.equals(size, whole.asArray());
  }

  /** The number of elements; the whole is known to have one. */
  long elements() {
    return shape().size();
  }

  boolean overlaps(TensorSlice other) {
    for (int i = 0; i < size.length; i++) {
      if (begin[i] + size[i] <= other.begin[i] || other.begin[i] + other.size[i] <= begin[i]) {
        return false;
      }
    }
    return true;
  }

  /** The same elements of a tensor in which the whole is a slice. */
  TensorSlice within(TensorSlice outer) {
    long[] moved = begin.clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += outer.begin[i];
    }
    return new TensorSlice(outer.whole, moved, size);
  }

  /** The axes up to this one are walked; what is inside lies side by side in the whole. */
  private int walked() {
    int axis = size.length;
    while (axis > 0 && size[axis - 1] == whole.get(axis - 1)) {
      axis--;
    }
    return Math.max(0, axis - 1);
  }

  /** How many elements lie side by side in the whole. */
  long run() {
    long run = 1;
    for (int i = walked(); i < size.length; i++) {
      run *= size[i];
    }
    return run;
  }

  /** Where in the whole, in elements, a run begins. */
  long place(long number) {
    long place = 0;
    long stride = 1;
    long left = number;
    int walked = walked();
    for (int i = size.length - 1; i >= 0; i--) {
      long index = begin[i];
      if (i < walked) {
        index += left % size[i];
        left /= size[i];
      }
      place += index * stride;
      stride *= whole.get(i);
    }
    return place;
  }

  TensorSliceProto proto() {
    var proto = TensorSliceProto.newBuilder();
    for (int i = 0; i < size.length; i++) {
      var extent = TensorSliceProto.Extent.newBuilder();
      if (size[i] != whole.get(i)) {
        extent.setStart(begin[i]).setLength(size[i]);
      }
      proto.addExtent(extent);
    }
    return proto.build();
  }

  /**
   * The key under which both formats hold a slice: a zero, the name and each extent, coded so that
   * their order is that of the bytes. Source: {@code EncodeTensorNameSlice} of TensorFlow.
   */
  static byte[] key(String name, TensorSliceProto slice) {
    var key = new ByteArrayOutputStream();
    key.write(0); // the number 0
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      key.write(b);
      if (b == 0 || b == (byte) 0xff) {
        key.write(b == 0 ? 0xff : 0);
      }
    }
    key.write(0);
    key.write(1);
    int axes = slice.getExtentCount();
    key.write(axes == 0 ? 0 : 1); // the bytes of the number, of which the shape allows one
    if (axes > 0) {
      key.write(axes);
    }
    for (var extent : slice.getExtentList()) {
      signed(key, extent.getStart());
      signed(key, extent.hasLength() ? extent.getLength() : -1);
    }
    return key.toByteArray();
  }

  /** As many leading ones as there are bytes, then a zero, then the number; negative: inverted. */
  private static void signed(ByteArrayOutputStream key, long value) {
    long magnitude = value < 0 ? ~value : value;
    int bits = 64 - Long.numberOfLeadingZeros(magnitude);
    int length = bits / 7 + 1;
    byte[] bytes = new byte[10];
    Arrays.fill(bytes, value < 0 ? (byte) 0xff : 0);
    for (int i = 0; i < 8; i++) {
      bytes[9 - i] = (byte) (value >> (8 * i));
    }
    int from = 10 - length;
    for (int i = 0; i < length; i++) {
      bytes[from + i / 8] ^= (byte) (0x80 >>> (i % 8));
    }
    key.write(bytes, from, length);
  }
}
