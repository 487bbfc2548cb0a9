package io.github.tfrnn.model;

import java.io.ByteArrayOutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Numbers in arrays, low byte first. */
final class LittleEndian {
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private LittleEndian() {}

  static int int32(byte[] bytes, int at) {
    return (int) INTS.get(bytes, at);
  }

  static long int64(byte[] bytes, int at) {
    return (long) LONGS.get(bytes, at);
  }

  static byte[] of(int value) {
    byte[] bytes = new byte[4];
    INTS.set(bytes, 0, value);
    return bytes;
  }

  static byte[] of(long value) {
    byte[] bytes = new byte[8];
    LONGS.set(bytes, 0, value);
    return bytes;
  }

  static void write(ByteArrayOutputStream out, int value) {
    out.writeBytes(of(value));
  }

  static void write(ByteArrayOutputStream out, long value) {
    out.writeBytes(of(value));
  }
}
