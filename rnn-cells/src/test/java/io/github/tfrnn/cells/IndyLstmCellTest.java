package io.github.tfrnn.cells;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.github.tfrnn.ops.Initializers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

class IndyLstmCellTest implements CellContract {

  @Override
  public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
    return IndyLstmCell.builder(type, 2)
        .recurrentInitializer(Wave.initializer())
        .forgetBias(0.7)
        .build();
  }

  @Override
  public List<String> variableNames() {
    return List.of(
        "root/indy_lstm_cell/kernel_w", "root/indy_lstm_cell/kernel_u", "root/indy_lstm_cell/bias");
  }

  @Override
  public String inputRefuser() {
    return "root/indy_lstm_cell";
  }

  /** An LSTM whose recurrent kernel is four diagonals. */
  @Override
  public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
    var kernel = weights.get(0).above(weights.get(1).diagonals(2));
    return PlainLstm.withForgetBias(0.7).step(List.of(kernel, weights.get(2)), x, state);
  }

  /** The formula by hand, with the forget bias of one. */
  @Test
  void matchesTheFormulaByHand() {
    var cell =
        IndyLstmCell.builder(TFloat32.class, 2)
            .recurrentInitializer(Initializers.constant(0.5))
            .build();
    var results = ConstantWeights.step(cell, 2, 0.1f, 1);
    assertArrayEquals(new double[] {0.43223438, 0.43223438}, results.get(0), 1e-6, "output");
    assertArrayEquals(new double[] {0.66773729, 0.66773729}, results.get(1), 1e-6, "c");
    assertArrayEquals(results.get(0), results.get(2), 0, "h");
  }
}
