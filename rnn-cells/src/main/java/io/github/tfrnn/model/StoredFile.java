package io.github.tfrnn.model;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A file that is read at places which other bytes name: each is checked against the size first.
 *
 * @param path where it is
 * @param size its bytes
 */
record StoredFile(Path path, long size) {
  private static final int CHUNK = 1 << 20;

  /** Takes bytes in the order of the file; the array is used again. */
  @FunctionalInterface
  interface Sink {
    void accept(byte[] bytes, int length);
  }

  /**
   * A file of the size that it has now.
   *
   * @throws CheckpointException if it is none that can be read
   */
  static StoredFile at(Path path) {
    try {
      if (!Files.isRegularFile(path)) {
        throw new CheckpointException(path + ": must be a file of a checkpoint, got none");
      }
      return new StoredFile(path, Files.size(path));
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  static CheckpointException unreadable(Path path, IOException e) {
    return new CheckpointException(path + ": must be readable, got " + e, e);
  }

  CheckpointException damaged(String what, @Nullable Object got) {
    return new CheckpointException(
        path + ": " + what + ", got " + got + ". The file is damaged, cut off or of another kind.");
  }

  /**
   * Refuses a place that is not wholly inside the file.
   *
   * @param what the thing that is there, for the message
   */
  void requireInside(long offset, long length, String what) {
    if (offset < 0 || length < 0 || offset > size || length > size - offset) {
      throw damaged(
          what + " must lie within the " + size + " bytes of the file",
          Long.toUnsignedString(length) + " bytes at " + Long.toUnsignedString(offset));
    }
  }

  /** Reads what must fit into one array. */
  byte[] bytes(long offset, long length, String what) {
    requireInside(offset, length, what);
    if (length > Integer.MAX_VALUE - 64) {
      throw damaged(what + " must be smaller than 2 GiB", length + " bytes");
    }
    byte[] bytes = new byte[(int) length];
    try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
      fill(channel, offset, ByteBuffer.wrap(bytes), what);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
    return bytes;
  }

  /** Reads any length, in pieces. */
  void read(long offset, long length, String what, Sink sink) {
    requireInside(offset, length, what);
    byte[] chunk = new byte[(int) Math.min(CHUNK, length)];
    try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
      for (long done = 0; done < length; ) {
        int now = (int) Math.min(chunk.length, length - done);
        fill(channel, offset + done, ByteBuffer.wrap(chunk, 0, now), what);
        sink.accept(chunk, now);
        done += now;
      }
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  private void fill(FileChannel channel, long offset, ByteBuffer to, String what)
      throws IOException {
    long at = offset;
    while (to.hasRemaining()) {
      int read = channel.read(to, at);
      if (read < 0) {
        throw damaged(what + " must be whole", "a file that became shorter");
      }
      at += read;
    }
  }
}
