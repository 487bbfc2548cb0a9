package io.github.tfrnn.examples.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.cells.GruCell;
import io.github.tfrnn.examples.Launch;
import io.github.tfrnn.model.Checkpoints;
import io.github.tfrnn.model.ModelExporter;
import io.github.tfrnn.model.ModelSignature;
import io.github.tfrnn.rnn.Rnn;
import io.github.tfrnn.testing.TestGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Graph;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/** {@code tfrnn inspect} says what is in a file, and one line where it cannot. */
class InspectCommandTest {
  @TempDir Path folder;

  private static String inspect(Path path) {
    var result = Launch.tfrnn("inspect", path.toString());
    assertEquals(0, result.exit(), result.err());
    return result.out().replaceAll(" +", " ");
  }

  private static void assertHas(String report, String... lines) {
    for (String line : lines) {
      assertTrue(report.contains(line), () -> line + " must be in:\n" + report);
    }
  }

  /** A layer of two units over rows of three, saved both ways. */
  private void write(Path model, Path checkpoints) {
    try (var test = new TestGraph()) {
      var open = Placeholder.shape(Shape.of(-1, -1, 3));
      var x = test.tf().placeholder(TFloat32.class, open);
      var rnn = Rnn.dynamicRnn(test.scope(), GruCell.builder(TFloat32.class, 2).build(), x);
      Checkpoints.in(checkpoints).save(test.session(), 1);
      Checkpoints.in(checkpoints).save(test.session(), 2);
      ModelExporter.of(test.session())
          .signature(
              ModelSignature.named("serving_default").input("x", x).output("y", rnn.outputs()))
          .export(model);
    }
  }

  @Test
  void aSavedModelHasSignaturesVariablesAndOps() {
    var model = folder.resolve("model");
    write(model, folder.resolve("run"));
    assertHas(
        inspect(model),
        "tags serve",
        "signature serving_default\n in x float[?, ?, 3]\n out y float[?, ?, 2]\n",
        "ops that this TensorFlow does not have: none",
        "ops without kernel here: none",
        " rnn/gru_cell/gates/kernel float[5, 4] 80 bytes",
        "4 variables, 144 bytes");
  }

  @Test
  void aFolderOfCheckpointsListsThemAndTheNewest() {
    write(folder.resolve("model"), folder.resolve("run"));
    var report = inspect(folder.resolve("run"));
    assertHas(
        report,
        "checkpoint model.ckpt-1\ncheckpoint model.ckpt-2\n",
        "variables of model.ckpt-2",
        " rnn/gru_cell/candidate/bias float[2] 8 bytes");
    assertHas(inspect(folder.resolve("run/model.ckpt-1")), "variables of model.ckpt-1");
    assertHas(inspect(folder.resolve("run/model.ckpt-1.index")), "variables of model.ckpt-1");
  }

  @Test
  void aKerasFileHasLayersAndArrays() {
    var file = Path.of("../rnn-cells/src/test/resources/keras/keras3/single.keras");
    assertHas(inspect(file), "layer lstm, LSTM\n", " float32[2, 12]", " float32[3, 12]");
  }

  @Test
  void opsThatCannotRunHereAreNamed() throws IOException {
    var file = folder.resolve("graph.pb");
    try (var graph = new Graph()) {
      var tf = Ops.create(graph);
      var four = tf.zeros(tf.constant(new int[] {1, 1, 1}), TFloat32.class);
      graph
          .opBuilder("CudnnRNN", "gpu", tf.scope())
          .addInput(four.asOutput())
          .addInput(four.asOutput())
          .addInput(four.asOutput())
          .addInput(tf.reshape(four, tf.constant(new int[] {1})).asOutput())
          .build();
      var definition = graph.toGraphDef().toBuilder();
      definition.addNodeBuilder().setName("new").setOp("OpOfTheFuture");
      Files.write(file, definition.build().toByteArray());
    }
    assertHas(
        inspect(file),
        "ops that this TensorFlow does not have: OpOfTheFuture",
        "ops without kernel here: CudnnRNN");
  }

  @Test
  void whatIsNoModelIsOneLineAndExitCodeTwo() throws IOException {
    var text = Files.writeString(folder.resolve("notes.keras"), "no zip");
    var graph = Files.writeString(folder.resolve("notes.pb"), "no graph");
    for (Path path : List.of(text, graph, folder.resolve("missing"), folder)) {
      var result = Launch.tfrnn("inspect", path.toString());
      assertEquals(2, result.exit(), path.toString());
      assertEquals(1, result.err().lines().count(), result.err());
      assertTrue(result.err().contains(folder.getFileName().toString()), result.err());
    }
  }
}
