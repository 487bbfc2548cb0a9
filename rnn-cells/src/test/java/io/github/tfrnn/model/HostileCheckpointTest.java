package io.github.tfrnn.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.BundleEntryProto;
import org.tensorflow.proto.BundleHeaderProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.SavedSliceMeta;
import org.tensorflow.proto.SavedTensorSliceMeta;
import org.tensorflow.proto.SavedTensorSlices;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.proto.TensorSliceProto;

/** Files that are whole and lie, in the words of the error. */
class HostileCheckpointTest {
  private static final String END = ". The file is damaged, cut off or of another kind.";

  @TempDir private Path folder;

  private final Map<String, BundleEntryProto.Builder> entries = new LinkedHashMap<>();

  private static TensorShapeProto shape(long... sizes) {
    var shape = TensorShapeProto.newBuilder();
    for (long size : sizes) {
      shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(size));
    }
    return shape.build();
  }

  private static TensorSliceProto rows(long begin, long size) {
    return TensorSliceProto.newBuilder()
        .addExtent(TensorSliceProto.Extent.newBuilder().setStart(begin).setLength(size))
        .build();
  }

  private BundleEntryProto.Builder entry(String name, long... sizes) {
    var entry = BundleEntryProto.newBuilder().setDtype(DataType.DT_FLOAT).setShape(shape(sizes));
    entries.put(name, entry);
    return entry;
  }

  private void slice(String name, TensorSliceProto slice, long size) {
    var key = new String(TensorSlice.key(name, slice), StandardCharsets.ISO_8859_1);
    entry(key, size).setSize(4 * size);
  }

  /** The refusal of these entries with a data file of 16 bytes, without the name of the index. */
  private String refusal() throws IOException {
    write(new byte[16]);
    String message = CheckpointTest.message(() -> Checkpoint.open(folder.resolve("x")));
    return message.replace(folder.resolve("x") + ".", "").replace(END, "");
  }

  private void write(byte[] data) throws IOException {
    var table = new TreeMap<byte[], byte[]>(Arrays::compareUnsigned);
    table.put(new byte[0], BundleHeaderProto.newBuilder().setNumShards(1).build().toByteArray());
    entries.forEach(
        (name, entry) ->
            table.put(name.getBytes(StandardCharsets.ISO_8859_1), entry.build().toByteArray()));
    Files.write(folder.resolve("x.index"), TableWriter.write(table));
    Files.write(folder.resolve("x.data-00000-of-00001"), data);
  }

  @Test
  void aShapeOfMoreElementsThanALongCounts() throws IOException {
    entry("w", 1L << 40, 1L << 40).setSize(16);
    assertEquals(
        "index: w: shape must have fewer elements, got [1099511627776, 1099511627776]", refusal());
  }

  @Test
  void aShapeOfMoreElementsThanTheFileHolds() throws IOException {
    entry("w", 1L << 40).setSize(1L << 42);
    assertEquals(
        "data-00000-of-00001: w must lie within the 16 bytes of the file,"
            + " got 4398046511104 bytes at 0",
        refusal());
  }

  @Test
  void aShapeThatIsNotThatOfTheBytes() throws IOException {
    entry("w", 5).setSize(16);
    assertEquals("index: w: float[5] must have 20 bytes, got 16", refusal());
  }

  @Test
  void aPlaceBeforeTheFile() throws IOException {
    entry("w", 4).setSize(16).setOffset(-8);
    assertEquals(
        "data-00000-of-00001: w must lie within the 16 bytes of the file,"
            + " got 16 bytes at 18446744073709551608",
        refusal());
  }

  @Test
  void manyVariablesOfTheSameBytes() throws IOException {
    for (int i = 0; i < 100; i++) {
      entry("w" + i, 4).setSize(16);
    }
    assertEquals(
        "index: tensors must not share bytes of the data files, got 1600 of 16", refusal());
  }

  @Test
  void bytesThatAreNoBooleans() throws IOException {
    entry("w", 1).setDtype(DataType.DT_BOOL).setSize(1);
    write(new byte[] {7});
    assertEquals(
        folder.resolve("x.data-00000-of-00001") + ": w must hold booleans, 0 or 1, got 7" + END,
        CheckpointTest.message(() -> Checkpoint.open(folder.resolve("x")).verify()));
  }

  @Test
  void aDataFileThatIsNotThere() throws IOException {
    entry("w", 4).setSize(16).setShardId(7);
    assertEquals("index: w must be in one of 1 data files, got number 7", refusal());
  }

  @Test
  void slicesThatOverlap() throws IOException {
    entry("w", 4).addSlices(rows(0, 2)).addSlices(rows(1, 2));
    slice("w", rows(0, 2), 2);
    slice("w", rows(1, 2), 2);
    assertEquals("index: w: slices must not overlap, got two that do", refusal());
  }

  @Test
  void slicesThatLeaveSomethingOut() throws IOException {
    entry("w", 1L << 50).addSlices(rows(0, 2));
    slice("w", rows(0, 2), 2);
    assertEquals(
        "index: w: slices must hold each of 1125899906842624 elements once, got 2 elements",
        refusal());
  }

  @Test
  void aSliceOutsideOfTheWhole() throws IOException {
    entry("w", 4).addSlices(rows(3, Long.MAX_VALUE));
    assertEquals(
        "index: a slice must lie within the whole, [4],"
            + " got 9223372036854775807 elements at 3 of axis 0",
        refusal());
  }

  @Test
  void anOldFileWithAShapeLargerThanItself() throws IOException {
    var meta =
        SavedSliceMeta.newBuilder()
            .setName("w")
            .setType(DataType.DT_FLOAT)
            .setShape(shape(1L << 50))
            .addSlice(rows(0, 1L << 50));
    var table = new TreeMap<byte[], byte[]>(Arrays::compareUnsigned);
    table.put(
        new byte[0],
        SavedTensorSlices.newBuilder()
            .setMeta(SavedTensorSliceMeta.newBuilder().addTensor(meta))
            .build()
            .toByteArray());
    var file = Files.write(folder.resolve("old"), TableWriter.write(table));
    assertEquals(
        file
            + ": w must have no more elements than the file has bytes, "
            + Files.size(file)
            + ", got 1125899906842624"
            + END,
        CheckpointTest.message(() -> Checkpoint.open(file)));
  }

  @Test
  void aCompressedBlock() throws IOException {
    write(new byte[0]);
    var file = folder.resolve("x.index");
    byte[] bytes = Files.readAllBytes(file);
    int type = typeOfFirstBlock(bytes);
    bytes[type] = 1;
    byte[] sum = LittleEndian.of(Crc.masked(bytes, 0, type + 1));
    System.arraycopy(sum, 0, bytes, type + 1, 4);
    Files.write(file, bytes);
    assertEquals(
        file
            + ": blocks must not be compressed, as TensorFlow writes them, got compression snappy"
            + END,
        CheckpointTest.message(() -> Checkpoint.open(folder.resolve("x"))));
  }

  /** The block after it, of filters, is empty: 8 bytes, its type and its checksum. */
  private static int typeOfFirstBlock(byte[] bytes) {
    var footer = new Varints(bytes, bytes.length - Table.FOOTER, bytes.length);
    int filters = (int) footer.next();
    return filters - 5;
  }
}
