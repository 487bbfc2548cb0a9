package io.github.tfrnn.onednn;

import org.jspecify.annotations.Nullable;

/** One block of native memory that every run uses and none keeps; it grows as needed. */
final class Scratch {
  private @Nullable Block block;

  /**
   * Returns the address of a block of at least this size, whose content is whatever it was.
   *
   * @throws OutOfMemoryError if there is no such memory
   */
  long reserve(long size) {
    var enough = block;
    if (enough == null || enough.bytes() < size) {
      free();
      enough = Block.of(size);
      block = enough;
    }
    return enough.address();
  }

  long bytes() {
    return block == null ? 0 : block.bytes();
  }

  void free() {
    if (block != null) {
      block.free();
    }
    block = null;
  }
}
