package io.github.tfrnn.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.testing.ChildJvm;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Processes that end, and processes without the module. */
@EnabledOnOs(OS.LINUX) // where the engine runs
class LeavingTest {

  @Test
  void aProcessEndsWhileOtherThreadsStillTrain() {
    var result = ChildJvm.run(LeavingWhileTraining.class, "return");
    assertEquals(0, result.exit(), result.output());
    assertTrue(result.output().contains("trained"), result.output());
  }

  @Test
  void anExitCodeArrivesWhileOtherThreadsStillTrain() {
    assertEquals(7, ChildJvm.run(LeavingWhileTraining.class, "exit").exit());
  }

  /** Everything of the test's class path but this module and what it brings. */
  private static String without() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(entry -> !isOfEngine(Path.of(entry)))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static boolean isOfEngine(Path entry) {
    return entry.toString().contains("dnnl")
        || entry.toString().contains("jna")
        || Files.exists(entry.resolve("io/github/tfrnn/onednn/OneDnnEngine.class"));
  }

  @Test
  void withoutTheModuleAnotherEngineRunsAndAGraphWithItsOpsIsRefused(@TempDir Path directory) {
    var file = directory.resolve("graph.pb").toString();
    assertEquals(0, ChildJvm.run(GraphElsewhere.class, "write", file).exit());
    var result = ChildJvm.run(without(), List.of(), GraphElsewhere.class, "read", file);
    assertEquals(0, result.exit(), result.output());
    assertTrue(result.output().contains("engine: FUSED ("), result.output());
    assertTrue(
        result.output().contains("ONEDNN cannot run: the module rnn-onednn is not"),
        result.output());
    assertTrue(
        result.output().contains("Op type not registered 'TfrnnOneDnnLstm'"), result.output());
  }

  @Test
  void aGraphWithItsOpsIsReadWhereTheModuleIs(@TempDir Path directory) {
    var file = directory.resolve("graph.pb").toString();
    assertEquals(0, ChildJvm.run(GraphElsewhere.class, "write", file).exit());
    var result = ChildJvm.run(GraphElsewhere.class, "read", file);
    assertTrue(result.output().contains("engine: ONEDNN"), result.output());
    assertFalse(result.output().contains("not registered"), result.output());
  }

  @Test
  void aBrokenNativeLibraryMeansALoop() {
    var result =
        ChildJvm.run(
            System.getProperty("java.class.path"),
            List.of("-Djna.nosys=true", "-Djna.nounpack=true", "-Djna.boot.library.path=/nowhere"),
            GraphElsewhere.class,
            "none");
    assertEquals(0, result.exit(), result.output());
    assertTrue(
        result
            .output()
            .contains("ONEDNN cannot run: native code of rnn-onednn could not be loaded"),
        result.output());
  }
}
