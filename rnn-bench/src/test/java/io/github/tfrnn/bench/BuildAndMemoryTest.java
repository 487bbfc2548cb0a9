package io.github.tfrnn.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class BuildAndMemoryTest {
  @Test
  @EnabledOnOs(OS.LINUX)
  void aChildMeasuresOneLayer() throws Exception {
    var cost =
        BuildAndMemory.inChild(CellKind.LSTM, new LayerShape(2, 3, 2, 2), RnnPath.RECOMPUTED);
    assertTrue(cost.ops() > 50, () -> cost.ops() + " ops");
    assertTrue(cost.buildSeconds() > 0 && cost.firstStepSeconds() > 0 && cost.stepSeconds() > 0);
    assertTrue(cost.peakMebibytes() > 100, () -> cost.peakMebibytes() + " MiB");
  }

  @Test
  void aRowHasTheNumbersInOrder() {
    assertEquals(
        "| static unroll | 1,000 | 12,345 | 1.50 | 0.25 | 0.125 | 2,048 |",
        BuildAndMemory.row(RnnPath.STATIC, 1000, new BuildCost(12_345, 1.5, 0.25, 0.125, 2048)));
  }
}
