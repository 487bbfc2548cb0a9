package io.github.tfrnn.model;

import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.SortedMap;

/** Writes what {@link Table} reads, in memory: an index is small. */
final class TableWriter {
  private static final int BLOCK = 1 << 18;
  private static final int RESTART_INTERVAL = 16;

  private final ByteArrayOutputStream file = new ByteArrayOutputStream();

  private TableWriter() {}

  /** The bytes of a table; keys in the order of their unsigned bytes. */
  static byte[] write(SortedMap<byte[], byte[]> entries) {
    return new TableWriter().table(entries);
  }

  private byte[] table(SortedMap<byte[], byte[]> entries) {
    var index = new BlockBuilder(1);
    var block = new BlockBuilder(RESTART_INTERVAL);
    for (Map.Entry<byte[], byte[]> entry : entries.entrySet()) {
      block.add(entry.getKey(), entry.getValue());
      if (block.size() >= BLOCK) {
        index.add(block.lastKey(), append(block));
        block = new BlockBuilder(RESTART_INTERVAL);
      }
    }
    if (block.size() > 0) {
      index.add(block.lastKey(), append(block));
    }
    var footer = new ByteArrayOutputStream();
    footer.writeBytes(append(new BlockBuilder(1)));
    footer.writeBytes(append(index));
    footer.writeBytes(new byte[Table.FOOTER - 8 - footer.size()]);
    LittleEndian.write(footer, Table.MAGIC);
    file.writeBytes(footer.toByteArray());
    return file.toByteArray();
  }

  /** Adds a block with its checksum; returns where it is, as an index says it. */
  private byte[] append(BlockBuilder builder) {
    byte[] block = builder.finish();
    var handle = new ByteArrayOutputStream();
    Varints.write(handle, file.size());
    Varints.write(handle, block.length - 1);
    file.writeBytes(block);
    LittleEndian.write(file, Crc.masked(block, 0, block.length));
    return handle.toByteArray();
  }

  private static final class BlockBuilder {
    private final int interval;
    private final ByteArrayOutputStream entries = new ByteArrayOutputStream();
    private final ByteArrayOutputStream restarts = new ByteArrayOutputStream();
    private int count;
    private byte[] lastKey = new byte[0];

    BlockBuilder(int interval) {
      this.interval = interval;
    }

    int size() {
      return entries.size();
    }

    byte[] lastKey() {
      return lastKey;
    }

    void add(byte[] key, byte[] value) {
      int shared = 0;
      if (count % interval == 0) {
        LittleEndian.write(restarts, entries.size());
      } else {
        int most = Math.min(key.length, lastKey.length);
        while (shared < most && key[shared] == lastKey[shared]) {
          shared++;
        }
      }
      Varints.write(entries, shared);
      Varints.write(entries, key.length - shared);
      Varints.write(entries, value.length);
      entries.write(key, shared, key.length - shared);
      entries.writeBytes(value);
      lastKey = key;
      count++;
    }

    /** The block and its type, which says that it is not compressed. */
    byte[] finish() {
      if (count == 0) {
        LittleEndian.write(restarts, 0);
      }
      int number = restarts.size() / 4;
      entries.writeBytes(restarts.toByteArray());
      LittleEndian.write(entries, number);
      entries.write(0);
      return entries.toByteArray();
    }
  }
}
