package io.github.tfrnn.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.tfrnn.ops.Partitioner;
import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.testing.TestGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.ndarray.buffer.FloatDataBuffer;
import org.tensorflow.ndarray.buffer.IntDataBuffer;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TUint16;
import org.tensorflow.types.family.TType;

/** What TensorFlow wrote is read here, and the other way round, of every type. */
class CheckpointTest {
  @TempDir private Path folder;

  private Path file(String name) {
    return folder.resolve(name);
  }

  @Test
  void whatSaveV2WroteIsRead() {
    try (var sample = Sample.all()) {
      NativeFiles.v2(file("native"), sample.tensors);
      Sample.assertHolds(Checkpoint.open(file("native")), sample.tensors);
    }
  }

  /** The old format has no bfloat16 and no uint16. */
  @Test
  void whatTheOldSaverWroteIsRead() {
    try (var sample = Sample.all()) {
      var old =
          sample.tensors.stream()
              .filter(it -> !(it.value() instanceof TBfloat16) && !(it.value() instanceof TUint16))
              .toList();
      NativeFiles.v1(file("old"), old);
      Sample.assertHolds(Checkpoint.open(file("old")), old);
    }
  }

  @Test
  void oldFilesOfSeveralShardsAreOneCheckpoint() {
    try (var sample = Sample.all()) {
      var some = sample.tensors.subList(0, 3);
      NativeFiles.v1(file("old-00000-of-00002"), some.subList(0, 1));
      NativeFiles.v1(file("old-00001-of-00002"), some.subList(1, 3));
      Sample.assertHolds(Checkpoint.open(file("old")), some);
      Sample.assertHolds(Checkpoint.open(file("old-?????-of-?????")), some);
    }
  }

  @Test
  void slicesAreReadAsTheWholeOfBothFormats() {
    try (var left = TInt32.tensorOf(Shape.of(2, 1), DataBuffers.of(1, 4));
        var right = TInt32.tensorOf(Shape.of(2, 2), DataBuffers.of(2, 3, 5, 6));
        var top = TInt32.tensorOf(Shape.of(100, 2), ints(200));
        var rest = TInt32.tensorOf(Shape.of(1, 2), DataBuffers.of(7, 8))) {
      var slices =
          List.of(
              new NativeFiles.Named("columns", "2 3 -:0,1", left),
              new NativeFiles.Named("columns", "2 3 -:1,2", right),
              new NativeFiles.Named("rows", "101 2 0,100:-", top),
              new NativeFiles.Named("rows", "101 2 100,1:-", rest));
      NativeFiles.v1(file("v1"), slices);
      NativeFiles.v2(file("v2"), slices);
      for (String name : List.of("v1", "v2")) {
        var checkpoint = Checkpoint.open(file(name));
        assertEquals("[columns int32[2, 3], rows int32[101, 2]]", checkpoint.variables() + "");
        try (var columns = checkpoint.read("columns", TInt32.class);
            var rows = checkpoint.read("rows", TInt32.class)) {
          assertEquals(List.of(1, 2, 3, 4, 5, 6), Sample.elements(columns), name);
          assertEquals(List.of(198, 199, 7, 8), Sample.elements(rows).subList(198, 202), name);
        }
      }
    }
  }

  private static IntDataBuffer ints(int count) {
    return DataBuffers.of(IntStream.range(0, count).toArray());
  }

  /** Of its elements only single ones lie side by side in the whole. */
  @Test
  void slicesOfTheLastOfThreeAxesAreReadAndWritten() {
    try (var test = new TestGraph();
        var whole = TFloat32.tensorOf(Shape.of(2, 3, 4), floats(24))) {
      test.scope()
          .variable(
              "w",
              whole.shape(),
              TFloat32.class,
              options ->
                  options
                      .withPartitioner(Partitioner.fixedSize(3, 2))
                      .withInitializer((tf, shape, type, seed) -> tf.constantOf(whole)));
      var saved = Checkpoint.save(test.session(), file("axes"));
      assertTensorFlowReads(file("axes"), List.of(new NativeFiles.Named("w", whole)));
      Sample.assertHolds(saved, List.of(new NativeFiles.Named("w", whole)));
    }
  }

  @Test
  void whatIsSavedHereIsReadHereAndByTensorFlow() {
    try (var sample = Sample.all();
        var graph = new Graph()) {
      var root = VariableScope.of(graph);
      for (var named : sample.tensors) {
        root.variable(named.name(), (TType) named.value());
      }
      try (var session = new Session(graph)) {
        Checkpoint.save(session, file("deep/down/saved"));
      }
      Sample.assertHolds(Checkpoint.open(file("deep/down/saved")), sample.tensors);
      assertTensorFlowReads(file("deep/down/saved"), sample.tensors);
    }
  }

  private static void assertTensorFlowReads(Path prefix, List<NativeFiles.Named> tensors) {
    try (var graph = new Graph();
        var session = new Session(graph)) {
      var tf = Ops.create(graph);
      var runner = session.runner();
      for (var named : tensors) {
        var type = Tensors.type(named.value());
        runner.fetch(
            tf.train
                .restore(
                    tf.constant(prefix.toString()),
                    tf.constant(UTF_8, new String[] {named.name()}),
                    tf.constant(UTF_8, new String[] {""}),
                    List.of(type))
                .tensors()
                .get(0)
                .asOutput());
      }
      try (var result = runner.run()) {
        for (int i = 0; i < tensors.size(); i++) {
          assertEquals(Sample.content(tensors.get(i).value()), Sample.content(result.get(i)));
        }
      }
    }
  }

  @Test
  void aPartitionedVariableIsSavedAsSlicesOfOneAndTensorFlowReadsTheWhole() {
    try (var test = new TestGraph();
        var whole = TFloat32.tensorOf(Shape.of(5, 2), floats(10))) {
      test.scope()
          .variable(
              "w",
              Shape.of(5, 2),
              TFloat32.class,
              options ->
                  options
                      .withPartitioner(Partitioner.fixedSize(3))
                      .withInitializer((tf, shape, type, seed) -> tf.constantOf(whole)));
      var saved = Checkpoint.save(test.session(), file("parts"));
      assertEquals("[w float[5, 2]]", saved.variables() + "");
      assertTensorFlowReads(file("parts"), List.of(new NativeFiles.Named("w", whole)));
      Sample.assertHolds(saved, List.of(new NativeFiles.Named("w", whole)));
    }
  }

  private static FloatDataBuffer floats(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = i;
    }
    return DataBuffers.of(values);
  }

  /** More names than a block of the index holds. */
  @Test
  void anIndexOfManyBlocksIsWrittenAndRead() throws IOException {
    try (var value = TInt32.scalarOf(7);
        var writer = new BundleWriter(BundleFile.data(file("many"), 0, 1))) {
      for (int i = 0; i < 20_000; i++) {
        writer.add("scope/of/a/long/name/%05d/kernel".formatted(i), value);
      }
      writer.finish(BundleFile.index(file("many")));
      var checkpoint = Checkpoint.open(file("many"));
      assertEquals(20_000, checkpoint.variables().size());
      checkpoint.verify();
      assertTensorFlowReads(
          file("many"), List.of(new NativeFiles.Named("scope/of/a/long/name/19999/kernel", value)));
    }
  }

  @Test
  void aVariableThatIsNotThereIsNamedWithThoseThatAre() {
    try (var value = TInt32.scalarOf(7)) {
      NativeFiles.v2(file("one"), List.of(new NativeFiles.Named("a/b", value)));
    }
    var checkpoint = Checkpoint.open(file("one"));
    assertEquals(
        file("one") + ": must have a variable a/c, got only a/b",
        message(() -> checkpoint.read("a/c").close()));
    assertEquals(
        file("one") + ": a/b must be TFloat32, got int32",
        message(() -> checkpoint.read("a/b", TFloat32.class).close()));
  }

  @Test
  void pathsThatAreNoCheckpointSayWhatToDo() throws IOException {
    Files.writeString(file("text"), "a".repeat(100));
    Files.writeString(file("x.index"), "");
    assertEquals(
        file("none") + ": must be a checkpoint, got neither a file of this name nor none.index",
        message(() -> Checkpoint.open(file("none"))));
    assertEquals(
        folder
            + ": must be the prefix of the files of a checkpoint, got a folder."
            + " Call Checkpoints.in(folder).latest()",
        message(() -> Checkpoint.open(folder)));
    assertEquals(
        file("x.index")
            + ": must be the prefix of the files of a checkpoint, got one of the files. Open "
            + file("x"),
        message(() -> Checkpoint.open(file("x.index"))));
    assertEquals(
        file("text")
            + ": must end with the footer of a table of TensorFlow, got a file of 100 bytes."
            + " The file is damaged, cut off or of another kind.",
        message(() -> Checkpoint.open(file("text"))));
    assertEquals(
        file("x.index")
            + ": must end with the footer of a table of TensorFlow, got a file of 0 bytes."
            + " The file is damaged, cut off or of another kind.",
        message(() -> Checkpoint.open(file("x"))));
  }

  static String message(Executable call) {
    return String.valueOf(assertThrows(CheckpointException.class, call).getMessage());
  }
}
