package io.github.tfrnn.examples.charrnn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.tfrnn.examples.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The settings of a training run, kept and changed. */
class RunTest {
  private static final Run RUN =
      new Run(
          new Network(CellKind.GRU, 16, 2, 8),
          new Schedule(4, 10, 0.01, 0.9, 5, 0.8, 3),
          "/texts/of = signs.txt",
          "abc");

  @TempDir private Path folder;

  @Test
  void aFileGivesTheSameRun() throws IOException {
    var file = folder.resolve("settings.txt");
    RUN.save(file);
    assertEquals(RUN, Run.load(file));
  }

  @Test
  void theRestOfARunMayHaveAnotherLearningRate() {
    var changed = RUN.resumed(Map.of("learning-rate", "0.002", "units", "16"));
    assertEquals(0.002, changed.schedule().learningRate());
    assertEquals(RUN.network(), changed.network());
  }

  @ParameterizedTest
  @CsvSource({"units, 32, 16", "cell, LSTM, GRU", "batch, 8, 4", "window, 20, 10", "seed, 4, 3"})
  void whatWeightsAndStatesDependOnStays(String name, String asked, String kept) {
    var e = assertThrows(UserError.class, () -> RUN.resumed(Map.of(name, asked)));
    assertEquals(
        "--%s must stay %s, as in the checkpoint, got %s".formatted(name, kept, asked),
        e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({"units=many, units, a whole number, many", "cell=RNN, cell, LSTM or GRU, RNN"})
  void aSettingThatCannotBeIsRefused(String line, String name, String rule, String got)
      throws IOException {
    var file = folder.resolve("settings.txt");
    RUN.save(file);
    Files.writeString(file, Files.readString(file).replaceAll("(?m)^" + name + "=.*", line));
    var e = assertThrows(UserError.class, () -> Run.load(file));
    assertEquals("%s: %s must be %s, got %s".formatted(file, name, rule, got), e.getMessage());
  }

  @Test
  void aMissingSettingIsRefused() throws IOException {
    var file = Files.writeString(folder.resolve("settings.txt"), "cell=GRU\n");
    var e = assertThrows(UserError.class, () -> Run.load(file));
    assertEquals(file + ": units must be a whole number, got nothing", e.getMessage());
  }
}
