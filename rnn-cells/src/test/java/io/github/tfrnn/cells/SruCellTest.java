package io.github.tfrnn.cells;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

class SruCellTest implements CellContract {

  @Override
  public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
    return SruCell.builder(type, 2).build();
  }

  @Override
  public List<String> variableNames() {
    return List.of("root/sru_cell/kernel", "root/sru_cell/bias");
  }

  @Override
  public String inputRefuser() {
    return "root/sru_cell";
  }

  @Override
  public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
    var u = x.times(weights.get(0));
    var fr = u.columns(2, 6).plus(weights.get(1)).sigmoid();
    var c = fr.columns(0, 2).mix(state.get(0), u.columns(0, 2));
    var h = fr.columns(2, 4).mix(c.tanh(), u.columns(6, 8));
    return List.of(h, c);
  }

  /** testSRUCell and testSRUCellWithDiffSize of TensorFlow 1.15. */
  @ParameterizedTest(name = "input of width {0}")
  @CsvSource({"2, 0.509682", "3, 0.55255556"})
  void matchesTheNumbersOfTensorFlow(int depth, double expected) {
    var cell = SruCell.builder(TFloat32.class, 2).build();
    var output = ConstantWeights.step(cell, depth, 0.1f, 1).get(0);
    assertArrayEquals(new double[] {expected, expected}, output, 1e-6);
  }

  @Test
  void theStateIsTheMemoryAndTheOutputIsNot() {
    var cell = SruCell.builder(TFloat32.class, 2).build();
    assertEquals("c", cell.stateSize().leaves().get(0).name());
    assertEquals("h", cell.outputSize().leaves().get(0).name());
  }
}
