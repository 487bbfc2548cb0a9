package io.github.tfrnn.model;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.tensorflow.proto.TensorProto;

/**
 * The elements of a slice of format V1: a list of numbers for each kind of them, in which small
 * integers are wide and half precision is its bits.
 *
 * @param file that holds them
 * @param variable that they belong to
 * @param elements how many there must be
 * @param proto the lists
 */
record SliceValues(StoredFile file, SavedVariable variable, long elements, TensorProto proto) {

  /** Numbers, as the bytes that they have in memory. */
  byte[] numbers() {
    return switch (variable.dtype()) {
      case DT_FLOAT -> bytes(proto.getFloatValList(), 4, ByteBuffer::putFloat);
      case DT_DOUBLE -> bytes(proto.getDoubleValList(), 8, ByteBuffer::putDouble);
      case DT_INT64 -> bytes(proto.getInt64ValList(), 8, ByteBuffer::putLong);
      case DT_UINT64 -> bytes(proto.getUint64ValList(), 8, ByteBuffer::putLong);
      case DT_INT32 -> bytes(proto.getIntValList(), 4, ByteBuffer::putInt);
      case DT_UINT32 -> bytes(proto.getUint32ValList(), 4, ByteBuffer::putInt);
      case DT_BOOL ->
          bytes(proto.getBoolValList(), 1, (to, value) -> to.put(value ? (byte) 1 : (byte) 0));
      case DT_INT8, DT_UINT8 ->
          bytes(proto.getIntValList(), 1, (to, value) -> to.put(value.byteValue()));
      case DT_INT16, DT_UINT16 ->
          bytes(proto.getIntValList(), 2, (to, value) -> to.putShort(value.shortValue()));
      case DT_HALF, DT_BFLOAT16 ->
          bytes(proto.getHalfValList(), 2, (to, value) -> to.putShort(value.shortValue()));
      default ->
          throw new CheckpointException(
              file.path()
                  + ": "
                  + variable.name()
                  + " must be of a type that is read from format V1, got "
                  + ElementTypes.text(variable.dtype()));
    };
  }

  @FunctionalInterface
  private interface Put<V> {
    Object put(ByteBuffer to, V value);
  }

  private <V> byte[] bytes(List<V> values, int size, Put<V> put) {
    requireCount(values.size());
    if (elements * size > Integer.MAX_VALUE - 64) {
      throw file.damaged(variable.name() + ": slices must be smaller than 2 GiB", "more");
    }
    var to = ByteBuffer.allocate((int) elements * size).order(ByteOrder.LITTLE_ENDIAN);
    values.forEach(value -> put.put(to, value));
    return to.array();
  }

  /** Texts. */
  byte[][] texts() {
    requireCount(proto.getStringValCount());
    return proto.getStringValList().stream().map(ByteString::toByteArray).toArray(byte[][]::new);
  }

  private void requireCount(long count) {
    if (count != elements) {
      throw file.damaged(
          variable.name() + ": slice must hold " + elements + " values", count + " values");
    }
  }
}
