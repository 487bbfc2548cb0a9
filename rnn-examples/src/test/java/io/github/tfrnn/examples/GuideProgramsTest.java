package io.github.tfrnn.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.cells.BasicLstmCell;
import io.github.tfrnn.cells.CudnnCompatibleGruCell;
import io.github.tfrnn.cells.GruCell;
import io.github.tfrnn.cells.LstmCell;
import io.github.tfrnn.cells.LstmState;
import io.github.tfrnn.cells.MultiRnnCell;
import io.github.tfrnn.model.Checkpoint;
import io.github.tfrnn.model.Checkpoints;
import io.github.tfrnn.model.FrozenGraph;
import io.github.tfrnn.model.KerasWeights;
import io.github.tfrnn.model.ModelExporter;
import io.github.tfrnn.model.ModelSignature;
import io.github.tfrnn.model.RnnModel;
import io.github.tfrnn.model.StateFeed;
import io.github.tfrnn.model.VariableAssignment;
import io.github.tfrnn.model.WeightArray;
import io.github.tfrnn.ops.RaggedBatch;
import io.github.tfrnn.ops.Regularizers;
import io.github.tfrnn.ops.Reuse;
import io.github.tfrnn.ops.Sequences;
import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.rnn.BidirectionalRnn;
import io.github.tfrnn.rnn.Rnn;
import io.github.tfrnn.rnn.RnnResult;
import io.github.tfrnn.testing.TestGraph;
import io.github.tfrnn.train.Adam;
import io.github.tfrnn.train.GlobalStep;
import io.github.tfrnn.train.GradientDescent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/** The programs of the guide, run; a test compares each with its text. */
class GuideProgramsTest {
  private static final Shape OPEN = Shape.of(-1, -1, 2);
  private static final Shape FED = Shape.of(2, 3, 2);

  static Stream<String> programs() throws IOException {
    return Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
        .matcher(Files.readString(Path.of("../docs/guide.md")))
        .results()
        .map(match -> match.group(1));
  }

  @ParameterizedTest
  @MethodSource("programs")
  void theGuideShowsWhatRunsHere(String program) throws IOException {
    var source =
        Files.readString(Path.of("src/test/java/io/github/tfrnn/examples/GuideProgramsTest.java"));
    assertTrue(squeezed(source).contains(squeezed(program)), program);
  }

  /** Without white space, which differs by indentation and by the width of a line. */
  private static String squeezed(String text) {
    return text.replaceAll("\\s+", "");
  }

  @Test
  void cellsAndDrivers() {
    try (var test = new TestGraph()) {
      var root = test.scope();
      var x = test.random32(OPEN, FED);
      var cell = MultiRnnCell.of(2, layer -> GruCell.builder(TFloat32.class, 8).build());
      var rnn = Rnn.dynamicRnn(root, cell, x); // x is [batch, time, depth], both open
      Operand<TFloat32> outputs = rnn.outputs(); // [batch, time, 8]
      Operand<TFloat32> last = rnn.state().layer(1, Operand.class); // [batch, 8]
      assertEquals(Shape.of(2, 3, 8), test.shapeOf(outputs));
      assertEquals(Shape.of(2, 8), test.shapeOf(last));
    }
  }

  @Test
  void bothDirections() {
    try (var test = new TestGraph()) {
      var tf = test.tf();
      var root = test.scope();
      var x = test.random32(OPEN, FED);
      var forwards = LstmCell.builder(TFloat32.class, 8).build();
      var backwards = LstmCell.builder(TFloat32.class, 8).build();
      var both = BidirectionalRnn.dynamicRnn(root, forwards, backwards, x);
      Operand<TFloat32> sideBySide =
          BidirectionalRnn.concat(tf, both.outputs()); // [batch, time, 16]
      assertEquals(Shape.of(2, 3, 16), test.shapeOf(sideBySide));
    }
  }

  @Test
  void lengths() {
    try (var test = new TestGraph()) {
      var tf = test.tf();
      var root = test.scope();
      var x = test.feed32(OPEN, FED, new float[12]);
      var lengths = test.feedInts(0, 0);
      var cell = GruCell.builder(TFloat32.class, 8).build();
      var batch = RaggedBatch.of(new float[][][] {{{1, 2}, {3, 4}, {5, 6}}, {{7, 8}}});
      var rnn = Rnn.dynamicRnn(root, cell, x, options -> options.sequenceLength(lengths));
      Operand<TFloat32> lastOutputs = Sequences.lastOutput(tf, rnn.outputs(), lengths, false);
      test.refeed(x, batch.values());
      test.refeed(lengths, batch.lengths());
      assertEquals(Shape.of(2, 8), test.shapeOf(lastOutputs));
    }
  }

  @Test
  void scopes() {
    try (var test = new TestGraph()) {
      var root = test.scope();
      var x = test.random32(OPEN, FED);
      var encoder = root.scope("encoder").withRegularizer(Regularizers.l2(1e-3));
      var cell = BasicLstmCell.builder(TFloat32.class, 4).build();
      Rnn.dynamicRnn(encoder, cell, x); // makes encoder/rnn/basic_lstm_cell/kernel and bias
      var penalty = encoder.regularizationLoss(TFloat32.class);
      assertEquals(
          List.of("encoder/rnn/basic_lstm_cell/kernel", "encoder/rnn/basic_lstm_cell/bias"),
          root.variables().stream().map(variable -> variable.name()).toList());
      assertTrue(test.value(penalty)[0] > 0);
    }
  }

  @Test
  void training() {
    try (var test = new TestGraph()) {
      var tf = test.tf();
      var root = test.scope();
      var cell = BasicLstmCell.builder(TFloat32.class, 4).build();
      var outputs = Rnn.dynamicRnn(root, cell, test.random32(OPEN, FED)).outputs();
      var loss = tf.math.mean(tf.math.square(outputs), tf.constant(new int[] {0, 1, 2}));
      var train =
          Adam.of(0.01)
              .minimize(root, loss, root.trainableVariables(), options -> options.clipNorm(5));
      double before = test.value(loss)[0];
      for (int i = 0; i < 10; i++) {
        test.run(train);
      }
      assertTrue(test.value(loss)[0] < before);
    }
  }

  @Test
  void stateFromRunToRun() {
    var sums = new ArrayList<Double>();
    try (var graph = new Graph();
        var ones = TFloat32.tensorOf(FED, tensor -> tensor.scalars().forEach(v -> v.setFloat(1)))) {
      var root = VariableScope.of(graph);
      var tf = root.tf();
      var x = tf.placeholder(TFloat32.class, Placeholder.shape(OPEN));
      var cell = LstmCell.builder(TFloat32.class, 4).build();
      var windows = List.of(ones, ones);
      try (var state = StateFeed.placeholders(tf, cell.stateSize())) {
        var rnn = Rnn.dynamicRnn(root, cell, x, options -> options.initialState(state.initial()));
        try (var session = new Session(graph)) {
          state.zeros(2);
          for (var window : windows) {
            try (var result =
                state.run(session.runner().feed(x, window).fetch(rnn.outputs()), rnn.state())) {
              sums.add(sum((TFloat32) result.get(0)));
            }
          }
        }
      }
    }
    assertFalse(sums.get(0).equals(sums.get(1)), "the second window goes on from the first");
  }

  @Test
  void checkpoints(@TempDir Path folder) {
    try (var graph = new Graph();
        var test = new TestGraph()) {
      var root = VariableScope.of(graph);
      var weight = root.variable("w", Shape.of(2), TFloat32.class);
      var loss = root.tf().math.mean(root.tf().math.square(weight), root.tf().constant(0));
      var step = GlobalStep.of(root);
      var variables = root.trainableVariables();
      var train = Adam.of(0.1).minimize(root, loss, variables, options -> options.globalStep(step));
      for (long run = 1; run <= 2; run++) {
        var checkpoints = Checkpoints.in(folder).keep(3);
        try (var session = new Session(graph)) {
          checkpoints.latest().ifPresent(checkpoint -> checkpoint.restore(session));
          for (int i = 0; i < 100; i++) {
            session.run(train);
          }
          checkpoints.save(session, 100 * run); // model.ckpt-100, with slots and global step
        }
      }
      assertEquals(2, checkpointSteps(folder));
      var encoder = test.scope().variable("encoder/w", Shape.of(2), TFloat32.class);
      var session = test.session();
      var checkpoint = Checkpoint.open(folder.resolve("model.ckpt-200"));
      checkpoint.variables().forEach(System.out::println); // w float[2], ...
      checkpoint.restore(
          session,
          options ->
              options
                  .only(name -> name.startsWith("encoder/"))
                  .names(name -> name.replace("encoder/", ""))
                  .oldNames());
      try (var w = checkpoint.read("w", TFloat32.class)) {
        assertArrayEquals(TestGraph.elements(w), test.value(encoder));
      }
    }
  }

  private static long checkpointSteps(Path folder) {
    try (var step =
        Checkpoints.in(folder).latest().orElseThrow().read("global_step", TInt64.class)) {
      return step.getLong() / 100;
    }
  }

  /** A model whose state is fed, as the section on serving has it. */
  private static final class Trained implements AutoCloseable {
    final Graph graph = new Graph();
    final Operand<TFloat32> x;
    final LstmCell<TFloat32> cell = LstmCell.builder(TFloat32.class, 4).build();
    final StateFeed<LstmState<TFloat32>> state;
    final RnnResult<Operand<TFloat32>, LstmState<TFloat32>> rnn;
    final Session session;

    Trained() {
      var root = VariableScope.of(graph);
      x = root.tf().withName("x").placeholder(TFloat32.class, Placeholder.shape(OPEN));
      state = StateFeed.placeholders(root.tf(), cell.stateSize());
      rnn = Rnn.dynamicRnn(root, cell, x, options -> options.initialState(state.initial()));
      session = new Session(graph);
    }

    ModelSignature signature() {
      return ModelSignature.named("serving_default")
          .input("x", x)
          .state("state", cell.stateSize(), state.initial(), rnn.state())
          .output("y", rnn.outputs());
    }

    @Override
    public void close() {
      state.close();
      session.close();
      graph.close();
    }
  }

  private static TFloat32 ones() {
    return TFloat32.tensorOf(FED, tensor -> tensor.scalars().forEach(v -> v.setFloat(1)));
  }

  @Test
  void serving(@TempDir Path folder) throws IOException {
    var directory = folder.resolve("model");
    byte[] vocabulary = {'a', 'b'};
    var sums = new ArrayList<Double>();
    String words;
    try (var trained = new Trained();
        var ones = ones()) {
      var session = trained.session;
      var x = trained.x;
      var cell = trained.cell;
      var state = trained.state;
      var rnn = trained.rnn;
      ModelExporter.of(session)
          .signature(
              ModelSignature.named("serving_default")
                  .input("x", x)
                  .state("state", cell.stateSize(), state.initial(), rnn.state())
                  .output("y", rnn.outputs()))
          .asset("vocabulary.txt", vocabulary)
          .export(directory);
      var windows = List.of(ones, ones);
      try (var model = RnnModel.load(directory);
          var stream = model.stream("serving_default", 2)) { // a ModelStream, one for each caller
        for (var window : windows) {
          try (var outputs = stream.run(Map.of("x", window))) { // ModelOutputs, the state too
            sums.add(sum(outputs.get("y", TFloat32.class)));
          }
        }
        stream.reset(); // the next text begins with zeros
        words = Files.readString(model.asset("vocabulary.txt"));
      }
    }
    assertFalse(sums.get(0).equals(sums.get(1)), "the second window goes on from the first");
    assertEquals("ab", words);
  }

  @Test
  void trainingFurther(@TempDir Path folder) {
    var directory = folder.resolve("model");
    try (var trained = new Trained()) {
      ModelExporter.of(trained.session)
          .signature(trained.signature())
          .trainable()
          .export(directory);
    }
    try (var zeros =
            TFloat32.tensorOf(Shape.of(2, 4), t -> t.scalars().forEach(v -> v.setFloat(0)));
        var window = ones()) {
      try (var model = RnnModel.load(directory)) {
        var scope = VariableScope.of(model.graph());
        var y = model.signature("serving_default").output("y", TFloat32.class);
        var loss = scope.tf().math.square(y);
        var train = GradientDescent.of(0.1).minimize(scope, loss, scope.trainableVariables());
        var inputs = Map.of("x", window, "state/c", zeros, "state/h", zeros);
        var runner = model.session().runner();
        inputs.forEach(runner::feed); // named as the placeholders of this model are
        runner.addTarget(train).run().close();
      }
    }
  }

  @Test
  void frozen(@TempDir Path folder) {
    var file = folder.resolve("model.pb");
    try (var trained = new Trained();
        var window = ones()) {
      var session = trained.session;
      var signature = trained.signature();
      FrozenGraph.write(session, signature, file);
      try (var model = FrozenGraph.load(file);
          var stream = model.stream("serving_default", 2)) {
        stream.run(Map.of("x", window)).close();
      }
    }
    assertTrue(Files.exists(file));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "keras3/stack.keras",
        "keras3/stack.weights.h5",
        "tf_keras/stack.h5",
      })
  void weightsOfKeras(String name) {
    var file = Path.of("../rnn-cells/src/test/resources/keras").resolve(name);
    try (var test = new TestGraph()) {
      var root = test.scope();
      var x = test.random32(OPEN, FED);
      var session = test.session();
      var keras = KerasWeights.open(file); // .keras, .weights.h5 or .h5
      var lstm =
          LstmCell.builder(TFloat32.class, 3).forgetBias(0).build(); // Keras has it in its bias
      var gru = CudnnCompatibleGruCell.builder(TFloat32.class, 3).build(); // reset_after=True
      var lower = Rnn.dynamicRnn(root.scope("lower"), lstm, x).outputs();
      var upper = Rnn.dynamicRnn(root.scope("upper"), gru, lower).outputs();
      var weights = new HashMap<String, WeightArray>();
      weights.putAll(keras.layer("lstm").variables("lower/rnn/lstm_cell"));
      weights.putAll(keras.layer("gru").variables("upper/rnn/cudnn_compatible_gru_cell"));
      VariableAssignment.assign(session, weights); // all or none
      assertEquals(Shape.of(2, 3, 3), test.shapeOf(upper));
      var kernel = root.withReuse(Reuse.ALWAYS).scope("lower/rnn/lstm_cell").variables().get(0);
      float[] expected = weights.get("lower/rnn/lstm_cell/kernel").values();
      assertEquals(expected[0], test.value(kernel.value())[0], 0);
    }
  }

  private static double sum(TFloat32 tensor) {
    return Arrays.stream(TestGraph.elements(tensor)).sum();
  }
}
