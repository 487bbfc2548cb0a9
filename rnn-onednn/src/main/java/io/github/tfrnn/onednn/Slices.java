package io.github.tfrnn.onednn;

/** Divides one block of memory: first all sizes are added, then offsets become addresses. */
final class Slices {
  private long total;

  /** Returns the offset of a slice of so many bytes. */
  long add(long bytes) {
    long offset = total;
    total = Math.addExact(total, (bytes + Block.ALIGNMENT - 1) / Block.ALIGNMENT * Block.ALIGNMENT);
    return offset;
  }

  /** Returns the offset of a slice of so many floats. */
  long addFloats(long count) {
    return add(Math.multiplyExact(count, Float.BYTES));
  }

  long total() {
    return total;
  }
}
