package io.github.tfrnn.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.cells.GruCell;
import io.github.tfrnn.rnn.Rnn;
import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/** A model that is loaded answers as the session it came from, by name, call by call. */
class RnnModelTest {
  private static final String SIGNATURE = SequenceModel.SIGNATURE;

  @TempDir private static Path folder;
  private static Path directory;
  private static SequenceModel trained;
  private static RnnModel model;

  @BeforeAll
  static void export() {
    trained = new SequenceModel();
    directory = folder.resolve("model");
    ModelExporter.of(trained.session())
        .signature(trained.signature())
        .signature(ModelSignature.named("step").input("x", trained.x).output("y", trained.x))
        .asset("vocabulary.txt", "a\nb\n".getBytes(StandardCharsets.UTF_8))
        .export(directory);
    model = RnnModel.load(directory);
  }

  @AfterAll
  static void close() {
    model.close();
    trained.close();
  }

  static void assertSame(Map<String, double[]> expected, Map<String, double[]> actual) {
    assertEquals(expected.keySet(), actual.keySet());
    expected.forEach((name, values) -> assertArrayEquals(values, actual.get(name), 1e-6, name));
  }

  @Test
  void aSignatureTellsItsNamesTypesAndShapes() {
    assertEquals(Set.of(SIGNATURE, "step"), model.signatures());
    var signature = model.signature(SIGNATURE);
    assertEquals(
        "serving_default[state/c float[?, 4], state/h float[?, 4], x float[?, ?, 3]] ->"
            + " [state/c float[?, 4], state/h float[?, 4], y float[?, ?, 2]]",
        signature.toString());
    assertEquals(DataType.DT_FLOAT, signature.outputs().get("y").type());
    assertArrayEquals(new long[] {-1, -1, 2}, signature.outputs().get("y").shape().asArray());
    assertEquals(Set.of("state/c", "state/h"), signature.stateNames());
  }

  @Test
  void aStreamCarriesTheStateAsTheSessionDoes() {
    trained.state.zeros(2);
    try (var stream = model.stream(SIGNATURE, 2)) {
      for (int window = 0; window < 3; window++) {
        try (var x = SequenceModel.wave(2, 4 + window, 3, window)) {
          assertSame(trained.answer(x), SequenceModel.elements(stream.run(Map.of("x", x))));
        }
      }
    }
  }

  @Test
  void resetForgetsAndAGivenStateIsTakenUp() {
    try (var stream = model.stream(SIGNATURE, 1);
        var x = SequenceModel.wave(1, 3, 3, 0)) {
      var first = SequenceModel.elements(stream.run(Map.of("x", x)));
      var second = SequenceModel.elements(stream.run(Map.of("x", x)));
      assertFalse(first.get("y")[0] == second.get("y")[0], "the state went on");
      stream.reset();
      assertSame(first, SequenceModel.elements(stream.run(Map.of("x", x))));
      try (var other = model.stream(SIGNATURE, 1, stream.state())) {
        assertSame(second, SequenceModel.elements(other.run(Map.of("x", x))));
      }
    }
  }

  @Test
  void callTakesTheStateAsAnyInput() {
    trained.state.zeros(1);
    try (var x = SequenceModel.wave(1, 3, 3, 0);
        var c = SequenceModel.zeros(1, 4);
        var h = SequenceModel.zeros(1, 4)) {
      var inputs = Map.of("x", x, "state/c", c, "state/h", h);
      assertSame(
          trained.answer(x), SequenceModel.elements(model.signature(SIGNATURE).call(inputs)));
    }
  }

  @Test
  void outputsAreGivenByNameAndType() {
    try (var stream = model.stream(SIGNATURE, 1);
        var x = SequenceModel.wave(1, 3, 3, 0);
        var outputs = stream.run(Map.of("x", x))) {
      assertEquals(Shape.of(1, 3, 2), outputs.get("y", TFloat32.class).shape());
      assertEquals(
          SIGNATURE + ": y must be asked for as what it is, float, got TFloat64",
          Refusals.argument(() -> outputs.get("y", TFloat64.class)));
      assertEquals(
          SIGNATURE + ": output must be one of [state/c, state/h, y], got z",
          Refusals.argument(() -> outputs.get("z")));
    }
  }

  @Test
  void outputsOutliveTheModel() {
    var other = RnnModel.load(directory);
    try (var x = SequenceModel.wave(1, 3, 3, 0);
        var stream = other.stream(SIGNATURE, 1);
        var outputs = stream.run(Map.of("x", x))) {
      other.close();
      assertEquals(6, TestGraph.elements(outputs.get("y")).length);
    }
  }

  @Test
  void assetsAreFoundByName() throws IOException {
    assertEquals(Set.of("vocabulary.txt"), model.assets());
    assertEquals("a\nb\n", Files.readString(model.asset("vocabulary.txt")));
    assertEquals(
        directory + ": asset must be one of [vocabulary.txt], got words",
        Refusals.argument(() -> model.asset("words")));
  }

  @Test
  void aSignatureThatIsNotThereIsRefusedWithThoseThatAre() {
    assertEquals(
        directory + ": signature must be one of [serving_default, step], got predict",
        Refusals.argument(() -> model.signature("predict")));
  }

  @Test
  void inputsThatDoNotFitAreRefusedByName() {
    try (var stream = model.stream(SIGNATURE, 1);
        var narrow = SequenceModel.wave(1, 3, 2, 0);
        var x = SequenceModel.wave(1, 3, 3, 0);
        var doubles = TFloat64.vectorOf(1)) {
      assertEquals(
          SIGNATURE + ": x must be float[?, ?, 3], got float[1, 3, 2]",
          Refusals.argument(() -> stream.run(Map.of("x", narrow))));
      assertEquals(
          SIGNATURE + ": x must be float[?, ?, 3], got double[1]",
          Refusals.argument(() -> stream.run(Map.of("x", doubles))));
      assertEquals(
          SIGNATURE
              + ": inputs must be [state/c float[?, 4], state/h float[?, 4], x float[?, ?, 3]],"
              + " got [state/c, state/h, y]",
          Refusals.argument(() -> stream.run(Map.of("y", x))));
      assertEquals(
          SIGNATURE
              + ": inputs must leave the state to the stream, got state/c. Start from a given one"
              + " with reset(initial).",
          Refusals.argument(() -> stream.run(Map.of("x", x, "state/c", x))));
      assertEquals(
          SIGNATURE + ": state must be [state/c, state/h], got [x]",
          Refusals.argument(() -> stream.reset(Map.of("x", x))));
      assertEquals(
          "step: signature must have a state, inputs and outputs of the same names, got step[x"
              + " float[?, ?, 3]] -> [y float[?, ?, 3]]",
          Refusals.argument(() -> model.stream("step", 1)));
      assertEquals(
          SIGNATURE + ": batch must be at least 0, got -1",
          Refusals.argument(() -> model.stream(SIGNATURE, -1)));
    }
  }

  @Test
  void aRunThatFailsLeavesTheStateAsItWas() {
    try (var stream = model.stream(SIGNATURE, 1);
        var x = SequenceModel.wave(1, 3, 3, 0);
        var three = SequenceModel.wave(3, 3, 3, 0)) {
      stream.run(Map.of("x", x)).close();
      var before = TestGraph.elements(stream.state().get("state/c"));
      assertThrows(RuntimeException.class, () -> stream.run(Map.of("x", three)));
      assertArrayEquals(before, TestGraph.elements(stream.state().get("state/c")));
      stream.run(Map.of("x", x)).close();
    }
  }

  @Test
  void nothingIsUsedAfterItsEnd() {
    try (var x = SequenceModel.wave(1, 3, 3, 0)) {
      var other = RnnModel.load(directory);
      var closed = other.stream(SIGNATURE, 1);
      closed.close();
      closed.close();
      assertEquals(
          SIGNATURE + ": stream must be open, got a closed one",
          Refusals.state(() -> closed.run(Map.of("x", x))));
      var open = other.stream(SIGNATURE, 1);
      other.close();
      other.close();
      assertEquals(
          SIGNATURE + ": stream must be open, got a closed one",
          Refusals.state(() -> open.run(Map.of("x", x))));
      assertEquals(
          directory + ": model must be open, got a closed one",
          Refusals.state(() -> other.stream(SIGNATURE, 1)));
      assertEquals(
          directory + ": model must be open, got a closed one",
          Refusals.state(() -> other.signature("step").call(Map.of("x", x))));
    }
  }

  @Test
  void aTimeoutThatIsNoneIsRefusedAndALongOneChangesNothing() {
    assertEquals(
        "load: timeout must be at least a millisecond, got PT0S",
        Refusals.argument(
            () -> RnnModel.load(directory, options -> options.timeout(Duration.ZERO))));
    try (var patient = RnnModel.load(directory, options -> options.timeout(Duration.ofMinutes(1)));
        var stream = patient.stream(SIGNATURE, 1);
        var same = model.stream(SIGNATURE, 1);
        var x = SequenceModel.wave(1, 3, 3, 0)) {
      assertSame(
          SequenceModel.elements(same.run(Map.of("x", x))),
          SequenceModel.elements(stream.run(Map.of("x", x))));
    }
  }

  /** A model whose loop counts by zero, which no look at its structure tells. */
  @Test
  void aLoopWithoutEndIsEndedByTheTimeout() throws IOException {
    var endless = folder.resolve("endless.pb");
    try (var test = new TestGraph()) {
      var tf = test.tf();
      var x = test.feed32(Shape.of(-1, -1, 3), Shape.of(1, 2, 3), new float[6]);
      var cell = GruCell.builder(TFloat32.class, 2).build();
      var y = Rnn.dynamicRnn(test.scope(), cell, x).outputs();
      FrozenGraph.write(
          test.session(),
          ModelSignature.named("f").input("x", x).output("y", tf.identity(y)),
          endless);
    }
    var graph = GraphDef.parseFrom(Files.readAllBytes(endless)).toBuilder();
    for (var function : graph.getLibraryBuilder().getFunctionBuilderList()) {
      for (var node : function.getNodeDefBuilderList()) {
        if (node.getName().equals("loop/one")) {
          var zero = node.getAttrOrThrow("value").toBuilder();
          zero.getTensorBuilder().clearTensorContent().clearIntVal().addIntVal(0);
          node.putAttr("value", zero.build());
        }
      }
    }
    Files.write(endless, graph.build().toByteArray());
    try (var model = FrozenGraph.load(endless, options -> options.timeout(Duration.ofMillis(500)));
        var x = SequenceModel.wave(1, 2, 3, 0)) {
      var signature = model.signature(FrozenGraph.SIGNATURE);
      long start = System.nanoTime();
      var e = assertThrows(RuntimeException.class, () -> signature.call(Map.of("x", x)));
      assertTrue(String.valueOf(e.getMessage()).startsWith("Timed out"), e::toString);
      assertTrue(System.nanoTime() - start < Duration.ofSeconds(30).toNanos());
    }
  }

  @Test
  void aTagThatIsNotThereIsRefused() {
    var message = Refusals.argument(() -> RnnModel.load(directory, "gpu"));
    assertTrue(
        message.endsWith("have one graph with the tag gpu, got 0. Graphs have [[serve]]"), message);
  }
}
