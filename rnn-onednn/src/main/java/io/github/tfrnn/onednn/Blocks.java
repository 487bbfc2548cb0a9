package io.github.tfrnn.onednn;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * Memory that outlives the run that fills it, and is kept for later runs when it comes back: a
 * process pays for fresh memory page by page, up to half of the time of a pass.
 */
final class Blocks {
  private final long limit;
  private final Map<Long, Block> out = new HashMap<>();
  private final Deque<Block> idle = new ArrayDeque<>();
  private long idleBytes;
  private long made;

  /**
   * Begins empty.
   *
   * @param limit how many bytes are kept that nobody uses
   */
  Blocks(long limit) {
    this.limit = limit;
  }

  /**
   * Returns the address of a block of at least this size, whose content is whatever it was.
   *
   * @throws OutOfMemoryError if there is no such memory
   */
  synchronized long take(long bytes) {
    var block = found(bytes);
    out.put(block.address(), block);
    return block.address();
  }

  private Block found(long bytes) {
    for (Iterator<Block> each = idle.iterator(); each.hasNext(); ) {
      var block = each.next();
      if (suits(block, bytes)) {
        each.remove();
        idleBytes -= block.bytes();
        return block;
      }
    }
    made++;
    return Block.of(bytes);
  }

  /** Whether it is large enough, and not so large that another run would miss it. */
  private static boolean suits(Block block, long bytes) {
    return block.bytes() >= bytes && block.bytes() / 2 <= bytes;
  }

  /** Takes a block back. */
  synchronized void give(long address) {
    var block = out.remove(address);
    if (block == null) {
      throw new IllegalStateException("no block is out that begins at " + address);
    }
    idle.addFirst(block);
    idleBytes += block.bytes();
    while (idleBytes > limit) {
      var oldest = idle.removeLast();
      idleBytes -= oldest.bytes();
      oldest.free();
    }
  }

  /** What is kept that nobody uses. */
  synchronized long idleBytes() {
    return idleBytes;
  }

  /** How many blocks were ever made. */
  synchronized long made() {
    return made;
  }
}
