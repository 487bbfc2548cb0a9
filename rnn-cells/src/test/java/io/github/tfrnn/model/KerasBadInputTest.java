package io.github.tfrnn.model;

import static io.github.tfrnn.testing.Refusals.argument;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is no sound file of Keras, or not of what is asked for, is refused and says why. */
class KerasBadInputTest {
  private static final Path WEIGHTS = KerasFiles.FOLDER.resolve("keras3/stack.weights.h5");

  @TempDir Path folder;

  private Path file(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("model.h5"), bytes);
  }

  private String refusal(byte[] bytes) throws IOException {
    var file = file(bytes);
    return argument(() -> KerasWeights.open(file)).replace(folder + "/", "");
  }

  /** A copy of the file, with some bytes in the place of the first that are equal to others. */
  private static byte[] patched(Path sound, byte[] old, byte[] by) throws IOException {
    byte[] bytes = Files.readAllBytes(sound);
    int at = indexOf(bytes, old, 0);
    System.arraycopy(by, 0, bytes, at, by.length);
    return bytes;
  }

  private static int indexOf(byte[] bytes, byte[] part, int from) {
    for (int at = from; at <= bytes.length - part.length; at++) {
      if (Arrays.equals(bytes, at, at + part.length, part, 0, part.length)) {
        return at;
      }
    }
    throw new AssertionError("nothing of this kind in the file");
  }

  /** Eight bytes for each number, as HDF5 writes sizes. */
  private static byte[] longs(long... values) {
    var bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      bytes.putLong(value);
    }
    return bytes.array();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void aFileThatIsNotThereCannotBeRead() {
    var nowhere = folder.resolve("nowhere.h5");
    var e = assertThrows(UncheckedIOException.class, () -> KerasWeights.open(nowhere));
    assertEquals("keras: cannot read " + nowhere, e.getMessage());
  }

  @Test
  void aFileOfAnotherKindIsRefused() throws IOException {
    assertEquals(
        "model.h5: file must be HDF5 (.weights.h5, .h5) or a .keras archive, got an empty one",
        refusal(new byte[0]));
    assertEquals(
        "model.h5: file must be HDF5 (.weights.h5, .h5) or a .keras archive, got one that begins"
            + " with [72, 101, 108, 108, 111]",
        refusal(ascii("Hello")));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.001, 0.01, 0.1, 0.5, 0.9})
  void aTruncatedFileIsRefused(double part) throws IOException {
    byte[] bytes = Files.readAllBytes(WEIGHTS);
    String message = refusal(Arrays.copyOf(bytes, (int) (part * bytes.length)));
    assertTrue(message.startsWith("model.h5: file must be readable, got "), message);
  }

  @Test
  void aShapeBeyondTheFileIsRefusedWhenItIsRead() throws IOException {
    byte[] bytes = patched(WEIGHTS, longs(2, 12, 2, 12), longs(1 << 30, 12));
    var file = file(bytes);
    var layer = KerasWeights.open(file).layer("lstm");
    assertEquals(
        file
            + ": layer lstm: cell/vars/0 must be readable, got array must have 51539607552 bytes,"
            + " got 96",
        argument(() -> layer.variables("rnn/lstm_cell")));
  }

  @Test
  void aShapeThatOverflowsIsRefused() throws IOException {
    byte[] bytes = patched(WEIGHTS, longs(2, 12, 2, 12), longs(Long.MAX_VALUE, 12));
    String message = refusal(bytes);
    assertTrue(message.contains("integer overflow"), message);
  }

  @Test
  void dataBehindTheEndOfTheFileIsRefused() throws IOException {
    var bytes = ByteBuffer.wrap(Files.readAllBytes(WEIGHTS)).order(ByteOrder.LITTLE_ENDIAN);
    // The layout message behind the shape: version 3, class 1, address, size.
    int shape = indexOf(bytes.array(), longs(2, 12, 2, 12), 0);
    int layout = indexOf(bytes.array(), new byte[] {3, 1}, shape);
    bytes.putLong(layout + 2, bytes.capacity() - 95L);
    var file = file(bytes.array());
    var layer = KerasWeights.open(file).layer("lstm");
    String message = argument(() -> layer.variables("rnn/lstm_cell"));
    assertTrue(message.contains("layer lstm: cell/vars/0 must be readable, got 96 bytes"), message);
    assertTrue(message.endsWith("end behind the file, which has " + bytes.capacity()), message);
  }

  /** Makes the node of a B-tree a branch whose sixteen children are all the same node. */
  private static void branch(ByteBuffer bytes, int tree, int child) {
    bytes.put(tree + 5, (byte) 1); // a level above the leaves
    bytes.putShort(tree + 6, (short) 16);
    for (int i = 0; i < 16; i++) {
      bytes.putLong(tree + 32 + 16 * i, child);
    }
  }

  @Test
  void aTreeThatIsItsOwnBranchIsRefused() throws IOException {
    var bytes = ByteBuffer.wrap(Files.readAllBytes(WEIGHTS)).order(ByteOrder.LITTLE_ENDIAN);
    int tree = indexOf(bytes.array(), ascii("TREE"), 0);
    branch(bytes, tree, tree);
    assertEquals(
        "model.h5: file must be readable, got parts that are nested too deep or in a circle",
        refusal(bytes.array()));
  }

  @Test
  void aTreeThatWouldTakeYearsToWalkIsRefused() throws IOException {
    var bytes = ByteBuffer.wrap(Files.readAllBytes(WEIGHTS)).order(ByteOrder.LITTLE_ENDIAN);
    int tree = indexOf(bytes.array(), ascii("TREE"), 0);
    for (int level = 0; level < 10; level++) { // sixteen to the tenth leaves
      int next = indexOf(bytes.array(), ascii("TREE"), tree + 4);
      branch(bytes, tree, next);
      tree = next;
    }
    assertEquals(
        "model.h5: file must be readable, got its parts are linked so that reading them would not"
            + " end",
        refusal(bytes.array()));
  }

  @Test
  void aGroupThatIsInItselfIsRefused() throws IOException {
    var bytes = ByteBuffer.wrap(Files.readAllBytes(WEIGHTS)).order(ByteOrder.LITTLE_ENDIAN);
    long root = bytes.getLong(64); // of the symbol table entry in the superblock
    int node = indexOf(bytes.array(), ascii("SNOD"), 0);
    bytes.putLong(node + 16, root);
    String message = refusal(bytes.array());
    assertTrue(message.contains("object must stand in one group, got it in two"), message);
  }

  @Test
  void anArrayOfAnotherTypeIsRefused() throws IOException {
    byte[] single = {0x11, 0x20, 0x1f, 0, 4, 0, 0, 0};
    byte[] whole = {0x10, 0x08, 0, 0, 4, 0, 0, 0};
    byte[] bytes = Files.readAllBytes(WEIGHTS);
    int shape = indexOf(bytes, longs(2, 12, 2, 12), 0);
    System.arraycopy(whole, 0, bytes, indexOf(bytes, single, shape), whole.length);
    var file = file(bytes);
    var layer = KerasWeights.open(file).layer("lstm");
    assertEquals(
        file
            + ": layer lstm: cell/vars/0 must be readable, got dtype must be float32 or float16,"
            + " got int32",
        argument(() -> layer.variables("rnn/lstm_cell")));
  }

  @Test
  void anArrayOfAnotherShapeIsRefusedWithBoth() throws IOException {
    var file = file(patched(WEIGHTS, longs(2, 12, 2, 12), longs(3, 8, 3, 8)));
    var layer = KerasWeights.open(file).layer("lstm");
    assertEquals(
        file + ": layer lstm: kernel must have shape [D, 12], got [3, 8]",
        argument(() -> layer.variables("rnn/lstm_cell")));
  }

  @Test
  void aLayerThatIsNotThereIsRefusedWithThoseThatAre() {
    var keras = KerasWeights.open(WEIGHTS);
    assertEquals(
        WEIGHTS + ": layer must be one of [dense, embedding, gru, lstm], got decoder",
        argument(() -> keras.layer("decoder")));
  }

  @Test
  void anArrayThatIsOnlyListedIsRefused() throws IOException {
    var sound = KerasFiles.FOLDER.resolve("tf_keras/stack.h5");
    byte[] bytes =
        patched(sound, ascii("lstm/lstm_cell/kernel:0"), ascii("lstm/lstm_cell/colonel"));
    assertEquals(
        "model.h5: array lstm/lstm/lstm_cell/colonel0 must be in the file that lists it, got none",
        refusal(bytes));
  }

  @Test
  void settingsThatOurCellsDoNotHaveAreRefused() {
    var file = KerasFiles.FOLDER.resolve("keras3/special.keras");
    var hard = KerasWeights.open(file).layer("hard");
    assertEquals(
        file
            + ": layer hard: recurrent_activation must be sigmoid, as in our cells, got"
            + " hard_sigmoid",
        argument(() -> hard.variables("rnn/cudnn_compatible_gru_cell")));
  }

  @Test
  void aGruWithoutABiasMustBeToldItsKind() {
    var file = KerasFiles.FOLDER.resolve("tf_keras/special.weights.h5");
    var gru = KerasWeights.open(file).layer("gru");
    String message = argument(gru::recurrent);
    assertTrue(message.endsWith("as(\"GRU\", Map.of(\"reset_after\", true))."), message);
  }

  @Test
  void aLayerOfAnotherKindIsRefused() {
    var keras = KerasWeights.open(WEIGHTS);
    assertEquals(
        WEIGHTS + ": gru: layer must be one of LstmWeights, got ResetAfterGruWeights",
        argument(() -> keras.layer("gru").recurrent(LstmWeights.class)));
    assertEquals(
        WEIGHTS
            + ": layer dense: class must be SimpleRNN, LSTM, GRU, or an RNN of such a cell, got"
            + " Dense",
        argument(() -> keras.layer("dense").recurrent()));
    assertEquals(
        WEIGHTS + ": layer lstm: recurrent_kernel must have shape [H, 3H], got [3, 12]",
        argument(() -> keras.layer("lstm").as("GRU").recurrent()));
    assertEquals(
        WEIGHTS + ": lstm: layer must be Bidirectional, got LSTM",
        argument(() -> keras.layer("lstm").forward()));
    var both = KerasWeights.open(KerasFiles.FOLDER.resolve("keras3/both.keras")).layer("ave");
    String message = argument(() -> both.variables("rnn/basic_rnn_cell"));
    assertTrue(message.endsWith("got a Bidirectional. Take forward() and backward()."), message);
  }

  private Path archive(String config) throws IOException {
    var file = folder.resolve("model.keras");
    try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("config.json"));
      zip.write(ascii(config));
      zip.putNextEntry(new ZipEntry("model.weights.h5"));
      Files.copy(WEIGHTS, zip);
    }
    return file;
  }

  @Test
  void anArchiveThatUnfoldsToManyTimesItsSizeIsRefused() throws IOException {
    var file = archive("\"" + "a".repeat(70_000_000) + "\"");
    assertTrue(Files.size(file) < 1_000_000);
    assertEquals(
        file + ": config.json must unfold to at most 67108864 bytes, got 70000002",
        argument(() -> KerasWeights.open(file)));
  }

  @Test
  void anArchiveThatHidesHowFarItUnfoldsIsRefused() throws IOException {
    byte[] bytes = Files.readAllBytes(archive("\"" + "a".repeat(70_000_000) + "\""));
    int directory = indexOf(bytes, new byte[] {'P', 'K', 1, 2}, 0);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(directory + 24, 100);
    var file = file(bytes);
    String message = argument(() -> KerasWeights.open(file));
    assertTrue(message.startsWith(file + ": config.json must "), message);
  }

  @Test
  void anArchiveWithoutWeightsIsRefused() throws IOException {
    var file = folder.resolve("other.zip");
    try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("readme.txt"));
    }
    assertEquals(
        file + ": archive must have an entry config.json, got none",
        argument(() -> KerasWeights.open(file)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[1, 2]", "{\"class_name\": 3}"})
  void aDescriptionOfNoModelIsRefused(String config) throws IOException {
    var file = archive(config);
    String message = argument(() -> KerasWeights.open(file));
    assertTrue(message.startsWith(file + ": description of the model must be readable"), message);
  }

  @Test
  void aDescriptionThatIsNestedWithoutEndIsRefused() throws IOException {
    var file = archive("[".repeat(1_000_000));
    String message = argument(() -> KerasWeights.open(file));
    assertTrue(message.startsWith(file + ": description of the model must be readable"), message);
  }
}
