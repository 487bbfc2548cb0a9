package io.github.tfrnn.cells;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.testing.TestGraph;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TFloating;

class CudnnCompatibleGruCellTest implements CellContract {

  @Override
  public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
    return CudnnCompatibleGruCell.builder(type, 2).build();
  }

  @Override
  public List<String> variableNames() {
    var name = "root/cudnn_compatible_gru_cell/";
    return List.of(
        name + "gates/kernel",
        name + "gates/bias",
        name + "candidate/input_projection/kernel",
        name + "candidate/hidden_projection/kernel",
        name + "candidate/input_projection/bias",
        name + "candidate/hidden_projection/bias");
  }

  @Override
  public String inputRefuser() {
    return "root/cudnn_compatible_gru_cell";
  }

  @Override
  public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
    var h = state.get(0);
    var ru = x.beside(h).times(weights.get(0)).plus(weights.get(1)).sigmoid();
    var a = x.times(weights.get(2)).plus(weights.get(4));
    var b = h.times(weights.get(3)).plus(weights.get(5));
    var next = ru.columns(2, 4).mix(h, a.plus(ru.columns(0, 2).mul(b)).tanh());
    return List.of(next, next);
  }

  /** With 0.5 in the kernels r = u = sigmoid(2.1) and c = tanh(1 + 0.1 r). */
  @Test
  void matchesTheFormulaByHand() {
    double gate = 1 / (1 + Math.exp(-2.1));
    double expected = gate * 0.1 + (1 - gate) * Math.tanh(1 + 0.1 * gate);
    var cell = CudnnCompatibleGruCell.builder(TFloat32.class, 2).build();
    var output = ConstantWeights.step(cell, 2, 0.1f, 1).get(0);
    assertArrayEquals(new double[] {expected, expected}, output, 1e-6);
  }

  /** Where the reset gate is open it does not matter on which side of the product it stands. */
  @Test
  void withAnOpenResetGateItIsAGruCell() {
    try (var test = new TestGraph()) {
      var scope = test.scope().withInitializer(Initializers.constant(0.3));
      var x = test.random64(Shape.of(2, 3), Shape.of(2, 3));
      var h = test.random64(Shape.of(2, 2), Shape.of(2, 2));
      var expected = GruCell.builder(TFloat64.class, 2).build().step(scope, x, h).output();
      var actual =
          CudnnCompatibleGruCell.builder(TFloat64.class, 2).build().step(scope, x, h).output();
      for (var variable : scope.variables()) {
        if (variable.name().endsWith("gates/bias")) { // r is one, u is not
          test.refeed(variable.value(), TFloat64.vectorOf(40, 40, 0.1, -0.2));
        }
      }
      assertArrayEquals(test.value(expected), test.value(actual), TOLERANCE);
    }
  }
}
