package io.github.tfrnn.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.cells.BasicLstmCell;
import io.github.tfrnn.cells.GruCell;
import io.github.tfrnn.cells.LayerStates;
import io.github.tfrnn.cells.MultiRnnCell;
import io.github.tfrnn.ops.Activation;
import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.Partitioner;
import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.rnn.Rnn;
import io.github.tfrnn.rnn.RnnResult;
import io.github.tfrnn.testing.TestGraph;
import io.github.tfrnn.train.Adam;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/** A model written here answers the same when it is read again. */
class ModelExporterTest {
  private static final double TOLERANCE = 1e-6;

  @TempDir private Path folder;

  /** A stack with lengths and a state that is fed, trained for a few steps. */
  private static final class Trained implements AutoCloseable {
    final TestGraph test = new TestGraph();
    final Operand<TFloat32> x;
    final Operand<TInt32> lengths;
    final MultiRnnCell<TFloat32> cell;
    final StateFeed<LayerStates> state;
    final RnnResult<Operand<TFloat32>, LayerStates> rnn;

    Trained() {
      var tf = test.tf();
      x = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, -1, 3)));
      lengths = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1)));
      cell =
          MultiRnnCell.of(
              List.of(
                  BasicLstmCell.builder(TFloat32.class, 4).build(),
                  GruCell.builder(TFloat32.class, 4).activation(Activation.relu()).build()));
      state = StateFeed.placeholders(tf, cell.stateSize());
      rnn =
          Rnn.dynamicRnn(
              test.scope(),
              cell,
              x,
              options -> options.sequenceLength(lengths).initialState(state.initial()));
      var loss = tf.math.mean(tf.math.square(rnn.outputs()), tf.constant(new int[] {0, 1, 2}));
      var train = Adam.of(0.1).minimize(test.scope(), loss, test.scope().trainableVariables());
      state.zeros(2);
      try (var window = input(2, 3);
          var full = TInt32.vectorOf(3, 3)) {
        for (int i = 0; i < 3; i++) {
          state
              .run(
                  test.session().runner().feed(x, window).feed(lengths, full).addTarget(train),
                  rnn.state())
              .close();
        }
      }
    }

    ModelSignature signature() {
      return ModelSignature.named("serving_default")
          .input("x", x)
          .input("lengths", lengths)
          .state("state", cell.stateSize(), state.initial(), rnn.state())
          .output("y", rnn.outputs());
    }

    /** What the session answers from a state of zeros: the outputs, and c of the first layer. */
    Map<String, double[]> answer(int batch, int time, int... rows) {
      state.zeros(batch);
      try (var window = input(batch, time);
          var given = TInt32.vectorOf(rows);
          var result =
              state.run(
                  test.session().runner().feed(x, window).feed(lengths, given).fetch(rnn.outputs()),
                  rnn.state())) {
        return Map.of(
            "y",
            TestGraph.elements(result.get(0)),
            "state/cell_0/c",
            TestGraph.elements(state.tensors().get("cell_0/c")));
      }
    }

    @Override
    public void close() {
      state.close();
      test.close();
    }
  }

  private static TFloat32 input(int batch, int time) {
    return TFloat32.tensorOf(
        Shape.of(batch, time, 3),
        t -> {
          int[] i = {0};
          t.scalars().forEach(s -> s.setFloat((float) Math.sin(i[0]++)));
        });
  }

  private static Map<String, double[]> answerOf(
      SavedModelBundle model, int batch, int time, int... rows) {
    var feed = new HashMap<String, Tensor>();
    feed.put("x", input(batch, time));
    feed.put("lengths", TInt32.vectorOf(rows));
    for (String name : List.of("cell_0/c", "cell_0/h", "cell_1/h")) {
      feed.put(
          "state/" + name,
          TFloat32.tensorOf(Shape.of(batch, 4), t -> t.scalars().forEach(s -> s.setFloat(0))));
    }
    try (var result = model.function("serving_default").call(feed)) {
      return Map.of(
          "y",
          TestGraph.elements(result.get("y").orElseThrow()),
          "state/cell_0/c",
          TestGraph.elements(result.get("state/cell_0/c").orElseThrow()));
    } finally {
      feed.values().forEach(Tensor::close);
    }
  }

  private static void assertSame(Map<String, double[]> expected, Map<String, double[]> actual) {
    expected.forEach(
        (name, values) -> assertArrayEquals(values, actual.get(name), TOLERANCE, name));
  }

  @Test
  void theReloadedModelAnswersTheSameAtOtherSizes() {
    try (var trained = new Trained()) {
      var here =
          List.of(
              trained.answer(2, 3, 3, 2), trained.answer(1, 5, 5), trained.answer(3, 4, 0, 0, 0));
      var directory = folder.resolve("new/model");
      ModelExporter.of(trained.test.session()).signature(trained.signature()).export(directory);
      try (var model = SavedModelBundle.load(directory.toString())) {
        assertSame(here.get(0), answerOf(model, 2, 3, 3, 2));
        assertSame(here.get(1), answerOf(model, 1, 5, 5));
        assertSame(here.get(2), answerOf(model, 3, 4, 0, 0, 0));
      }
    }
  }

  @Test
  void theFileHoldsOnlyWhatTheSignatureNeeds() {
    try (var trained = new Trained()) {
      var directory = folder.resolve("small");
      ModelExporter.of(trained.test.session()).signature(trained.signature()).export(directory);
      try (var model = SavedModelBundle.load(directory.toString())) {
        Iterable<GraphOperation> operations = model.graph()::operations;
        Set<String> variables =
            StreamSupport.stream(operations.spliterator(), false)
                .filter(op -> op.type().equals("VariableV2"))
                .map(GraphOperation::name)
                .collect(Collectors.toSet());
        assertEquals(
            Set.of(
                "rnn/multi_rnn_cell/cell_0/basic_lstm_cell/kernel",
                "rnn/multi_rnn_cell/cell_0/basic_lstm_cell/bias",
                "rnn/multi_rnn_cell/cell_1/gru_cell/gates/kernel",
                "rnn/multi_rnn_cell/cell_1/gru_cell/gates/bias",
                "rnn/multi_rnn_cell/cell_1/gru_cell/candidate/kernel",
                "rnn/multi_rnn_cell/cell_1/gru_cell/candidate/bias"),
            variables);
        StreamSupport.stream(operations.spliterator(), false)
            .forEach(
                op -> {
                  assertFalse(op.name().startsWith("gradients"), op.name());
                  assertFalse(op.type().startsWith("Apply"), op.name());
                });
        // Condition and body of the one loop.
        assertEquals(2, model.graph().toGraphDef().getLibrary().getFunctionCount());
      }
    }
  }

  @Test
  void exportingAddsNothingToTheGraph() {
    try (var trained = new Trained()) {
      int before = trained.test.graph().toGraphDef().getNodeCount();
      ModelExporter.of(trained.test.session())
          .signature(trained.signature())
          .export(folder.resolve("untouched"));
      assertEquals(before, trained.test.graph().toGraphDef().getNodeCount());
    }
  }

  @Test
  void anInputThatIsNoPlaceholderBecomesOne() {
    try (var test = new TestGraph()) {
      var tf = test.tf();
      var cell = GruCell.builder(TFloat32.class, 2).build();
      var zero = cell.zeroState(tf, tf.constant(1));
      var x = tf.constant(new float[][] {{1, 2}});
      var step = cell.step(test.scope(), x, zero);
      double[] here = test.value(step.output());
      var directory = folder.resolve("fed");
      ModelExporter.of(test.session())
          .signature(
              ModelSignature.named("step")
                  .state("state", cell.stateSize(), zero, step.state())
                  .output("y", step.output()))
          .export(directory);
      try (var model = SavedModelBundle.load(directory.toString());
          var zeros =
              TFloat32.tensorOf(Shape.of(1, 2), t -> t.scalars().forEach(s -> s.setFloat(0)));
          var result = model.function("step").call(Map.of("state/h", zeros))) {
        assertArrayEquals(here, TestGraph.elements(result.get("y").orElseThrow()), TOLERANCE);
      }
    }
  }

  @Test
  void aPlaceholderThatIsNoInputIsRefusedAndNothingIsLeftBehind() throws IOException {
    try (var trained = new Trained()) {
      var signature =
          ModelSignature.named("serving_default")
              .input("x", trained.x)
              .output("y", trained.rnn.outputs());
      var exporter = ModelExporter.of(trained.test.session()).signature(signature);
      var e =
          assertThrows(
              IllegalArgumentException.class, () -> exporter.export(folder.resolve("half")));
      assertTrue(e.getMessage().startsWith("export: inputs of the signatures must include every"));
      assertTrue(e.getMessage().contains("state/cell_0_c"), e::getMessage);
      try (var left = Files.list(folder)) {
        assertEquals(List.of(), left.toList());
      }
    }
  }

  @Test
  void aDirectoryThatExistsIsRefused() {
    try (var trained = new Trained()) {
      var exporter = ModelExporter.of(trained.test.session()).signature(trained.signature());
      var e = assertThrows(IllegalArgumentException.class, () -> exporter.export(folder));
      assertEquals(
          "export: directory must not exist yet, got " + folder + ". Choose another, or remove it.",
          e.getMessage());
    }
  }

  @Test
  void namesThatAreTakenAreRefused() {
    try (var test = new TestGraph()) {
      var x = test.tf().constant(1f);
      var signature = ModelSignature.named("f").input("x", x);
      var e = assertThrows(IllegalArgumentException.class, () -> signature.input("x", x));
      assertEquals("f: input names must differ, got x twice", e.getMessage());
      var exporter = ModelExporter.of(test.session()).signature(signature);
      assertThrows(IllegalArgumentException.class, () -> exporter.signature(signature));
      var none = ModelExporter.of(test.session());
      assertThrows(IllegalArgumentException.class, () -> none.export(folder.resolve("none")));
    }
  }

  /** A model needs its local variables and its parts, though checkpoints leave local ones out. */
  @Test
  void localAndPartitionedVariablesComeBackWithTheirValues() {
    var model = folder.resolve("model");
    try (var test = new TestGraph()) {
      var tf = test.tf();
      var x = test.feed64(Shape.of(2), Shape.of(2), 1, 2);
      var scope = test.scope();
      var local =
          scope.localVariable("bias", Shape.scalar(), TFloat64.class, Initializers.constant(3));
      var parts =
          scope
              .withPartitioner(Partitioner.fixedSize(2))
              .variable("w", Shape.of(2), TFloat64.class, Initializers.values(5, 7));
      var y = tf.math.add(tf.math.mul(x, parts), local);
      test.value(y);
      ModelExporter.of(test.session())
          .signature(ModelSignature.named("serving_default").input("x", x).output("y", y))
          .export(model);
    }
    try (var loaded = SavedModelBundle.load(model.toString());
        var x = TFloat64.vectorOf(1, 2);
        var answer = loaded.function("serving_default").call(Map.of("x", x))) {
      assertArrayEquals(
          new double[] {8, 17}, TestGraph.elements(answer.get("y").orElseThrow()), 1e-12);
      var scope = VariableScope.of(loaded.graph());
      assertEquals(
          List.of("w/part_0", "w/part_1"),
          scope.variables().stream().map(variable -> variable.name()).toList());
      assertEquals("bias", scope.localVariables().get(0).name());
    }
  }
}
