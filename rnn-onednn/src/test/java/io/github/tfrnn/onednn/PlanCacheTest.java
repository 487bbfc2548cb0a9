package io.github.tfrnn.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.onednn.PlanKey.Direction;
import io.github.tfrnn.testing.ChildJvm;
import java.util.List;
import java.util.stream.LongStream;
import org.bytedeco.dnnl.engine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Plans and scratch memory stay within their limit. */
@EnabledOnOs(OS.LINUX) // where the engine runs
class PlanCacheTest {
  private static final long LIMIT = 4 * Plan.BYTES;

  private static PlanKey steps(long time) {
    return new PlanKey(Formula.GRU, Direction.INFERENCE, time, 2, 3, 4, false);
  }

  private static Workbench bench(long... times) {
    var bench = new Workbench(new engine(engine.kind.cpu, 0), LIMIT);
    for (long time : times) {
      bench.plan(steps(time));
      bench.trim();
    }
    return bench;
  }

  @Test
  void ofManyPlansThoseUsedLastStay() {
    var bench = bench(LongStream.rangeClosed(1, 10).toArray());
    assertEquals(4, bench.plans());
    bench.plan(steps(10));
    assertEquals(10, bench.made(), "it was still there");
    bench.plan(steps(1));
    assertEquals(11, bench.made(), "it was gone");
  }

  @Test
  void aPlanThatIsUsedAgainIsNotTheOldest() {
    var bench = bench(1, 2, 3, 4, 1, 5);
    bench.plan(steps(1));
    assertEquals(5, bench.made());
    bench.plan(steps(2));
    assertEquals(6, bench.made());
  }

  @Test
  void scratchMemoryBeyondTheLimitLastsForOneRun() {
    var bench = bench(1);
    var slices = new Slices();
    slices.add(2 * LIMIT);
    bench.reserve(slices);
    assertTrue(bench.bytes() > LIMIT);
    bench.trim();
    assertEquals(Plan.BYTES, bench.bytes());
  }

  /** In a process of its own, whose memory is nobody else's. */
  @Test
  void sequencesOfManyLengthsLeaveTheMemoryAsItWas() {
    var result =
        ChildJvm.run(
            System.getProperty("java.class.path"),
            List.of("-D" + OneDnn.LIMIT_PROPERTY + "=8000000"),
            ManyShapes.class);
    assertEquals(0, result.exit(), result.output());
    assertTrue(result.output().contains("flat"), result.output());
  }
}
