package io.github.tfrnn.cells;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.tfrnn.ops.Activation;
import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.testing.TestGraph;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

class BasicRnnCellTest implements PythonCellContract {

  @Override
  public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
    return BasicRnnCell.builder(type, 2).build();
  }

  @Override
  public List<String> variableNames() {
    return List.of("root/basic_rnn_cell/kernel", "root/basic_rnn_cell/bias");
  }

  @Override
  public String inputRefuser() {
    return "root/basic_rnn_cell";
  }

  @Override
  public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
    var h = x.beside(state.get(0)).times(weights.get(0)).plus(weights.get(1)).tanh();
    return List.of(h, h);
  }

  /** {@code tf.nn.rnn_cell.BasicRNNCell(2, dtype=tf.float64)}. */
  @Override
  public double[] python() {
    return new double[] {
      -0.6883922470, -0.5233616812, -0.4502261220, -0.1220544950,
      -0.6883922470, -0.5233616812, -0.4502261220, -0.1220544950
    };
  }

  /** testBasicRNNCell of TensorFlow 1.15: names and the number its formula gives. */
  @Test
  void matchesTheNumberOfTensorFlow() {
    try (var test = new TestGraph()) {
      var scope = test.scope().scope("root").withInitializer(Initializers.constant(0.5));
      var x = test.feed32(Shape.of(1, 2), Shape.of(1, 2), 1, 1);
      var h = test.feed32(Shape.of(1, 2), Shape.of(1, 2), 0.1f, 0.1f);
      var step = BasicRnnCell.builder(TFloat32.class, 2).build().step(scope, x, h);
      assertArrayEquals(new double[] {0.80049902, 0.80049902}, test.value(step.output()), 1e-6);
    }
  }

  /** testBasicRNNCellNotTrainable of TensorFlow 1.15, with the setting of our scopes. */
  @Test
  void weightsAreNotTrainableInAScopeThatSaysSo() {
    try (var test = new TestGraph()) {
      var scope = test.scope().scope("root").withTrainable(false);
      var x = test.random32(Shape.of(1, 2), Shape.of(1, 2));
      BasicRnnCell.builder(TFloat32.class, 2).build().step(scope, x, x);
      assertEquals(List.of(), scope.trainableVariables());
      assertEquals(2, scope.variables().size());
    }
  }

  /** testBasicRNNCellNotTrainable of TensorFlow 1.15: a getter says so. */
  @Test
  void weightsAreNotTrainableIfAGetterSaysSo() {
    try (var test = new TestGraph()) {
      var scope =
          test.scope()
              .scope("root")
              .withGetter((next, request) -> next.get(request.with(o -> o.withTrainable(false))))
              .withInitializer(Initializers.constant(0.5));
      var x = test.feed32(Shape.of(1, 2), Shape.of(1, 2), 1, 1);
      var h = test.feed32(Shape.of(1, 2), Shape.of(1, 2), 0.1f, 0.1f);
      var step = BasicRnnCell.builder(TFloat32.class, 2).build().step(scope, x, h);
      assertEquals(List.of(), scope.trainableVariables());
      assertEquals(
          List.of("root/basic_rnn_cell/kernel", "root/basic_rnn_cell/bias"),
          scope.variables().stream().map(variable -> variable.name()).toList());
      assertArrayEquals(new double[] {0.80049902, 0.80049902}, test.value(step.output()), 1e-6);
    }
  }

  @Test
  void anyFunctionServesAsActivation() {
    try (var test = new TestGraph()) {
      var scope = test.scope().withInitializer(Initializers.constant(0.5));
      Activation<TFloat32> plusTen = (tf, x) -> tf.math.add(x, tf.constant(10f));
      var x = test.feed32(Shape.of(1, 1), Shape.of(1, 1), 4);
      var h = test.feed32(Shape.of(1, 1), Shape.of(1, 1), 6);
      var cell = BasicRnnCell.builder(TFloat32.class, 1).activation(plusTen).build();
      assertArrayEquals(new double[] {15}, test.value(cell.step(scope, x, h).output()), 1e-6);
    }
  }

  @Test
  void noUnitsAreRefused() {
    var e =
        assertThrows(IllegalArgumentException.class, () -> BasicRnnCell.builder(TFloat32.class, 0));
    assertEquals("basic_rnn_cell: units must be at least 1, got 0", e.getMessage());
  }
}
