package io.github.tfrnn.onednn;

import com.sun.jna.Native;

/**
 * A block of native memory.
 *
 * @param memory what is freed
 * @param bytes how many may be used
 */
record Block(long memory, long bytes) {
  /** Cache lines, and the widest vectors; TensorFlow copies a tensor that is aligned to less. */
  static final long ALIGNMENT = 64;

  /**
   * Takes a block from the system.
   *
   * @throws OutOfMemoryError if there is no such memory
   */
  static Block of(long bytes) {
    long memory = Native.malloc(Math.addExact(bytes, ALIGNMENT));
    if (memory == 0) {
      throw new OutOfMemoryError("oneDNN needs " + bytes + " bytes of native memory for a run");
    }
    return new Block(memory, bytes);
  }

  /** Where it begins. */
  long address() {
    return (memory + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  void free() {
    Native.free(memory);
  }
}
