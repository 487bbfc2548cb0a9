package io.github.tfrnn.model;

import java.io.ByteArrayOutputStream;

/** Numbers of seven bits a byte, read from an array with a position that moves. */
final class Varints {
  private final byte[] bytes;
  private final int end;
  private int position;

  /** Reads from {@code position} and never at {@code end} or after. */
  Varints(byte[] bytes, int position, int end) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
  }

  int position() {
    return position;
  }

  int left() {
    return end - position;
  }

  /** Moves on over bytes that the caller reads itself. */
  void skip(int length) {
    position += length;
  }

  /** The next number, any 64 bits; -1 if there is none, which no length or offset can be. */
  long next() {
    long value = 0;
    for (int shift = 0; shift < 64 && position < end; shift += 7) {
      byte b = bytes[position++];
      value |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return value;
      }
    }
    return -1;
  }

  static void write(ByteArrayOutputStream out, long value) {
    long left = value;
    while ((left & ~0x7fL) != 0) {
      out.write((int) ((left & 0x7f) | 0x80));
      left >>>= 7;
    }
    out.write((int) left);
  }
}
