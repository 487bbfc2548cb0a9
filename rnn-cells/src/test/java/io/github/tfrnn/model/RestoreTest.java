package io.github.tfrnn.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.cells.BasicLstmCell;
import io.github.tfrnn.cells.LstmCell;
import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.Partitioner;
import io.github.tfrnn.ops.Variable;
import io.github.tfrnn.rnn.Rnn;
import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import io.github.tfrnn.train.Adam;
import io.github.tfrnn.train.GlobalStep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt64;

/** All variables get what was saved, or none does. */
class RestoreTest {
  private final List<TestGraph> opened = new ArrayList<>();
  @TempDir private Path folder;

  private TestGraph graph() {
    var test = new TestGraph();
    opened.add(test);
    return test;
  }

  @AfterEach
  void close() {
    opened.forEach(TestGraph::close);
  }

  private Path file() {
    return folder.resolve("saved");
  }

  private static Operand<TFloat32> variable(TestGraph test, String name, float... values) {
    return test.scope()
        .variable(name, TFloat32.tensorOf(Shape.of(values.length), DataBuffers.of(values)));
  }

  private static double value(TestGraph test, Operand<?> variable) {
    return test.value(variable)[0];
  }

  /** A file with a = 1, b = 2. */
  private Checkpoint saved() {
    var test = graph();
    variable(test, "a", 1);
    variable(test, "b", 2);
    return Checkpoint.save(test.session(), file());
  }

  private static int ops(TestGraph test) {
    var count = new int[1];
    test.graph().operations().forEachRemaining(op -> count[0]++);
    return count[0];
  }

  @Test
  void valuesAreRestoredBeforeTheFirstRunAndStay() {
    var checkpoint = saved();
    var test = graph();
    var a = variable(test, "a", -1);
    var b = variable(test, "b", -1);
    checkpoint.restore(test.session());
    assertEquals(1, value(test, a));
    var late = variable(test, "late", 5);
    assertEquals(5, value(test, late));
    assertEquals(2, value(test, b));
  }

  /** A session that does not initialize by itself, and whose program does so afterwards. */
  @Test
  void anInitializationThatComesLaterOverwritesNothing() {
    var checkpoint = saved();
    var test = graph();
    var a = variable(test, "a", -1);
    variable(test, "b", -1);
    try (var session = new Session(test.graph(), false)) {
      checkpoint.restore(session);
      session.initialize();
      try (var result = session.runner().fetch(a).run()) {
        assertArrayEquals(new double[] {1}, TestGraph.elements(result.get(0)));
      }
    }
  }

  @Test
  void whatIsNotRestoredHasItsFirstValue() {
    var checkpoint = saved();
    var test = graph();
    var a = variable(test, "a", -1);
    var c = variable(test, "c", -3);
    var local =
        test.scope().localVariable("l", Shape.of(1), TFloat32.class, Initializers.constant(4));
    checkpoint.restore(test.session(), options -> options.only(name -> !name.equals("c")));
    assertEquals(1, value(test, a));
    assertEquals(-3, value(test, c));
    assertEquals(4, value(test, local));
  }

  @Test
  void theGraphDoesNotGrow() {
    var checkpoint = saved();
    var test = graph();
    variable(test, "a", -1);
    variable(test, "b", -1);
    int before = ops(test);
    for (int i = 0; i < 3; i++) {
      checkpoint.restore(test.session());
    }
    assertEquals(before, ops(test));
  }

  /** Both begin as one constant, so only one can be fed through it. */
  @Test
  void variablesThatShareAFirstValueAreRestoredApartAndTheGraphGrowsOnce() {
    var checkpoint = saved();
    var test = graph();
    var shared = new ArrayList<Operand<?>>();
    for (String name : List.of("a", "b")) {
      var first =
          shared.isEmpty()
              ? test.scope().variable(name, Shape.of(1), TFloat32.class, Initializers.constant(9))
              : test.scope()
                  .variable(
                      name,
                      Shape.of(1),
                      TFloat32.class,
                      (tf, shape, type, seed) -> firstValue(test).asOutput().expect(type));
      shared.add(first);
    }
    checkpoint.restore(test.session());
    int once = ops(test);
    checkpoint.restore(test.session());
    assertEquals(once, ops(test));
    assertEquals(1, value(test, shared.get(0)));
    assertEquals(2, value(test, shared.get(1)));
  }

  private static Operand<?> firstValue(TestGraph test) {
    return test.graph().operationOrThrow("a").consumers(0).stream()
        .filter(op -> op.type().equals("Assign"))
        .findFirst()
        .orElseThrow()
        .input(1);
  }

  @Test
  void everyProblemIsToldAtOnceAndNothingIsRestored() {
    var test = graph();
    variable(test, "a", 1);
    variable(test, "b", 2, 2);
    variable(test, "c", 3);
    Checkpoint.save(test.session(), file());
    var other = graph();
    var a = variable(other, "a", -1);
    variable(other, "b", -1);
    other.scope().variable("c", Shape.of(1), TFloat64.class, Initializers.zeros());
    variable(other, "d", 7);
    assertEquals(-1, value(other, a));
    assertEquals(
        file()
            + ": variables must be those of the graph, got others:"
            + " b is float[1] in the graph and float[2] in the file;"
            + " c is double[1] in the graph and float[1] in the file;"
            + " d float[1] is not in the file. Not asked for in the file: none",
        CheckpointTest.message(() -> Checkpoint.open(file()).restore(other.session())));
    assertEquals(-1, value(other, a));
  }

  @Test
  void aDamagedValueLeavesTheOthersToo() throws IOException {
    var checkpoint = saved();
    var data = folder.resolve("saved.data-00000-of-00001");
    byte[] bytes = Files.readAllBytes(data);
    bytes[bytes.length - 1] ^= 1;
    Files.write(data, bytes);
    var test = graph();
    var a = variable(test, "a", -1);
    variable(test, "b", -1);
    assertEquals(-1, value(test, a));
    assertEquals(
        data
            + ": b must have the checksum that the index names, got another."
            + " The file is damaged, cut off or of another kind.",
        CheckpointTest.message(() -> checkpoint.restore(test.session())));
    assertEquals(-1, value(test, a));
  }

  @Test
  void strictRefusesWhatTheGraphDoesNotHave() {
    var checkpoint = saved();
    var test = graph();
    variable(test, "a", -1);
    checkpoint.restore(test.session());
    assertEquals(
        file()
            + ": variables must be those of the graph, got others:"
            + " b is in the file and not in the graph",
        CheckpointTest.message(
            () -> checkpoint.restore(test.session(), options -> options.strict())));
    checkpoint.restore(test.session(), options -> options.strict().only(name -> name.equals("a")));
  }

  @Test
  void aFilterThatLeavesNothingIsRefused() {
    var checkpoint = saved();
    var test = graph();
    variable(test, "a", -1);
    assertEquals(
        "restore: filter must leave a variable of the graph, got none of a",
        Refusals.argument(
            () -> checkpoint.restore(test.session(), options -> options.only(name -> false))));
  }

  @Test
  void namesMayDiffer() {
    var checkpoint = saved();
    var test = graph();
    var x = variable(test, "x", -1);
    var b = variable(test, "b", -1);
    checkpoint.restore(test.session(), options -> options.names(Map.of("x", "a")));
    assertEquals(1, value(test, x));
    checkpoint.restore(
        test.session(), options -> options.names(name -> name.equals("x") ? "b" : "a"));
    assertEquals(2, value(test, x));
    assertEquals(1, value(test, b));
  }

  private static final Shape MATRIX = Shape.of(5, 4);

  /** A matrix of 0 to 19, or of zeros, kept in so many parts along an axis; 0 for whole. */
  private static Operand<TFloat32> matrix(TestGraph test, int parts, int axis, boolean counted) {
    return test.scope()
        .variable(
            "m",
            MATRIX,
            TFloat32.class,
            options ->
                (parts == 0 ? options : options.withPartitioner(Partitioner.fixedSize(parts, axis)))
                    .withInitializer(
                        counted
                            ? (tf, shape, type, seed) ->
                                tf.reshape(
                                    tf.dtypes.cast(
                                        tf.range(tf.constant(0), tf.constant(20), tf.constant(1)),
                                        type),
                                    tf.constant(shape.asArray()))
                            : Initializers.zeros()));
  }

  @ParameterizedTest(name = "from {0} parts of axis {1} to {2} of axis {3}, each a name: {4}")
  @CsvSource({
    "0, 0, 3, 0, false",
    "0, 0, 3, 1, false",
    "3, 0, 0, 0, false",
    "2, 1, 3, 0, false",
    "3, 1, 3, 1, false",
    "3, 0, 0, 0, true",
    "4, 1, 0, 0, true",
    "3, 0, 2, 1, true",
    "3, 1, 3, 1, true"
  })
  void partsAreJoinedAndCut(int from, int fromAxis, int to, int toAxis, boolean named) {
    var test = graph();
    double[] expected = test.value(matrix(test, from, fromAxis, true));
    if (named) {
      test.session().save(file().toString()); // as variables m/part_0 and so on
    } else {
      Checkpoint.save(test.session(), file());
    }
    var other = graph();
    var restored = matrix(other, to, toAxis, false);
    Checkpoint.open(file()).restore(other.session(), options -> options.strict());
    assertArrayEquals(expected, other.value(restored));
  }

  @Test
  void partsThatDoNotAddUpAreToldWithTheirShapes() {
    var test = graph();
    matrix(test, 2, 0, true);
    test.session().save(file().toString());
    var other = graph();
    other.scope().variable("m", Shape.of(6, 4), TFloat32.class, Initializers.zeros());
    assertEquals(
        file()
            + ": variables must be those of the graph, got others: m float[6, 4] in the graph is in"
            + " parts of other shapes in the file, float[3, 4], float[2, 4]",
        CheckpointTest.message(() -> Checkpoint.open(file()).restore(other.session())));
  }

  /** Weights, slots, powers and the step: the next losses are those of a run without a break. */
  @Test
  void trainingGoesOnAsIfNothingHadHappened() {
    var test = graph();
    var first = new Training(test);
    first.losses(4);
    Checkpoint.save(test.session(), file());
    double[] expected = first.losses(3);
    var other = graph();
    var second = new Training(other);
    second.losses(2);
    Checkpoint.open(file()).restore(other.session(), options -> options.strict());
    assertArrayEquals(expected, second.losses(3), 1e-6);
    assertTrue(
        Checkpoint.open(file()).variables().toString().contains("rnn/basic_lstm_cell/kernel/Adam"));
    try (var step = Checkpoint.open(file()).read("global_step", TInt64.class)) {
      assertEquals(4, step.getLong());
    }
  }

  private static final class Training {
    private final TestGraph test;
    private final Operand<TFloat32> loss;
    private final Op train;

    Training(TestGraph test) {
      this.test = test;
      var root = test.scope();
      var cell = BasicLstmCell.builder(TFloat32.class, 4).build();
      var outputs =
          Rnn.dynamicRnn(root, cell, test.random32(Shape.of(2, 3, 2), Shape.of(2, 3, 2))).outputs();
      var tf = test.tf();
      loss = tf.math.mean(tf.math.square(outputs), tf.constant(new int[] {0, 1, 2}));
      var step = GlobalStep.of(root);
      train =
          Adam.of(0.1)
              .minimize(root, loss, root.trainableVariables(), options -> options.globalStep(step));
    }

    double[] losses(int steps) {
      double[] losses = new double[steps];
      for (int i = 0; i < steps; i++) {
        losses[i] = test.values(List.of(loss), train).get(0)[0];
      }
      return losses;
    }
  }

  /** The file of a program of TensorFlow 0.12, by its names. */
  @Test
  void aCheckpointWithTheOldNamesIsRestored() {
    var test = graph();
    var x = test.random32(Shape.of(2, 3, 2), Shape.of(2, 3, 2));
    var cell = LstmCell.builder(TFloat32.class, 3).build();
    Rnn.dynamicRnn(test.scope(), cell, x);
    try (var kernel =
            TFloat32.tensorOf(Shape.of(5, 12), t -> t.scalars().forEach(s -> s.setFloat(2)));
        var bias = TFloat32.tensorOf(Shape.of(12), t -> t.scalars().forEach(s -> s.setFloat(3)))) {
      NativeFiles.v1(
          file(),
          List.of(
              new NativeFiles.Named("RNN/LSTMCell/W_0", kernel),
              new NativeFiles.Named("RNN/LSTMCell/B", bias)));
    }
    Checkpoint.open(file()).restore(test.session(), options -> options.oldNames().strict());
    var sums =
        test.scope().variables().stream()
            .map(Variable::value)
            .mapToDouble(value -> Arrays.stream(test.value(value)).sum())
            .toArray();
    assertArrayEquals(new double[] {120, 36}, sums);
  }
}
