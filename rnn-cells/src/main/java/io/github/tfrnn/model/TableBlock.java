package io.github.tfrnn.model;

import java.util.Arrays;

/**
 * One block of a {@link Table}: entries of rising keys, each of which leaves out what it has in
 * common with the key before.
 */
final class TableBlock {
  // A key stands whole at least once in sixteen, so the keys cannot need much more than the block.
  private static final long KEYS_PER_BYTE = 64;
  private static final int TRAILER = 5;

  /** Takes the entries in order. */
  @FunctionalInterface
  interface Visitor {
    /**
     * Takes one entry.
     *
     * @param key not changed later
     * @param bytes of the block; the value is {@code length} of them from {@code offset}
     * @return whether to go on
     */
    boolean visit(byte[] key, byte[] bytes, int offset, int length);
  }

  private final StoredFile file;
  private final byte[] bytes;

  private TableBlock(StoredFile file, byte[] bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  /** Reads a block and checks it. */
  static TableBlock read(StoredFile file, long offset, long length) {
    file.requireInside(offset, length, "a block of the table");
    file.requireInside(offset + length, TRAILER, "the end of a block of the table");
    byte[] all = file.bytes(offset, length + TRAILER, "a block of the table");
    int size = all.length - TRAILER;
    int expected = LittleEndian.int32(all, size + 1);
    if (Crc.masked(all, 0, size + 1) != expected) {
      throw file.damaged("the checksum of a block must be right", "a wrong one at " + offset);
    }
    if (all[size] != 0) {
      throw file.damaged(
          "blocks must not be compressed, as TensorFlow writes them",
          "compression " + (all[size] == 1 ? "snappy" : all[size]));
    }
    return new TableBlock(file, Arrays.copyOf(all, size));
  }

  /** Shows the entries to {@code visitor}, until it has enough; returns whether it had not. */
  boolean visit(Visitor visitor) {
    var in = new Varints(bytes, 0, entriesEnd());
    byte[] key = new byte[0];
    long keys = 0;
    boolean first = true;
    while (in.left() > 0) {
      long shared = in.next();
      long rest = in.next();
      long value = in.next();
      if (shared < 0 || shared > key.length) {
        throw entry("more of the key before than there is", in);
      }
      if (rest < 0 || rest > in.left() || value < 0 || value > in.left() - rest) {
        throw entry("a key or value longer than the block", in);
      }
      byte[] next = Arrays.copyOf(key, (int) (shared + rest));
      System.arraycopy(bytes, in.position(), next, (int) shared, (int) rest);
      in.skip((int) rest);
      keys += next.length;
      if (!first && Arrays.compareUnsigned(key, next) >= 0) {
        throw entry("keys that do not rise", in);
      }
      if (keys > KEYS_PER_BYTE * bytes.length) {
        throw entry("keys of more than " + keys + " bytes", in);
      }
      if (!visitor.visit(next, bytes, in.position(), (int) value)) {
        return false;
      }
      in.skip((int) value);
      key = next;
      first = false;
    }
    return true;
  }

  /** After the entries come the places of those with whole keys, and their number. */
  private int entriesEnd() {
    int count = bytes.length < 4 ? -1 : LittleEndian.int32(bytes, bytes.length - 4);
    if (count < 0 || count > (bytes.length - 4) / 4) {
      throw file.damaged("a block must have as many restarts as it says", count);
    }
    return bytes.length - 4 - 4 * count;
  }

  private CheckpointException entry(String got, Varints in) {
    return file.damaged(
        "the entries of a block must follow each other", got + ", before byte " + in.position());
  }
}
