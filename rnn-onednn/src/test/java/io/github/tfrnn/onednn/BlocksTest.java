package io.github.tfrnn.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** Memory that comes back is used again. */
class BlocksTest {
  private final Blocks blocks = new Blocks(1000);

  @Test
  void aBlockThatCameBackIsHandedOutAgain() {
    long first = blocks.take(100);
    blocks.give(first);
    assertEquals(first, blocks.take(90));
    assertEquals(1, blocks.made());
    assertEquals(0, blocks.idleBytes());
  }

  @Test
  void aBlockThatIsOutIsNotHandedOutAgain() {
    long first = blocks.take(100);
    assertNotEquals(first, blocks.take(100));
    assertEquals(2, blocks.made());
  }

  @Test
  void aSmallWishDoesNotTakeALargeBlock() {
    blocks.give(blocks.take(400));
    blocks.take(100);
    assertEquals(2, blocks.made());
    assertEquals(400, blocks.idleBytes());
  }

  @Test
  void blocksBeginAtCacheLines() {
    for (int i = 1; i < 20; i++) {
      assertEquals(0, blocks.take(i) % 64);
    }
  }

  @Test
  void thoseThatWereUsedLongestAgoAreFreedFirst() {
    long first = blocks.take(600);
    long second = blocks.take(500);
    blocks.give(first);
    blocks.give(second);
    assertEquals(500, blocks.idleBytes());
    assertEquals(second, blocks.take(500));
  }

  @Test
  void aBlockComesBackOnce() {
    long block = blocks.take(100);
    blocks.give(block);
    assertThrows(IllegalStateException.class, () -> blocks.give(block));
  }
}
