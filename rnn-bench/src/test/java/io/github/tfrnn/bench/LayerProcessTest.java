package io.github.tfrnn.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LayerProcessTest {
  private static final LayerShape SHAPE = new LayerShape(2, 3, 4, 5);

  /** Answers everything with its argument. */
  static final class Parrot {
    /** Reads commands until there are none. */
    public static void main(String[] arguments) {
      var lines = new java.util.Scanner(System.in, java.nio.charset.StandardCharsets.UTF_8);
      while (lines.hasNextLine()) {
        lines.nextLine();
        System.out.println(arguments[0]);
      }
    }
  }

  private static Competitor open(LayerProcess process) {
    return process.open("plain", "a peer", CellKind.GRU, SHAPE);
  }

  private static String refusal(String answer) {
    try (var process = new LayerProcess(ChildJava.command(Parrot.class, answer))) {
      return assertThrows(IllegalStateException.class, () -> open(process)).getMessage();
    }
  }

  @Test
  void anythingButOkIsRefused() {
    assertEquals("layer process: must answer ok, got not today", refusal("not today"));
  }

  @Test
  void anythingButThreeNumbersIsRefused() {
    try (var process = new LayerProcess(ChildJava.command(Parrot.class, "ok"))) {
      var layer = open(process);
      var e = assertThrows(IllegalStateException.class, () -> layer.time(Task.FORWARD, 0));
      assertEquals("layer process: must answer with three numbers, got ok", e.getMessage());
    }
  }

  @Test
  void aProcessThatEndsIsNamed() {
    var command = ChildJava.command(LayerShape.class);
    try (var process = new LayerProcess(command)) {
      var e = assertThrows(IllegalStateException.class, () -> open(process));
      assertEquals(
          "layer process: must answer \"open plain GRU 2x3x4x5\", got the end of " + command,
          e.getMessage());
    }
  }

  @ParameterizedTest
  @EnumSource(Task.class)
  void pythonObeys(Task task) {
    assumeTrue(hasPython(), "no python3 here");
    try (var process = new LayerProcess(List.of("python3", "src/test/python/idle_layer.py"))) {
      var layer = open(process);
      assertEquals("a peer", layer.name());
      assertEquals(2, layer.time(task, 0).runs());
      var timing = layer.time(task, 0.01);
      assertTrue(timing.runs() > 2, timing::toString);
      assertTrue(0 < timing.shortest() && timing.shortest() <= timing.median(), timing::toString);
      layer.close();
      assertThrows(IllegalStateException.class, () -> layer.time(task, 0));
    }
  }

  private static boolean hasPython() {
    try {
      return new ProcessBuilder("python3", "--version").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @EnumSource(Task.class)
  void aProcessOfJavaObeysWithoutOneDnn(Task task) {
    var command = ChildJava.withoutOneDnn(LayerServer.class);
    try (var process = new LayerProcess(command)) {
      var layer = process.open("AUTO", "auto without rnn-onednn", CellKind.GRU, SHAPE);
      var timing = layer.time(task, 0);
      assertEquals(2, timing.runs());
      assertTrue(0 < timing.shortest() && timing.shortest() <= timing.median(), timing::toString);
      layer.close();
    }
  }
}
