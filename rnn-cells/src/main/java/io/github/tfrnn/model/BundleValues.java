package io.github.tfrnn.model;

import java.util.Arrays;
import java.util.zip.CRC32C;
import org.tensorflow.proto.BundleEntryProto;

/**
 * Elements in a data file of format V2, with their checksum. Numbers are as in memory; texts are
 * all lengths, a checksum of the lengths, and all bytes.
 *
 * @param file that holds them
 * @param name of the variable
 * @param entry of the index, whose place is inside the file
 * @param elements their number, not more than the bytes of the entry
 */
record BundleValues(StoredFile file, String name, BundleEntryProto entry, long elements)
    implements StoredValues {
  private static final int CHECKSUM = 4;

  @Override
  public void numbers(StoredFile.Sink sink) {
    var crc = new CRC32C();
    file.read(
        entry.getOffset(),
        entry.getSize(),
        name,
        (bytes, length) -> {
          crc.update(bytes, 0, length);
          sink.accept(bytes, length);
        });
    requireChecksum(crc);
  }

  private void requireChecksum(CRC32C crc) {
    if (Crc.masked(crc) != entry.getCrc32C()) {
      throw file.damaged(name + " must have the checksum that the index names", "another");
    }
  }

  @Override
  public byte[][] texts() {
    byte[] bytes = file.bytes(entry.getOffset(), entry.getSize(), name);
    var lengths = new Varints(bytes, 0, bytes.length);
    var texts = new byte[(int) elements][];
    long[] length = new long[texts.length];
    var crc = new CRC32C();
    long left = bytes.length;
    for (int i = 0; i < texts.length; i++) {
      length[i] = lengths.next();
      left -= length[i];
      if (length[i] < 0 || left < 0) {
        throw broken();
      }
      crc.update(LittleEndian.of((int) length[i]));
    }
    int at = lengths.position();
    if (bytes.length - at < CHECKSUM || LittleEndian.int32(bytes, at) != Crc.masked(crc)) {
      throw broken();
    }
    crc.update(bytes, at, bytes.length - at);
    requireChecksum(crc);
    at += CHECKSUM;
    for (int i = 0; i < texts.length; i++) {
      if (length[i] > bytes.length - at) {
        throw broken();
      }
      texts[i] = Arrays.copyOfRange(bytes, at, at + (int) length[i]);
      at += texts[i].length;
    }
    if (at != bytes.length) {
      throw broken();
    }
    return texts;
  }

  private CheckpointException broken() {
    return file.damaged(name + " must hold " + elements + " texts", "something else");
  }
}
