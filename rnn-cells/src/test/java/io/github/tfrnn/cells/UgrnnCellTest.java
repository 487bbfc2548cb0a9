package io.github.tfrnn.cells;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

class UgrnnCellTest implements CellContract {

  @Override
  public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
    return UgrnnCell.builder(type, 2).forgetBias(0.7).build();
  }

  @Override
  public List<String> variableNames() {
    return List.of("root/ugrnn_cell/kernel", "root/ugrnn_cell/bias");
  }

  @Override
  public String inputRefuser() {
    return "root/ugrnn_cell";
  }

  @Override
  public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
    var h = state.get(0);
    var z = x.beside(h).times(weights.get(0)).plus(weights.get(1));
    var g = z.columns(0, 2).map(v -> v + 0.7).sigmoid();
    var next = g.mix(h, z.columns(2, 4).tanh());
    return List.of(next, next);
  }

  /** testUGRNNCell of TensorFlow 1.15: the initializer of the scope reaches the kernel only. */
  @Test
  void matchesTheNumbersOfTensorFlow() {
    var results =
        ConstantWeights.step(UgrnnCell.builder(TFloat32.class, 2).build(), 4, 0.1f, 1, 2, 3);
    var expected =
        new double[] {0.13752282, 0.13752282, 0.10545051, 0.10545051, 0.10074195, 0.10074195};
    assertArrayEquals(expected, results.get(0), 1e-6, "output");
    assertArrayEquals(expected, results.get(1), 1e-6, "state");
  }
}
