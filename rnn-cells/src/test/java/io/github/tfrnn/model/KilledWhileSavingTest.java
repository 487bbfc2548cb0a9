package io.github.tfrnn.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.ops.Variable;
import io.github.tfrnn.testing.TestGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A program that is killed while it saves loses nothing that it had saved. */
class KilledWhileSavingTest {
  private static final int FOLDERS = 5;
  private static final int KILLS_EACH = 10;
  private static final long SEED = 20_240_611;

  @TempDir private Path root;

  /** Several folders at a time, for most of the time is that of programs that start. */
  @Test
  @Timeout(400)
  void theNewestCheckpointIsWholeAfterEachOfFiftyKills() throws Exception {
    var workers = Executors.newFixedThreadPool(FOLDERS);
    try {
      var results = new ArrayList<Future<Set<String>>>();
      for (int i = 0; i < FOLDERS; i++) {
        var folder = Files.createDirectory(root.resolve("" + i));
        var random = new Random(SEED + i);
        results.add(workers.submit(() -> killAndLook(folder, random)));
      }
      var seen = new TreeSet<String>();
      for (var result : results) {
        seen.addAll(result.get());
      }
      System.out.println("killed " + FOLDERS * KILLS_EACH + " times, left behind: " + seen);
      assertFalse(seen.isEmpty(), "no kill met a save under way");
    } finally {
      workers.shutdownNow();
    }
  }

  private static Set<String> killAndLook(Path folder, Random random) throws Exception {
    var left = new TreeSet<String>();
    try (var test = new TestGraph()) {
      SavingLoop.variables(test.scope());
      long newest = 0;
      for (int i = 0; i < KILLS_EACH; i++) {
        killAfterASave(folder, random.nextInt(150));
        left.addAll(unusual(folder));
        newest = requireWhole(test, folder, newest);
      }
    }
    return left;
  }

  private static void killAfterASave(Path folder, int millis)
      throws IOException, InterruptedException {
    var log = folder.resolve("log");
    var child = Children.start(SavingLoop.class, "-Xmx256m", log, folder.resolve("run").toString());
    try {
      while (!Files.readString(log).contains("model.ckpt")) {
        assertTrue(child.isAlive(), () -> "the child ended: " + text(log));
        Thread.sleep(5);
      }
      Thread.sleep(millis);
    } finally {
      child.destroyForcibly().waitFor();
    }
  }

  private static String text(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Kinds of files that only a save under way has. */
  private static List<String> unusual(Path folder) throws IOException {
    try (var files = Files.list(folder.resolve("run"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".part") || name.contains(".before"))
          .map(name -> name.replaceAll("-\\d+(?=\\.)", "-N"))
          .toList();
    }
  }

  /** The newest opens, has right checksums and the values of one save, none older than before. */
  private static long requireWhole(TestGraph test, Path folder, long before) {
    var checkpoint = Checkpoints.in(folder.resolve("run")).latest().orElseThrow();
    checkpoint.verify();
    checkpoint.restore(test.session(), options -> options.strict());
    var values = test.values(test.scope().variables().stream().map(Variable::value).toList());
    double save = values.get(0)[0];
    for (double[] variable : values) {
      for (double value : variable) {
        assertEquals(save, value);
      }
    }
    assertTrue(save > before, save + " after " + before);
    return (long) save;
  }
}
