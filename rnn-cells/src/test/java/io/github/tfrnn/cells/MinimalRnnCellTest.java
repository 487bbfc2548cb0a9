package io.github.tfrnn.cells;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.testing.TestGraph;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TFloating;

class MinimalRnnCellTest implements CellContract {

  @Override
  public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
    return MinimalRnnCell.builder(type, 2).kernelInitializer(Wave.initializer()).build();
  }

  @Override
  public List<String> variableNames() {
    return List.of("root/minimal_rnn_cell/kernel", "root/minimal_rnn_cell/bias");
  }

  @Override
  public String inputRefuser() {
    return "root/minimal_rnn_cell";
  }

  @Override
  public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
    var kernel = weights.get(0);
    var zeros = Matrix.zeros(2, 4);
    var z = x.beside(zeros).times(kernel).tanh();
    var gate = Matrix.zeros(2, 3).beside(z).beside(state.get(0)).times(kernel);
    var next = gate.plus(weights.get(1)).sigmoid().mix(state.get(0), z);
    return List.of(next, next);
  }

  /** testMinimalRNNCell of TensorFlow 1.15: kernels of 0.5, biases of one. */
  @ParameterizedTest(name = "input of width {0}")
  @CsvSource({"2, 0.18899589", "3, 0.19554167"})
  void matchesTheNumbersOfTensorFlow(int depth, double expected) {
    var half = Initializers.constant(0.5);
    var cell = MinimalRnnCell.builder(TFloat32.class, 2).kernelInitializer(half).build();
    var output = ConstantWeights.step(cell, depth, 0.1f, 1).get(0);
    assertArrayEquals(new double[] {expected, expected}, output, 1e-6);
  }

  @Test
  void kernelIsGlorotUniformWhateverTheScopeSays() {
    try (var test = new TestGraph()) {
      var scope = test.scope().withInitializer(Initializers.constant(0.5));
      var cell = MinimalRnnCell.builder(TFloat64.class, 20).build();
      var x = test.random64(Shape.of(2, 3), Shape.of(2, 3));
      cell.step(scope, x, cell.zeroState(test.tf(), test.tf().constant(2)));
      double limit = Math.sqrt(6.0 / (3 + 2 * 20 + 20));
      var kernel = test.value(scope.variables().get(0).value());
      assertEquals(-limit, Arrays.stream(kernel).min().orElseThrow(), 0.02 * limit);
      assertEquals(limit, Arrays.stream(kernel).max().orElseThrow(), 0.02 * limit);
    }
  }
}
