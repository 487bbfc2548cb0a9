package io.github.tfrnn.cells;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TFloating;

class CoupledInputForgetGateLstmCellTest {
  private static final String SCOPE = "root/coupled_input_forget_gate_lstm_cell";

  @Nested
  class WithPeepholes implements CellContract {
    @Override
    public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
      return CoupledInputForgetGateLstmCell.builder(type, 2).peepholes().build();
    }

    @Override
    public List<String> variableNames() {
      return List.of(SCOPE + "/W_0", SCOPE + "/B", SCOPE + "/W_F_diag", SCOPE + "/W_O_diag");
    }

    @Override
    public String inputRefuser() {
      return SCOPE;
    }

    @Override
    public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
      var z = x.beside(state.get(1)).times(weights.get(0)).plus(weights.get(1));
      var c = state.get(0);
      var j = z.columns(0, 2).tanh();
      var f = z.columns(2, 4).map(v -> v + 1).plus(c.mul(weights.get(2))).sigmoid();
      var memory = f.mul(c).plus(f.map(v -> 1 - v).mul(j));
      var o = z.columns(4, 6).plus(memory.mul(weights.get(3))).sigmoid();
      var h = o.mul(memory.tanh());
      return List.of(h, memory, h);
    }
  }

  @Nested
  class WithEverything implements CellContract {
    @Override
    public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
      return CoupledInputForgetGateLstmCell.builder(type, 4)
          .peepholes()
          .layerNorm()
          .cellClip(0.8)
          .projection(2)
          .projectionClip(0.3)
          .shards(2, 3)
          .build();
    }

    @Override
    public List<String> variableNames() {
      return List.of(
          SCOPE + "/W_0",
          SCOPE + "/W_1",
          SCOPE + "/B",
          SCOPE + "/transform/gamma",
          SCOPE + "/transform/beta",
          SCOPE + "/forget/gamma",
          SCOPE + "/forget/beta",
          SCOPE + "/output/gamma",
          SCOPE + "/output/beta",
          SCOPE + "/W_F_diag",
          SCOPE + "/W_O_diag",
          SCOPE + "/state/gamma",
          SCOPE + "/state/beta",
          SCOPE + "/W_P_0",
          SCOPE + "/W_P_1",
          SCOPE + "/W_P_2");
    }

    @Override
    public String inputRefuser() {
      return SCOPE;
    }

    /** The bias, weight 2, is not used. */
    @Override
    public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
      var norm =
          new PlainLayerNorm(
              weights.subList(3, 9), weights.subList(9, 11), 0.8, weights.subList(11, 13));
      var z = x.beside(state.get(1)).times(weights.get(0).above(weights.get(1)));
      var projection = weights.get(13).above(weights.get(14)).above(weights.get(15));
      return PlainLayerNorm.projected(norm.coupledStep(z, state.get(0)), projection, 0.3);
    }
  }

  /** testCoupledInputForgetGateLSTMCell of TensorFlow 1.15, with its state in one tensor. */
  @Test
  void matchesTheNumbersOfTensorFlow() {
    try (var test = new TestGraph()) {
      var scope = test.scope().scope("root").withInitializer(Initializers.constant(0.5));
      var x = test.feed32(Shape.of(3, 4), Shape.of(3, 4), 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
      var state = test.tf().fill(test.tf().constant(new int[] {3, 4}), test.tf().constant(0.1f));
      var cell =
          ConcatenatedState.of(CoupledInputForgetGateLstmCell.builder(TFloat32.class, 2).build());
      var step = cell.step(scope, x, state);
      assertArrayEquals(
          new double[] {0.121753, 0.121753, 0.103349, 0.103349, 0.100178, 0.100178},
          test.value(step.output()),
          1e-6);
      assertArrayEquals(
          new double[] {
            0.137523, 0.137523, 0.121753, 0.121753, 0.105450, 0.105450, 0.103349, 0.103349,
            0.100742, 0.100742, 0.100178, 0.100178
          },
          test.value(step.state()),
          1e-6);
    }
  }

  /** Five rows in two shards: the first one is a row longer. */
  @Test
  void shardsDivideTheRows() {
    try (var test = new TestGraph()) {
      step(test, 2, 1);
      var shapes = test.scope().variables().stream().map(variable -> variable.shape()).toList();
      assertEquals(List.of(Shape.of(3, 6), Shape.of(2, 6), Shape.of(6)), shapes);
    }
  }

  @Test
  void moreShardsThanRowsAreRefused() {
    try (var test = new TestGraph()) {
      assertEquals(
          "coupled_input_forget_gate_lstm_cell: Too many shards: shape=[5, 6], num_shards=6. Each"
              + " shard must have at least one row.",
          Refusals.argument(() -> step(test, 6, 1)));
      assertEquals(
          "coupled_input_forget_gate_lstm_cell: shards must be at least 1, got 0",
          Refusals.argument(() -> step(test, 1, 0)));
    }
  }

  private static void step(TestGraph test, int unitShards, int projectionShards) {
    var cell =
        CoupledInputForgetGateLstmCell.builder(TFloat64.class, 2)
            .shards(unitShards, projectionShards)
            .build();
    var x = test.random64(Shape.of(2, 3), Shape.of(2, 3));
    cell.step(test.scope(), x, cell.zeroState(test.tf(), test.tf().constant(2)));
  }
}
