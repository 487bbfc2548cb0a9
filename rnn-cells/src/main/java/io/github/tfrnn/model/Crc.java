package io.github.tfrnn.model;

import java.util.zip.CRC32C;

/**
 * Checksums as TensorFlow's files hold them: CRC-32C, rotated and moved so that a checksum over
 * bytes that hold checksums is still a good one.
 */
final class Crc {
  private static final int DELTA = 0xa282ead8;

  private Crc() {}

  /** The form in which a file holds a checksum. */
  static int masked(CRC32C crc) {
    return Integer.rotateRight((int) crc.getValue(), 15) + DELTA;
  }

  /** The masked checksum of bytes. */
  static int masked(byte[] bytes, int offset, int length) {
    var crc = new CRC32C();
    crc.update(bytes, offset, length);
    return masked(crc);
  }
}
