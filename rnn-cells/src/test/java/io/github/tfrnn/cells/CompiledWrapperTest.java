package io.github.tfrnn.cells;

import static io.github.tfrnn.testing.Refusals.argument;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.model.ModelExporter;
import io.github.tfrnn.model.ModelSignature;
import io.github.tfrnn.ops.Gradients;
import io.github.tfrnn.ops.Variable;
import io.github.tfrnn.rnn.Rnn;
import io.github.tfrnn.testing.TestGraph;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Operand;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/** A compiled cell is the cell, value for value. */
class CompiledWrapperTest {
  private static final Shape INPUTS = Shape.of(3, 4, 2);

  private static MultiRnnCell<TFloat64> stack() {
    return MultiRnnCell.of(
        List.of(
            GruCell.builder(TFloat64.class, 3).build(),
            LstmCell.builder(TFloat64.class, 2).peepholes().build()));
  }

  /** Outputs, last state, and gradients by the inputs and the variables. */
  private static <S> List<Operand<?>> results(
      TestGraph test, TensorCell<TFloat64, S> cell, Operand<TFloat64> x) {
    var rnn = Rnn.dynamicRnn(test.scope(), cell, x);
    var results = new ArrayList<Operand<?>>(List.of(rnn.outputs()));
    results.addAll(cell.stateSize().flatten(rnn.state()));
    var sources = new ArrayList<Operand<?>>(List.of(x));
    test.scope().variables().stream().map(Variable::value).forEach(sources::add);
    var terms = new ArrayList<Operand<TFloat64>>();
    for (var result : List.copyOf(results)) {
      terms.add(test.weigh(TwoSteps.typed(result), terms.size()));
    }
    results.addAll(Gradients.of(test.total(terms), sources));
    return results;
  }

  @Test
  void aLoopOfCompiledStepsHasTheNumbersOfThePlainOne() {
    try (var test = new TestGraph()) {
      var x = test.random64(INPUTS, INPUTS);
      var cell = stack();
      var fetches = results(test, cell, x);
      int half = fetches.size();
      fetches.addAll(results(test, CompiledWrapper.of(cell), x));
      var numbers = test.values(fetches);
      for (int i = 0; i < half; i++) {
        assertArrayEquals(numbers.get(i), numbers.get(half + i), 1e-9, "tensor " + i);
      }
    }
  }

  @Test
  void layersOfAStackAreCompiledOnTheirOwn() {
    try (var test = new TestGraph()) {
      var x = test.random64(INPUTS, INPUTS);
      var gru = GruCell.builder(TFloat64.class, 3).build();
      var lstm = BasicLstmCell.builder(TFloat64.class, 2).build();
      var fetches = results(test, MultiRnnCell.of(List.of(gru, lstm)), x);
      int half = fetches.size();
      var compiled =
          MultiRnnCell.<TFloat64>of(List.of(CompiledWrapper.of(gru), CompiledWrapper.of(lstm)));
      fetches.addAll(results(test, compiled, x));
      var numbers = test.values(fetches);
      for (int i = 0; i < half; i++) {
        assertArrayEquals(numbers.get(i), numbers.get(half + i), 1e-9, "tensor " + i);
      }
    }
  }

  @Test
  void variablesKeepTheirNames() {
    try (var test = new TestGraph()) {
      var x = test.random64(INPUTS, INPUTS);
      Rnn.dynamicRnn(
          test.scope(), CompiledWrapper.of(GruCell.builder(TFloat64.class, 3).build()), x);
      assertEquals(
          List.of(
              "rnn/gru_cell/gates/kernel",
              "rnn/gru_cell/gates/bias",
              "rnn/gru_cell/candidate/kernel",
              "rnn/gru_cell/candidate/bias"),
          test.scope().variables().stream().map(Variable::name).toList());
    }
  }

  @Test
  void anOpenBatchIsRefused() {
    try (var test = new TestGraph()) {
      var x = test.random64(Shape.of(-1, 2), Shape.of(3, 2));
      var cell = CompiledWrapper.of(BasicRnnCell.builder(TFloat64.class, 3).build());
      var zeros = cell.zeroState(test.tf(), test.tf().constant(3));
      var message = argument(() -> cell.step(test.scope(), x, zeros));
      assertTrue(
          message.startsWith(
              "compiled_wrapper: inputs of a compiled piece must have shapes that are known while"
                  + " the graph is built, got [?, 2] for "),
          message);
    }
  }

  @TempDir private Path folder;

  @Test
  void anExportedModelIsCompiledStillAndItsGradientRefused() {
    try (var test = new TestGraph()) {
      var x = test.random32(Shape.of(3, 2), Shape.of(3, 2));
      var cell = CompiledWrapper.of(GruCell.builder(TFloat32.class, 3).build());
      var y = cell.step(test.scope(), x, cell.zeroState(test.tf(), test.tf().constant(3))).output();
      double[] expected = test.value(y);
      var signature = ModelSignature.named("serving_default").input("x", x).output("y", y);
      ModelExporter.of(test.session()).signature(signature).export(folder.resolve("model"));
      try (var bundle = SavedModelBundle.load(folder.resolve("model").toString());
          var answer =
              bundle.function("serving_default").call(Map.of("x", (TFloat32) test.fed(x)))) {
        assertArrayEquals(expected, TestGraph.elements(answer.get("y").orElseThrow()), 1e-6);
        var fresh = bundle.graph().outputOrThrow(y.op().name());
        var message =
            argument(
                () -> Gradients.of(fresh, List.of(bundle.graph().outputOrThrow(x.op().name()))));
        assertTrue(
            message.endsWith("There is none because: it was exported for inference"), message);
      }
    }
  }
}
