package io.github.tfrnn.examples.charrnn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.examples.Launch;
import io.github.tfrnn.examples.Tfrnn;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C in the middle of training, in a process of its own. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no signal to send")
class InterruptTest {
  private static final int SECONDS = 60;

  @TempDir private Path folder;

  @Test
  void ctrlCKeepsACheckpointToGoOnFrom() throws IOException, InterruptedException {
    var child = train();
    String printed;
    try (BufferedReader out = child.inputReader()) {
      // The first epoch is over: training is in full swing.
      for (String line = out.readLine(); line != null && !line.startsWith("epoch 1,"); ) {
        line = out.readLine();
      }
      new ProcessBuilder("kill", "-INT", Long.toString(child.pid())).start().waitFor();
      printed = out.lines().collect(Collectors.joining("\n"));
      assertTrue(child.waitFor(SECONDS, TimeUnit.SECONDS), "the process ends");
    } finally {
      child.destroyForcibly();
    }
    var checkpoint = RunFolder.at(folder.resolve("model")).requireNewest();
    long steps = RunFolder.stepOf(checkpoint);
    assertTrue(printed.contains("stopped after step " + steps + ". Go on with --resume"), printed);
    assertEquals(0, resume(steps + 5).exit());
    assertTrue(Files.exists(folder.resolve("model/checkpoint-" + (steps + 5))));
  }

  private Process train() throws IOException {
    var java = System.getProperty("java.home") + File.separator + "bin" + File.separator + "java";
    return new ProcessBuilder(
            java,
            "-cp",
            System.getProperty("java.class.path"),
            Tfrnn.class.getName(),
            "char-rnn",
            "train",
            "--out",
            folder.resolve("model").toString(),
            "--text",
            TextFile.write(folder, 400).toString(),
            "--units",
            "8",
            "--batch",
            "4",
            "--window",
            "10",
            "--epochs",
            "1000000")
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private Launch.Result resume(long steps) {
    return Launch.tfrnn(
        "char-rnn",
        "train",
        "--out",
        folder.resolve("model").toString(),
        "--text",
        folder.resolve("text.txt").toString(),
        "--epochs",
        "1000000",
        "--resume",
        "--steps",
        Long.toString(steps));
  }
}
