package io.github.tfrnn.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import io.github.tfrnn.train.GradientDescent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TFloat32;

/** A frozen graph answers as the session whose variables it swallowed. */
class FrozenGraphTest {
  @TempDir private Path folder;

  @Test
  void itAnswersAsTheSessionDoesWindowAfterWindow() {
    var file = folder.resolve("new/model.pb");
    try (var model = new SequenceModel()) {
      FrozenGraph.write(model.session(), model.signature(), file);
      try (var frozen = FrozenGraph.load(file);
          var stream = frozen.stream(FrozenGraph.SIGNATURE, 2)) {
        model.state.zeros(2);
        for (int window = 0; window < 3; window++) {
          try (var x = SequenceModel.wave(2, 3 + window, 3, window)) {
            RnnModelTest.assertSame(
                model.answer(x), SequenceModel.elements(stream.run(Map.of("x", x))));
          }
        }
      }
    }
  }

  @Test
  void itHoldsNoVariableAndItsEndsHaveTheNamesOfTheSignature() throws IOException {
    var file = folder.resolve("model.pb");
    try (var model = new SequenceModel()) {
      FrozenGraph.write(model.session(), model.signature(), file);
      var graph = GraphDef.parseFrom(Files.readAllBytes(file));
      for (var node : graph.getNodeList()) {
        assertFalse(node.getOp().contains("Variable"), node.getName());
        assertFalse(node.getOp().contains("Restore"), node.getName());
      }
      var names = graph.getNodeList().stream().map(node -> node.getName()).toList();
      assertTrue(
          names.containsAll(
              List.of(
                  "inputs/x",
                  "inputs/state/c",
                  "outputs/state/c",
                  "outputs/y",
                  "rnn/lstm_cell/kernel")),
          names::toString);
      try (var frozen = FrozenGraph.load(file)) {
        assertEquals(
            model.signature().inputs().keySet(),
            frozen.signature(FrozenGraph.SIGNATURE).inputs().keySet());
        assertEquals(
            "y float[?, ?, 2]",
            frozen.signature(FrozenGraph.SIGNATURE).outputs().get("y").toString());
      }
    }
  }

  @Test
  void anyTensorsCanBeNamedInsteadOfTheEnds() {
    var file = folder.resolve("model.pb");
    try (var test = new TestGraph()) {
      var x = test.feed32(Shape.of(-1), Shape.of(2), 1, 2);
      var w = test.scope().variable("w", Shape.of(2), TFloat32.class, Initializers.constant(3));
      var y = test.tf().math.mul(x, w);
      FrozenGraph.write(
          test.session(), ModelSignature.named("f").input("x", x).output("y", y), file);
      try (var frozen =
              FrozenGraph.load(
                  file, Map.of("fed", "inputs/x:0"), Map.of("product", y.op().name() + ":0"));
          var outputs = frozen.signature("serving_default").call(Map.of("fed", test.fed(x)))) {
        assertEquals(Set.of("product"), outputs.names());
        assertEquals(6, outputs.get("product", TFloat32.class).getFloat(1));
      }
      assertEquals(
          file + ": product must be a tensor of the graph, got 'nothing:0'",
          Refusals.argument(
              () -> FrozenGraph.load(file, Map.of(), Map.of("product", "nothing:0"))));
    }
  }

  @Test
  void aGraphThatChangesVariablesIsRefused() {
    try (var model = new SequenceModel()) {
      var scope = model.test.scope();
      var train = GradientDescent.of(0.1).minimize(scope, model.loss, scope.trainableVariables());
      var trained = scope.tf().withControlDependencies(List.of(train)).identity(model.loss);
      var signature = model.signature().input("target", model.target).output("loss", trained);
      var message =
          Refusals.argument(
              () -> FrozenGraph.write(model.session(), signature, folder.resolve("model.pb")));
      assertTrue(
          message.startsWith(
              "frozen graph: outputs must not change variables, got ApplyGradientDescent"),
          message);
      assertFalse(Files.exists(folder.resolve("model.pb")));
    }
  }

  @Test
  void variablesThatFitIntoNoProtocolBufferAreRefused() {
    try (var model = new SequenceModel()) {
      assertEquals(
          "frozen graph: variables must have at most 100 bytes together, which is what one protocol"
              + " buffer can hold, got 552, rnn/lstm_cell/kernel alone 448. Write a SavedModel with"
              + " ModelExporter.",
          Refusals.argument(() -> FrozenNodes.of(model.session(), model.signature(), 100)));
    }
  }

  @Test
  void aFileThatIsNoFrozenGraphIsRefused() throws IOException {
    var text = Files.writeString(folder.resolve("text.pb"), "no graph");
    assertTrue(
        Refusals.argument(() -> FrozenGraph.load(text))
            .startsWith(text + ": content must be a protocol buffer of its kind, got "));
    var missing = folder.resolve("missing.pb");
    assertEquals(
        missing + ": file must exist, got none",
        Refusals.argument(() -> FrozenGraph.load(missing)));
    var empty = Files.write(folder.resolve("empty.pb"), new byte[0]);
    assertEquals(
        empty
            + ": graph must have nodes inputs/... and outputs/..., got none. Name the tensors in"
            + " load(file, inputs, outputs).",
        Refusals.argument(() -> FrozenGraph.load(empty)));
    try (var model = new SequenceModel()) {
      var live = folder.resolve("live.pb");
      Files.write(live, model.test.graph().toGraphDef().toByteArray());
      assertTrue(
          Refusals.argument(() -> FrozenGraph.load(live))
              .startsWith(live + ": graph must hold no variables, got "));
    }
  }
}
