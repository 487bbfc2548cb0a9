package io.github.tfrnn.examples.charrnn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.examples.Launch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Training as a user starts it, goes on with it, and finds what it left. */
class TrainAndResumeTest {
  @TempDir private Path folder;

  private Launch.Result train(String out, String... more) throws IOException {
    var args =
        new ArrayList<String>(List.of("char-rnn", "train", "--out", folder.resolve(out) + ""));
    args.addAll(List.of("--text", TextFile.write(folder, 60).toString()));
    args.addAll(List.of("--embedding", "6", "--batch", "4", "--window", "10"));
    if (!List.of(more).contains("--units")) {
      args.addAll(List.of("--units", "12"));
    }
    args.addAll(List.of(more));
    return Launch.tfrnn(args.toArray(String[]::new));
  }

  private byte[] weights(String out, int step) throws IOException {
    return Files.readAllBytes(
        folder.resolve(out).resolve("checkpoint-" + step + "/weights.data-00000-of-00001"));
  }

  @Test
  void trainingLeavesWhatItSays() throws IOException {
    var result = train("model", "--epochs", "2");
    assertEquals(0, result.exit(), result.err());
    var out = folder.resolve("model");
    for (String name : List.of("losses.csv", "losses.png", "sample.txt", "saved-model")) {
      assertTrue(Files.exists(out.resolve(name)), name);
      assertTrue(result.out().contains(name), result.out());
    }
    assertTrue(result.out().contains("1 LSTM layer of 12 units, characters as vectors of 6"));
    assertTrue(result.out().contains("epoch 2, step "), result.out());
    assertEquals(600, Files.readString(out.resolve("sample.txt")).length());
    assertFalse(Files.readString(out.resolve("losses.csv")).contains("NaN"));
  }

  @Test
  void theLossFallsAndTheModelLearnsTheText() throws IOException {
    var result = train("model", "--epochs", "12", "--learning-rate", "0.02", "--units", "24");
    var losses = new Checkpoint(RunFolder.at(folder.resolve("model")).requireNewest()).losses();
    var points = losses.points();
    double first = points.get(0).training();
    double last = points.get(points.size() - 1).heldOut().orElseThrow();
    assertTrue(first > 1.5, "first loss " + first);
    assertTrue(last < 0.4, "last loss " + last);
    assertTrue(result.out().contains("b=22; c=333;"), result.out());
  }

  /** Weights, slots of the optimizer, dropout masks, carried state and place in the text. */
  @ParameterizedTest(name = "{0}, stopped after step {1}")
  @CsvSource({"lstm, 13", "lstm, 27", "gru, 20"})
  void aResumedRunEndsAsOneThatWasNeverStopped(String cell, int stop) throws IOException {
    String[] settings = {"--cell", cell, "--layers", "2", "--keep", "0.7", "--steps"};
    assertEquals(0, train("whole", with(settings, "40")).exit());
    assertEquals(0, train("parts", with(settings, "" + stop)).exit());
    assertFalse(Files.exists(folder.resolve("parts/checkpoint-40")));
    var resumed = train("parts", with(settings, "40", "--resume"));
    assertEquals(0, resumed.exit(), resumed.err());
    assertTrue(resumed.out().contains("resuming: "), resumed.out());
    assertArrayEquals(weights("whole", 40), weights("parts", 40));
    assertEquals(
        Files.readString(folder.resolve("whole/sample.txt")),
        Files.readString(folder.resolve("parts/sample.txt")));
  }

  private static String[] with(String[] settings, String... more) {
    var all = new ArrayList<>(List.of(settings));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  @Test
  void anotherSeedGivesAnotherModel() throws IOException {
    train("one", "--steps", "3", "--seed", "1");
    train("same", "--steps", "3", "--seed", "1");
    train("other", "--steps", "3", "--seed", "2");
    assertArrayEquals(weights("one", 3), weights("same", 3));
    assertFalse(java.util.Arrays.equals(weights("one", 3), weights("other", 3)));
  }

  @Test
  void aLossThatIsNoNumberEndsTrainingAndKeepsWhatWasSaved() throws IOException {
    assertEquals(0, train("model", "--steps", "5").exit());
    var checkpoint = folder.resolve("model/checkpoint-5");
    poison(checkpoint.resolve("state.bin"));
    var result = train("model", "--resume", "--steps", "9");
    assertEquals(2, result.exit());
    assertEquals(
        "tfrnn char-rnn train: loss must be a number, got NaN at step 6."
            + " Lower --learning-rate or --clip\n",
        lastLine(result.err()));
    assertTrue(Files.exists(checkpoint));
    assertFalse(Files.exists(folder.resolve("model/checkpoint-6")));
  }

  private static String lastLine(String text) {
    return text.substring(text.lastIndexOf("tfrnn char-rnn"));
  }

  /** Makes the carried state NaN, which a step turns into a loss of NaN. */
  private static void poison(Path state) throws IOException {
    var bytes = Files.readAllBytes(state);
    for (int i = 0; i < bytes.length; i += 4) {
      bytes[i] = 0x7f;
      bytes[i + 1] = (byte) 0xc0;
    }
    Files.write(state, bytes);
  }
}
