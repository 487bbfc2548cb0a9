package io.github.tfrnn.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class BuildAndMemoryTest {
  private static final LayerShape SHAPE = new LayerShape(2, 3, 2, 2);

  private static BuildCost cost(Task task, boolean withOneDnn) {
    var subject = new Measurement.Subject(CellKind.LSTM, SHAPE, task);
    var arguments = BuildCost.arguments(subject, RnnPath.AUTO);
    return BuildAndMemory.inChild(
        withOneDnn
            ? ChildJava.command(BuildCost.class, arguments)
            : ChildJava.withoutOneDnn(BuildCost.class, arguments));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aChildMeasuresOneLayer() {
    var training = cost(Task.TRAINING, false);
    assertTrue(training.ops() > 50, training::toString);
    assertTrue(training.buildSeconds() > 0 && training.firstSeconds() > 0, training::toString);
    assertTrue(training.laterSeconds() > 0, training::toString);
    assertTrue(training.peakMebibytes() > 100, training::toString);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aForwardPassIsBuiltWithoutTheGradient() {
    int forward = cost(Task.FORWARD, true).ops();
    int training = cost(Task.TRAINING, true).ops();
    assertTrue(forward < training, () -> forward + " and " + training + " ops");
  }

  @Test
  void aChildThatFailsIsNamed() {
    var command = ChildJava.command(BuildAndMemory.class, "cells=ELMAN");
    var e = assertThrows(IllegalStateException.class, () -> BuildAndMemory.inChild(command));
    assertEquals(
        "build and memory: a child must end well, got exit code 1 of " + command, e.getMessage());
  }

  @Test
  void aRowHasTheNumbersInOrder() {
    var subject =
        new Measurement.Subject(CellKind.GRU, new LayerShape(32, 1000, 8, 4), Task.FORWARD);
    assertEquals(
        "| GRU | 32, 1000, 8, 4 | forward | sliced | 12,345 | 1.50 | 0.25 | 0.1255 | 2,048 |\n",
        BuildAndMemory.row(subject, "sliced", new BuildCost(12_345, 1.5, 0.25, 0.1255, 2048)));
  }

  @Test
  void aCostIsReadAsItWasWritten() {
    var cost = new BuildCost(7, 1.5, 0.25, 0.125, 2048);
    assertEquals(cost, BuildCost.parse(cost.line()));
    var e = assertThrows(IllegalArgumentException.class, () -> BuildCost.parse("1,2"));
    assertEquals("build cost: must be five numbers, got 1,2", e.getMessage());
  }

  @Test
  void badSettingsAreRefused() {
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> BuildAndMemory.main(new String[] {"tasks=SLEEPING"}));
    assertEquals(
        "build and memory: tasks must be of " + List.of(Task.values()) + ", got SLEEPING",
        e.getMessage());
  }
}
