package io.github.tfrnn.examples.charrnn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.examples.Launch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** What is done with a model once it is trained. */
class SampleAndExportTest {
  @TempDir private static Path folder;

  @BeforeAll
  static void train() throws IOException {
    var result =
        Launch.tfrnn(
            ("char-rnn train --layers 2 --units 10 --embedding 5 --batch 4 --window 10 --steps 30"
                    + " --text "
                    + TextFile.write(folder, 60)
                    + " --out "
                    + folder.resolve("model"))
                .split(" "));
    assertEquals(0, result.exit(), result.err());
  }

  private static String sample(String... more) {
    var args =
        new ArrayList<>(List.of("char-rnn", "sample", "--model", folder.resolve("model") + ""));
    args.addAll(List.of(more));
    var result = Launch.tfrnn(args.toArray(String[]::new));
    assertEquals(0, result.exit(), result.err());
    return result.out();
  }

  @Test
  void equalSeedsGiveEqualTextsAndOthersDoNot() {
    assertEquals(sample("--seed", "5"), sample("--seed", "5"));
    assertNotEquals(sample("--seed", "5"), sample("--seed", "6"));
  }

  @Test
  void theTextBeginsWithWhatTheModelReadFirst() {
    var text = sample("--prime", "c=3", "--length", "50");
    assertTrue(text.startsWith("c=3"), text);
    assertTrue(text.strip().length() <= 53, text);
  }

  /** The state goes from call to call as signature inputs and outputs, here by hand. */
  @Test
  void theExportedModelAnswersAsTheModelDoesInOnePieceAndInTwo() throws IOException {
    var directory = folder.resolve("exported");
    var result =
        Launch.tfrnn("char-rnn", "export", "--model", folder.resolve("model") + "", directory + "");
    assertEquals(0, result.exit(), result.err());
    assertEquals("written to " + directory + "\n", result.out());

    var vocabulary = Vocabulary.load(directory.resolve("assets/vocabulary.txt"));
    int[] read = vocabulary.encode("b=22; c");
    float[] expected;
    try (var model =
        CharModel.load(new Checkpoint(RunFolder.at(folder.resolve("model")).requireNewest()))) {
      expected = model.next(read);
    }
    try (var bundle = SavedModelBundle.load(directory.toString())) {
      assertArrayEquals(expected, last(bundle, List.of(read)), 1e-6f);
      int[] first = java.util.Arrays.copyOfRange(read, 0, 3);
      int[] rest = java.util.Arrays.copyOfRange(read, 3, read.length);
      assertArrayEquals(expected, last(bundle, List.of(first, rest)), 1e-6f);
    }
  }

  /** The logits after the last of {@code pieces}, in row 0 of three equal rows. */
  private static float[] last(SavedModelBundle bundle, List<int[]> pieces) {
    int rows = 3;
    Map<String, Tensor> state = zeros(bundle, rows);
    float[] logits = {};
    for (int[] piece : pieces) {
      var inputs = new HashMap<>(state);
      inputs.put("characters", repeated(piece, rows));
      var function = bundle.function("serving_default");
      var outputs = new HashMap<String, Tensor>();
      function.call(inputs).forEach(entry -> outputs.put(entry.getKey(), entry.getValue()));
      logits = row((TFloat32) outputs.get("logits"), piece.length - 1);
      state.replaceAll((name, before) -> outputs.get(name));
    }
    return logits;
  }

  private static TInt32 repeated(int[] piece, int rows) {
    var tensor = TInt32.tensorOf(Shape.of(rows, piece.length));
    for (int r = 0; r < rows; r++) {
      for (int t = 0; t < piece.length; t++) {
        tensor.setInt(piece[t], r, t);
      }
    }
    return tensor;
  }

  private static Map<String, Tensor> zeros(SavedModelBundle bundle, int rows) {
    var zeros = new HashMap<String, Tensor>();
    bundle
        .function("serving_default")
        .signature()
        .getInputs()
        .forEach(
            (name, description) -> {
              if (!name.equals("characters")) {
                var shape = Shape.of(rows, description.shape.get(1));
                zeros.put(
                    name, TFloat32.tensorOf(shape, DataBuffers.of(new float[(int) shape.size()])));
              }
            });
    assertEquals(4, zeros.size(), "c and h of two layers");
    return zeros;
  }

  private static float[] row(TFloat32 logits, int step) {
    var row = logits.get(0, step);
    var copy = new float[(int) row.size()];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = row.getFloat(i);
    }
    return copy;
  }

  @Test
  void exportingOverAFolderIsRefusedAndLeavesItAlone() throws IOException {
    var there = Files.createDirectory(folder.resolve("there"));
    Files.writeString(there.resolve("mine"), "kept");
    var result =
        Launch.tfrnn("char-rnn", "export", "--model", folder.resolve("model") + "", there + "");
    assertEquals(2, result.exit());
    assertEquals(
        "tfrnn char-rnn export: DIR must not exist yet, got " + there + "\n", result.err());
    assertEquals("kept", Files.readString(there.resolve("mine")));
  }
}
