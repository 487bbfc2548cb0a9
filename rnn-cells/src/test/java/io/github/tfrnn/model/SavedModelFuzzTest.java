package io.github.tfrnn.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.CodedOutputStream;
import io.github.tfrnn.testing.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.SavedModel;

/**
 * A damaged model is refused, or answers something, and never takes the process with it. {@code
 * -Dfuzz.cases=20000} runs more.
 */
class SavedModelFuzzTest {
  private static final int CASES = Integer.getInteger("fuzz.cases", 2000);
  private static final int BATCH = 250;

  /** A single case has ten; a busy machine must not end a batch. */
  private static final int SECONDS = 600;

  @TempDir private static Path folder;
  private static SequenceModel model;

  @BeforeAll
  static void export() throws IOException {
    model = new SequenceModel();
    ModelExporter.of(model.session())
        .signature(model.signature())
        .asset("vocabulary.txt", new byte[] {'a'})
        .export(folder.resolve("model"));
    // The order of a map's entries in the file is any; a case shall be the same each time.
    var file = folder.resolve("model/saved_model.pb");
    var saved = SavedModel.parseFrom(Files.readAllBytes(file));
    try (var bytes = Files.newOutputStream(file)) {
      var out = CodedOutputStream.newInstance(bytes);
      out.useDeterministicSerialization();
      saved.writeTo(out);
      out.flush();
    }
  }

  @AfterAll
  static void close() {
    model.close();
  }

  static IntStream bytes() {
    return batches(CASES);
  }

  /** These get further, and take longer. */
  static IntStream structures() {
    return batches(CASES / 4);
  }

  private static IntStream batches(int cases) {
    int first = Integer.getInteger("fuzz.first", 0);
    return IntStream.range(0, (cases + BATCH - 1) / BATCH).map(batch -> first + batch * BATCH);
  }

  @ParameterizedTest(name = "cases from {0}")
  @MethodSource("bytes")
  void damagedBytesEndInAnErrorOrAnAnswer(int first) {
    run(first, "bytes");
  }

  @ParameterizedTest(name = "cases from {0}")
  @MethodSource("structures")
  void aDamagedStructureEndsInAnErrorOrAnAnswer(int first) {
    run(first, "structure");
  }

  private static void run(int first, String kind) {
    var child =
        ChildJvm.run(
            SECONDS,
            SavedModelFuzz.class,
            folder.resolve("model").toString(),
            folder.toString(),
            Integer.toString(first),
            Integer.toString(BATCH),
            kind);
    var lines = child.output().lines().toList();
    assertEquals(
        0,
        child.exit(),
        () -> String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size())));
    var outcomes = lines.get(lines.size() - 1);
    System.out.println(first + ": " + outcomes);
    assertTrue(Pattern.compile("refused=\\d{2,}").matcher(outcomes).find(), outcomes);
    assertTrue(Pattern.compile("answered=\\d+").matcher(outcomes).find(), outcomes);
  }
}
