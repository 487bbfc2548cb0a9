package io.github.tfrnn.cells;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.testing.TestGraph;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TFloating;

class WeightNormLstmCellTest {
  private static final String OUTER = "root/wn_lstm_cell";
  private static final String SCOPE = OUTER + "/wn_lstm_cell";

  @Nested
  class WithEverything implements CellContract {
    @Override
    public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
      return WeightNormLstmCell.builder(type, 2)
          .peepholes()
          .cellClip(0.4)
          .projection(3)
          .projectionClip(0.1)
          .build();
    }

    @Override
    public List<String> variableNames() {
      return List.of(
          SCOPE + "/kernel",
          SCOPE + "/norm_0",
          SCOPE + "/norm_1",
          SCOPE + "/bias",
          SCOPE + "/w_f_diag",
          SCOPE + "/w_i_diag",
          SCOPE + "/w_o_diag",
          SCOPE + "/projection/kernel",
          SCOPE + "/projection/norm_0");
    }

    @Override
    public String inputRefuser() {
      return OUTER;
    }

    @Override
    public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
      var kernel = weights.get(0);
      var ofInput = kernel.rows(0, 3).unitColumns().mul(weights.get(1));
      var ofState = kernel.rows(3, 6).unitColumns().mul(weights.get(2));
      var projection = weights.get(7).unitColumns().mul(weights.get(8));
      var plain =
          List.of(
              ofInput.above(ofState),
              weights.get(3),
              weights.get(4),
              weights.get(5),
              weights.get(6),
              projection);
      return PlainLstm.withForgetBias(1)
          .withPeepholes(0.4)
          .withProjection(0.1)
          .step(plain, x, state);
    }
  }

  /** WeightNormLSTMCellTest of TensorFlow 1.15. */
  @Test
  void matchesTheNumbersOfTensorFlow() {
    assertStep(
        cell -> cell, new double[] {0.50125383, 0.58805949}, new double[] {0.32770363, 0.37397948});
    assertStep(
        WeightNormLstmCell.Builder::peepholes,
        new double[] {0.50125383, 0.59587258},
        new double[] {0.35041603, 0.40873795});
  }

  private static void assertStep(
      UnaryOperator<WeightNormLstmCell.Builder<TFloat32>> settings, double[] c, double[] h) {
    try (var test = new TestGraph()) {
      var scope = test.scope().scope("root").withInitializer(Initializers.constant(0.5));
      var row = Shape.of(1, 2);
      var state =
          new LstmState<>(test.feed32(row, row, 0, 0.1f), test.feed32(row, row, 0.2f, 0.3f));
      var cell = settings.apply(WeightNormLstmCell.builder(TFloat32.class, 2)).build();
      var step = cell.step(scope, test.feed32(row, row, 1, 1), state);
      assertArrayEquals(c, test.value(step.state().c()), 1e-5);
      assertArrayEquals(h, test.value(step.output()), 1e-5);
    }
  }

  @Test
  void withoutNormEqualsTheLstmCell() {
    LayerNormLstmCellTest.assertEqualSteps(
        WeightNormLstmCell.builder(TFloat64.class, 3)
            .withoutNorm()
            .peepholes()
            .projection(2)
            .build(),
        LstmCell.builder(TFloat64.class, 3).peepholes().projection(2).build());
  }

  /** In TensorFlow 1.15 the second one fails. */
  @Test
  void twoCellsInOneScopeHaveWeightsOfTheirOwn() {
    try (var test = new TestGraph()) {
      var scope = test.scope();
      var x = test.random64(Shape.of(2, 1), Shape.of(2, 1));
      for (int i = 0; i < 2; i++) {
        var cell = WeightNormLstmCell.builder(TFloat64.class, 1).withoutNorm().build();
        cell.step(scope, x, cell.zeroState(test.tf(), test.tf().constant(2)));
      }
      assertEquals(
          List.of(
              "wn_lstm_cell/wn_lstm_cell/kernel",
              "wn_lstm_cell/wn_lstm_cell/bias",
              "wn_lstm_cell_1/wn_lstm_cell/kernel",
              "wn_lstm_cell_1/wn_lstm_cell/bias"),
          scope.variables().stream().map(variable -> variable.name()).toList());
    }
  }
}
