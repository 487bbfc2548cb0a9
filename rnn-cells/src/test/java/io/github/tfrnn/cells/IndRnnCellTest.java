package io.github.tfrnn.cells;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.testing.TestGraph;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TFloating;

class IndRnnCellTest implements CellContract {

  @Override
  public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
    return IndRnnCell.builder(type, 2).recurrentInitializer(Wave.initializer()).build();
  }

  @Override
  public List<String> variableNames() {
    return List.of(
        "root/ind_rnn_cell/kernel_w", "root/ind_rnn_cell/kernel_u", "root/ind_rnn_cell/bias");
  }

  @Override
  public String inputRefuser() {
    return "root/ind_rnn_cell";
  }

  /** A plain recurrent cell whose recurrent kernel is a diagonal. */
  @Override
  public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
    var kernel = weights.get(0).above(weights.get(1).diagonals(2));
    var next = x.beside(state.get(0)).times(kernel).plus(weights.get(2)).tanh();
    return List.of(next, next);
  }

  /** The formula by hand: tanh(0.5 + 0.5 + 0.1 * 0.5). */
  @Test
  void matchesTheFormulaByHand() {
    var cell =
        IndRnnCell.builder(TFloat32.class, 2)
            .recurrentInitializer(Initializers.constant(0.5))
            .build();
    var output = ConstantWeights.step(cell, 2, 0.1f, 1).get(0);
    assertArrayEquals(new double[] {0.78180636, 0.78180636}, output, 1e-6);
  }

  /** testIndRNNCell of TensorFlow 1.15: the initializer of the scope reaches kernel_w only. */
  @Test
  void recurrentWeightsAreUniformBetweenMinusOneAndOne() {
    try (var test = new TestGraph()) {
      var scope = test.scope().withInitializer(Initializers.constant(0.5));
      var cell = IndRnnCell.builder(TFloat64.class, 1000).build();
      var x = test.random64(Shape.of(2, 3), Shape.of(2, 3));
      cell.step(scope, x, cell.zeroState(test.tf(), test.tf().constant(2)));
      var variables = scope.variables();
      var weights = test.value(variables.get(1).value());
      assertEquals(-1, Arrays.stream(weights).min().orElseThrow(), 0.02);
      assertEquals(1, Arrays.stream(weights).max().orElseThrow(), 0.02);
      assertTrue(Arrays.stream(weights).allMatch(w -> w >= -1 && w < 1));
      assertTrue(Arrays.stream(test.value(variables.get(0).value())).allMatch(w -> w == 0.5));
      assertTrue(Arrays.stream(test.value(variables.get(2).value())).allMatch(w -> w == 0));
    }
  }
}
