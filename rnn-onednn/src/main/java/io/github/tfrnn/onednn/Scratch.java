package io.github.tfrnn.onednn;

import com.sun.jna.Native;

/** One block of native memory that every run uses and none keeps; it grows as needed. */
final class Scratch {
  private static final long ALIGNMENT = 64;

  private long block;
  private long bytes;

  /**
   * Returns the address of a block of at least this size, whose content is whatever it was.
   *
   * @throws OutOfMemoryError if there is no such memory
   */
  long reserve(long size) {
    if (size > bytes) {
      free();
      block = Native.malloc(Math.addExact(size, ALIGNMENT));
      if (block == 0) {
        throw new OutOfMemoryError("oneDNN needs " + size + " bytes of native memory for a run");
      }
      bytes = size;
    }
    return (block + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  long bytes() {
    return bytes;
  }

  void free() {
    if (block != 0) {
      Native.free(block);
    }
    block = 0;
    bytes = 0;
  }
}
