package io.github.tfrnn.cells;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.github.tfrnn.ops.Initializers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

class IndyGruCellTest implements CellContract {

  @Override
  public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
    return IndyGruCell.builder(type, 2).recurrentInitializer(Wave.initializer()).build();
  }

  @Override
  public List<String> variableNames() {
    return List.of(
        "root/indy_gru_cell/gates/kernel_w",
        "root/indy_gru_cell/gates/kernel_u",
        "root/indy_gru_cell/gates/bias",
        "root/indy_gru_cell/candidate/kernel",
        "root/indy_gru_cell/candidate/kernel_u",
        "root/indy_gru_cell/candidate/bias");
  }

  @Override
  public String inputRefuser() {
    return "root/indy_gru_cell";
  }

  /** A GRU whose recurrent kernels are diagonals. */
  @Override
  public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
    var gates = weights.get(0).above(weights.get(1).diagonals(2));
    var candidate = weights.get(3).above(weights.get(4).diagonals(2));
    var gru = List.of(gates, weights.get(2), candidate, weights.get(5));
    return PlainGru.step(gru, x, state.get(0));
  }

  /** The formula by hand, with gates whose bias is one. */
  @Test
  void matchesTheFormulaByHand() {
    var half = Initializers.constant(0.5);
    var cell = IndyGruCell.builder(TFloat32.class, 2).recurrentInitializer(half).build();
    var output = ConstantWeights.step(cell, 2, 0.1f, 1).get(0);
    assertArrayEquals(new double[] {0.17750765, 0.17750765}, output, 1e-6);
  }

  /** With 0.5 in the biases too, r = u = sigmoid(1.55) and c = tanh(1.5 + 0.05 r). */
  @Test
  void initializersOfTheCellReachKernelsAndBiases() {
    var half = Initializers.constant(0.5);
    var cell =
        IndyGruCell.builder(TFloat32.class, 2)
            .kernelInitializer(Initializers.constant(0.5))
            .biasInitializer(half)
            .recurrentInitializer(half)
            .build();
    double gate = 1 / (1 + Math.exp(-1.55));
    double expected = gate * 0.1 + (1 - gate) * Math.tanh(1.5 + 0.05 * gate);
    var output = ConstantWeights.step(cell, 2, 0.1f, 1).get(0);
    assertArrayEquals(new double[] {expected, expected}, output, 1e-6);
  }
}
