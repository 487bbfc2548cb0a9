package io.github.tfrnn.examples.charrnn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.examples.Launch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a user may get wrong: one clear line, exit code 2, and nothing half-written. */
class BadInputTest {
  @TempDir private Path folder;

  @BeforeEach
  void texts() throws IOException {
    TextFile.write(folder, 60);
    Files.writeString(folder.resolve("short.txt"), "a".repeat(50));
    Files.writeString(folder.resolve("tiny.txt"), "ab");
    Files.writeString(folder.resolve("empty.txt"), "");
    Files.writeString(folder.resolve("blank.txt"), " \n \n");
    Files.write(folder.resolve("latin.txt"), new byte[] {'a', (byte) 0xe9, 'b'});
    Files.createDirectory(folder.resolve("directory"));
  }

  /** Runs a command in which {@code @} stands for the folder of the test. */
  private Launch.Result tfrnn(String command) {
    return Launch.tfrnn(
        Arrays.stream(command.split(" "))
            .map(arg -> arg.replace("@", folder.toString()))
            .toArray(String[]::new));
  }

  private void assertRefused(String command, String message) {
    var result = tfrnn(command);
    assertEquals(message.replace("@", folder.toString()) + "\n", result.err());
    assertEquals(2, result.exit());
    assertFalse(Files.exists(folder.resolve("model")), "nothing is left");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --text @/missing.txt | --text must be a file, got one that does not exist: @/missing.txt
          --text @/directory | --text must be a file, got a folder: @/directory
          --text @/empty.txt | --text must be a file with text in it, got an empty one: @/empty.txt
          --text @/blank.txt | --text must be a file with text in it, got an empty one: @/blank.txt
          --text @/latin.txt | --text must be in UTF-8, got a file in another encoding: @/latin.txt
          --text @/short.txt --batch 2 --window 30 | --text must have at least 61 characters to train on, for --batch 2 windows of --window 30 side by side, got 45. Take a longer text, or lower one of the two
          --text @/tiny.txt --batch 1 --window 1 | --text must have at least 2 characters in the tenth that is held out, got 0
          --text @/text.txt --units 0 | --units must be between 1 and 4096, got 0
          --text @/text.txt --layers 17 | --layers must be between 1 and 16, got 17
          --text @/text.txt --keep 0 | --keep must be above 0 and at most 1, got 0
          --text @/text.txt --keep NaN | --keep must be above 0 and at most 1, got NaN
          --text @/text.txt --learning-rate -1 | --learning-rate must be above 0 and at most 1, got -1
          --text @/text.txt --decay 1.5 | --decay must be above 0 and at most 1, got 1.5
          --text @/text.txt --epochs 0 | --epochs must be between 1 and 1000000, got 0
          --text @/text.txt --minutes 0 | --minutes must be above 0 and at most 1000000, got 0
          --text @/text.txt --resume | --resume must find a checkpoint in --out, found none in @/model
          """)
  void trainingIsRefused(String options, String message) {
    assertRefused("char-rnn train --out @/model " + options, "tfrnn char-rnn train: " + message);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          char-rnn train --cell rnn | tfrnn char-rnn train: Invalid value for option '--cell': expected one of [LSTM, GRU] (case-insensitive) but was 'rnn'. See tfrnn char-rnn train --help
          char-rnn train --units many | tfrnn char-rnn train: Invalid value for option '--units': 'many' is not an int. See tfrnn char-rnn train --help
          char-rnn train --colour red | tfrnn char-rnn train: Unknown options: '--colour', 'red'. See tfrnn char-rnn train --help
          char-rnn sample --model @/nowhere | tfrnn char-rnn sample: --model must be the folder of a trained model, found no checkpoint in @/nowhere. Make one with: tfrnn char-rnn train --out @/nowhere
          char-rnn sample --length 0 | tfrnn char-rnn sample: --length must be between 1 and 10000000, got 0
          char-rnn sample --temperature 0 | tfrnn char-rnn sample: --temperature must be above 0 and at most 100, got 0
          char-rnn export | tfrnn char-rnn export: Missing required parameter: 'DIR'. See tfrnn char-rnn export --help
          char-rnn | tfrnn char-rnn: Missing required subcommand. See tfrnn char-rnn --help
          char-rnn dance | tfrnn char-rnn: Unmatched argument at index 1: 'dance'. See tfrnn char-rnn --help
          """)
  void aCommandIsRefused(String command, String message) {
    assertRefused(command, message);
  }

  private Path trained() {
    assertEquals(0, tfrnn(TRAIN + " --steps 2").exit());
    return folder.resolve("model/checkpoint-2");
  }

  private static final String TRAIN =
      "char-rnn train --out @/model --text @/text.txt --units 6 --embedding 3 --batch 4 --window 10";

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --layers 2 --resume --steps 9 | --layers must stay 1, as in the checkpoint, got 2
          --resume --steps 2 | --epochs or --steps must be more than the 2 steps that were trained, 27 to an epoch, got 2 steps
          --steps 9 | --out must be a folder without a model, got @/model/checkpoint-2. Go on with it by --resume, or choose another folder
          """)
  void goingOnIsRefusedAndTheModelStays(String options, String message) {
    var checkpoint = trained();
    var result = tfrnn(TRAIN + " " + options);
    assertEquals(
        "tfrnn char-rnn train: " + message.replace("@", folder.toString()) + "\n", result.err());
    assertEquals(2, result.exit());
    assertTrue(Files.exists(checkpoint));
  }

  @Test
  void goingOnWithAnotherTextIsRefused() throws IOException {
    trained();
    Files.writeString(folder.resolve("text.txt"), "another text ".repeat(100));
    var result = tfrnn(TRAIN + " --resume --steps 9");
    assertEquals(
        "tfrnn char-rnn train: --text must stay the same when a run is resumed, got another text"
            + " than it began with: "
            + folder.resolve("text.txt")
            + "\n",
        result.err());
    assertEquals(2, result.exit());
  }

  /** The weights are those of six units, and the settings say seven. */
  @ParameterizedTest
  @CsvSource({"sample", "export @/exported"})
  void aCheckpointOfAnotherShapeIsRefused(String command) throws IOException {
    var settings = trained().resolve("settings.txt");
    Files.writeString(settings, Files.readString(settings).replace("units=6", "units=7"));
    assertWeightsRefused(
        "char-rnn " + command + " --model @/model",
        "lstm_cell/bias is float[28] in the graph and float[24] in the file");
    assertFalse(Files.exists(folder.resolve("exported")));
  }

  @ParameterizedTest
  @CsvSource({
    "0.1, char-rnn sample --model @/model",
    "0.5, char-rnn train --resume --out @/model --text @/text.txt --steps 9"
  })
  void aCheckpointThatWasCutOffIsRefused(double left, String command) throws IOException {
    var data = trained().resolve("weights.data-00000-of-00001");
    var bytes = Files.readAllBytes(data);
    Files.write(data, Arrays.copyOf(bytes, (int) (left * bytes.length)));
    assertWeightsRefused(command, data + ": ");
    assertWeightsRefused(command, "must lie within the " + Files.size(data) + " bytes of the file");
  }

  private void assertWeightsRefused(String command, String why) {
    var result = tfrnn(command);
    assertEquals(2, result.exit(), result.err() + result.out());
    assertEquals(1, result.err().lines().count(), result.err());
    assertTrue(
        result
            .err()
            .contains(
                folder.resolve("model/checkpoint-2")
                    + ": weights must be whole and those of the model that settings.txt describes."
                    + " Train again into a new folder. "),
        result.err());
    assertTrue(result.err().contains(why), result.err());
  }

  @Test
  void aStateThatWasCutOffIsRefused() throws IOException {
    var state = trained().resolve("state.bin");
    Files.write(state, Arrays.copyOf(Files.readAllBytes(state), 10));
    var result = tfrnn(TRAIN + " --resume --steps 9");
    assertEquals(2, result.exit());
    assertTrue(
        result.err().contains("state.bin must be a whole file of a checkpoint"), result.err());
  }
}
