package io.github.tfrnn.cells;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.testing.TestGraph;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

class GruCellTest implements PythonCellContract {

  @Override
  public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
    return GruCell.builder(type, 2).build();
  }

  @Override
  public List<String> variableNames() {
    return List.of(
        "root/gru_cell/gates/kernel",
        "root/gru_cell/gates/bias",
        "root/gru_cell/candidate/kernel",
        "root/gru_cell/candidate/bias");
  }

  @Override
  public String inputRefuser() {
    return "root/gru_cell";
  }

  @Override
  public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
    return PlainGru.step(weights, x, state.get(0));
  }

  /** {@code tf.nn.rnn_cell.GRUCell(2, dtype=tf.float64)}. */
  @Override
  public double[] python() {
    return new double[] {
      -0.4231167086, 0.0205528990, 0.0247297941, 0.3283787269,
      -0.4231167086, 0.0205528990, 0.0247297941, 0.3283787269
    };
  }

  /** testGRUCell of TensorFlow 1.15: the initializer of the scope reaches the kernels only. */
  @Test
  void matchesTheNumberOfTensorFlow() {
    try (var test = new TestGraph()) {
      var scope = test.scope().scope("root").withInitializer(Initializers.constant(0.5));
      var x = test.feed32(Shape.of(1, 2), Shape.of(1, 2), 1, 1);
      var h = test.feed32(Shape.of(1, 2), Shape.of(1, 2), 0.1f, 0.1f);
      var step = GruCell.builder(TFloat32.class, 2).build().step(scope, x, h);
      assertArrayEquals(new double[] {0.175991, 0.175991}, test.value(step.output()), 1e-6);
    }
  }

  /** The cell of testResidualWrapper of TensorFlow 1.15. */
  @Test
  void initializersOfTheCellReachKernelsAndBiases() {
    try (var test = new TestGraph()) {
      var half = Initializers.constant(0.5);
      var cell =
          GruCell.builder(TFloat32.class, 3).kernelInitializer(half).biasInitializer(half).build();
      var x = test.feed32(Shape.of(1, 3), Shape.of(1, 3), 1, 1, 1);
      var h = test.feed32(Shape.of(1, 3), Shape.of(1, 3), 0.1f, 0.1f, 0.1f);
      assertArrayEquals(
          new double[] {0.19101717, 0.19101717, 0.19101717},
          test.value(cell.step(test.scope(), x, h).output()),
          1e-6);
    }
  }
}
