package io.github.tfrnn.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TimingTest {
  @Test
  void theMedianOfAnEvenNumberIsBetweenTheMiddleTwo() {
    assertEquals(2.5, Timing.median(4, 1, 3, 2));
    assertEquals(3, Timing.median(9, 1, 3));
  }

  @Test
  void theFirstRunIsNotCounted() {
    var runs = new AtomicInteger();
    var timing = Timing.of(0, runs::incrementAndGet);
    assertEquals(3, runs.get());
    assertEquals(2, timing.runs());
  }

  @Test
  void runsGoOnUntilTheTimeIsOver() {
    long begin = System.nanoTime();
    var timing = Timing.of(0.02, () -> {});
    assertTrue(System.nanoTime() - begin >= 20_000_000);
    assertTrue(timing.runs() > 2, () -> timing.runs() + " runs");
    assertTrue(timing.shortest() <= timing.median());
  }
}
