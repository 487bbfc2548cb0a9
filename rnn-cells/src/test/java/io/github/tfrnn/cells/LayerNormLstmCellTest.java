package io.github.tfrnn.cells;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.testing.TestGraph;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TFloating;

class LayerNormLstmCellTest {
  private static final String SCOPE = "root/layer_norm_lstm_cell";

  @Nested
  class WithEverything implements CellContract {
    @Override
    public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
      return LayerNormLstmCell.builder(type, 3)
          .peepholes()
          .cellClip(0.8)
          .projection(2)
          .projectionClip(0.3)
          .build();
    }

    @Override
    public List<String> variableNames() {
      return List.of(
          SCOPE + "/kernel",
          SCOPE + "/bias",
          SCOPE + "/input/gamma",
          SCOPE + "/input/beta",
          SCOPE + "/transform/gamma",
          SCOPE + "/transform/beta",
          SCOPE + "/forget/gamma",
          SCOPE + "/forget/beta",
          SCOPE + "/output/gamma",
          SCOPE + "/output/beta",
          SCOPE + "/w_f_diag",
          SCOPE + "/w_i_diag",
          SCOPE + "/w_o_diag",
          SCOPE + "/state/gamma",
          SCOPE + "/state/beta",
          SCOPE + "/projection/kernel");
    }

    @Override
    public String inputRefuser() {
      return SCOPE;
    }

    /** The bias, weight 1, is not used. */
    @Override
    public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
      var norm =
          new PlainLayerNorm(
              weights.subList(2, 10), weights.subList(10, 13), 0.8, weights.subList(13, 15));
      var z = x.beside(state.get(1)).times(weights.get(0));
      return PlainLayerNorm.projected(norm.step(z, state.get(0)), weights.get(15), 0.3);
    }
  }

  /** testBasicLSTMCell of LayerNormBasicLSTMCellTest of TensorFlow 1.15, whose numbers it gives. */
  @Test
  void matchesTheNumbersOfTensorFlow() {
    LayerNormBasicLstmCellTest.assertTwoLayers(
        List.of(
            LayerNormLstmCell.builder(TFloat32.class, 2).build(),
            LayerNormLstmCell.builder(TFloat32.class, 2).build()),
        new double[] {-1, 1},
        new double[] {-0.38079708, 0.38079708},
        new double[] {-1, 1},
        new double[] {-0.38079708, 0.38079708});
  }

  /** testLSTMCellLayerNorm of TensorFlow 1.15. */
  @Test
  void hasTheShapesOfItsUnitsAndItsProjection() {
    var cell = LayerNormLstmCell.builder(TFloat32.class, 2).projection(3).build();
    assertEquals(Shape.of(3), cell.outputSize().leaves().get(0).shape());
    assertEquals(Shape.of(2), cell.stateSize().leaves().get(0).shape());
    assertEquals(Shape.of(3), cell.stateSize().leaves().get(1).shape());
  }

  @Test
  void equalsTheBasicCellWhereTheirFormulasAgree() {
    assertEqualSteps(
        LayerNormLstmCell.builder(TFloat64.class, 3).layerNorm(0.7, 0.2).forgetBias(0.4).build(),
        LayerNormBasicLstmCell.builder(TFloat64.class, 3)
            .layerNorm(0.7, 0.2)
            .forgetBias(0.4)
            .build());
  }

  @Test
  void withoutNormsEqualsTheLstmCell() {
    assertEqualSteps(
        LayerNormLstmCell.builder(TFloat64.class, 3)
            .withoutLayerNorm()
            .peepholes()
            .projection(2)
            .build(),
        LstmCell.builder(TFloat64.class, 3).peepholes().projection(2).build());
  }

  /** Both cells with the same kernels, from the same state. */
  static void assertEqualSteps(AbstractLstmCell<TFloat64> left, AbstractLstmCell<TFloat64> right) {
    try (var test = new TestGraph()) {
      var scope = test.scope().withInitializer(Wave.initializer());
      var x = test.random64(Shape.of(2, 3), Shape.of(2, 3));
      var leaves = left.stateSize().leaves();
      var c = leaves.get(0).withBatch(2);
      var h = leaves.get(1).withBatch(2);
      var state = new LstmState<>(test.random64(c, c), test.random64(h, h));
      var one = left.step(scope.scope("left"), x, state);
      var other = right.step(scope.scope("right"), x, state);
      var numbers =
          test.values(List.of(one.output(), one.state().c(), other.output(), other.state().c()));
      assertArrayEquals(numbers.get(0), numbers.get(2), CellContract.TOLERANCE);
      assertArrayEquals(numbers.get(1), numbers.get(3), CellContract.TOLERANCE);
    }
  }
}
