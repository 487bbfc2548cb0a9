package io.github.tfrnn.cells;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

class CfnCellTest implements CellContract {

  @Override
  public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
    return CfnCell.builder(type, 2).kernelInitializer(Wave.initializer()).build();
  }

  @Override
  public List<String> variableNames() {
    return List.of("root/cfn_cell/kernel", "root/cfn_cell/recurrent_kernel", "root/cfn_cell/bias");
  }

  @Override
  public String inputRefuser() {
    return "root/cfn_cell";
  }

  @Override
  public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
    var h = state.get(0);
    var products = x.times(weights.get(0));
    var gates = products.columns(0, 4).plus(h.times(weights.get(1))).plus(weights.get(2)).sigmoid();
    var input = gates.columns(2, 4).map(v -> 1 - v).mul(products.columns(4, 6).tanh());
    var next = gates.columns(0, 2).mul(h.tanh()).plus(input);
    return List.of(next, next);
  }

  /** testCFNCell of TensorFlow 1.15: kernels of 0.5, biases of one. */
  @ParameterizedTest(name = "input of width {0}")
  @CsvSource({"2, 0.17188203", "3, 0.15535763"})
  void matchesTheNumbersOfTensorFlow(int depth, double expected) {
    var half = Initializers.constant(0.5);
    var cell = CfnCell.builder(TFloat32.class, 2).kernelInitializer(half).build();
    var output = ConstantWeights.step(cell, depth, 0.1f, 1).get(0);
    assertArrayEquals(new double[] {expected, expected}, output, 1e-6);
  }

  @Test
  void kernelsAreGlorotUniformWhateverTheScopeSays() {
    try (var test = new TestGraph()) {
      var scope = test.scope().withInitializer(Initializers.constant(0.5));
      var cell = CfnCell.builder(TFloat64.class, 20).build();
      var x = test.random64(Shape.of(2, 3), Shape.of(2, 3));
      cell.step(scope, x, cell.zeroState(test.tf(), test.tf().constant(2)));
      double limit = Math.sqrt(6.0 / (20 + 40));
      var recurrent = test.value(scope.variables().get(1).value());
      assertEquals(-limit, Arrays.stream(recurrent).min().orElseThrow(), 0.02 * limit);
      assertEquals(limit, Arrays.stream(recurrent).max().orElseThrow(), 0.02 * limit);
      var kernel = test.value(scope.variables().get(0).value());
      assertTrue(Arrays.stream(kernel).anyMatch(w -> w != kernel[0]));
    }
  }
}
