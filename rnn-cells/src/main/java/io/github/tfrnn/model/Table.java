package io.github.tfrnn.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A file of rising keys with values, as TensorFlow writes the index of a V2 checkpoint and all of a
 * V1 one: blocks, an index block with the last key of each, and a footer of 48 bytes.
 *
 * <p>Source: the table format of LevelDB.
 */
final class Table {
  static final long MAGIC = 0xdb4775248b80fb57L;
  static final int FOOTER = 48;

  /** Takes an entry. */
  @FunctionalInterface
  interface Visitor {
    void visit(byte[] key, byte[] value);
  }

  @SuppressWarnings("ArrayRecordComponent") // not compared, not handed out
  private record Handle(byte[] lastKey, long offset, long length) {}

  private final StoredFile file;
  private final List<Handle> blocks = new ArrayList<>();

  private Table(StoredFile file) {
    this.file = file;
  }

  /** Whether a file ends as a table does. */
  static boolean is(StoredFile file) {
    return file.size() >= FOOTER
        && LittleEndian.int64(file.bytes(file.size() - 8, 8, "the footer"), 0) == MAGIC;
  }

  /**
   * Reads the index of a table.
   *
   * @throws CheckpointException if it is none
   */
  static Table read(StoredFile file) {
    if (!is(file)) {
      throw file.damaged(
          "must end with the footer of a table of TensorFlow",
          "a file of " + file.size() + " bytes");
    }
    var table = new Table(file);
    byte[] footer = file.bytes(file.size() - FOOTER, FOOTER, "the footer");
    var in = new Varints(footer, 0, FOOTER - 8);
    in.next();
    in.next(); // of the block of filters, which are none
    TableBlock.read(file, in.next(), in.next())
        .visit(
            (key, bytes, offset, length) -> {
              var handle = new Varints(bytes, offset, offset + length);
              table.blocks.add(new Handle(key, handle.next(), handle.next()));
              return true;
            });
    return table;
  }

  StoredFile file() {
    return file;
  }

  /** Shows all entries in order. */
  void visit(Visitor visitor) {
    var last = new byte[1][];
    for (Handle block : blocks) {
      TableBlock.read(file, block.offset(), block.length())
          .visit(
              (key, bytes, offset, length) -> {
                if (last[0] != null && Arrays.compareUnsigned(last[0], key) >= 0) {
                  throw file.damaged("keys must rise from block to block", "one that does not");
                }
                last[0] = key;
                visitor.visit(key, Arrays.copyOfRange(bytes, offset, offset + length));
                return true;
              });
    }
  }

  /** The value of a key. */
  Optional<byte[]> get(byte[] wanted) {
    int low = 0;
    int high = blocks.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Arrays.compareUnsigned(blocks.get(middle).lastKey(), wanted) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    if (low == blocks.size()) {
      return Optional.empty();
    }
    var found = new byte[1][];
    var block = blocks.get(low);
    TableBlock.read(file, block.offset(), block.length())
        .visit(
            (key, bytes, offset, length) -> {
              int order = Arrays.compareUnsigned(key, wanted);
              if (order == 0) {
                found[0] = Arrays.copyOfRange(bytes, offset, offset + length);
              }
              return order < 0;
            });
    return Optional.ofNullable(found[0]);
  }
}
