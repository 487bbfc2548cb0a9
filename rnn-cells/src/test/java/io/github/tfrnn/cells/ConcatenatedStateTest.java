package io.github.tfrnn.cells;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.testing.TestGraph;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TFloating;

class ConcatenatedStateTest {

  /** {@code LSTMCell(2, num_proj=3, dtype=tf.float64, state_is_tuple=False)}. */
  @Nested
  class OfAnLstm implements PythonCellContract {
    @Override
    public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
      return ConcatenatedState.of(LstmCell.builder(type, 2).projection(3).build());
    }

    @Override
    public List<String> variableNames() {
      return List.of(
          "root/lstm_cell/kernel", "root/lstm_cell/bias", "root/lstm_cell/projection/kernel");
    }

    @Override
    public String inputRefuser() {
      return "root/lstm_cell";
    }

    @Override
    public String stateRefuser() {
      return "ConcatenatedState";
    }

    @Override
    public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
      var lstm = PlainLstm.withForgetBias(1).withProjection(Double.POSITIVE_INFINITY);
      var parts = List.of(state.get(0).columns(0, 2), state.get(0).columns(2, 5));
      var step = lstm.step(weights, x, parts);
      return List.of(step.get(0), step.get(1).beside(step.get(2)));
    }

    @Override
    public double[] python() {
      return new double[] {
        -0.0818781558,
        -0.0021798817,
        0.0795225656,
        -0.0037704279,
        -0.0013836164,
        0.0022752856,
        -0.3690814913,
        0.1110990390,
        -0.0818781558,
        -0.0021798817,
        0.0795225656,
        0.0356357331,
        0.0460781496,
        -0.0037704279,
        -0.0013836164,
        0.0022752856
      };
    }
  }

  /** {@code MultiRNNCell([BasicLSTMCell(2, state_is_tuple=False, ...)] * 2 made anew, ...)}. */
  @Nested
  class OfAStack implements PythonCellContract {
    @Override
    public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
      return ConcatenatedState.of(
          MultiRnnCell.of(2, layer -> BasicLstmCell.builder(type, 2).build()));
    }

    @Override
    public List<String> variableNames() {
      String stack = "root/multi_rnn_cell/";
      return List.of(
          stack + "cell_0/basic_lstm_cell/kernel",
          stack + "cell_0/basic_lstm_cell/bias",
          stack + "cell_1/basic_lstm_cell/kernel",
          stack + "cell_1/basic_lstm_cell/bias");
    }

    @Override
    public String inputRefuser() {
      return "root/multi_rnn_cell/cell_0/basic_lstm_cell";
    }

    @Override
    public String stateRefuser() {
      return "ConcatenatedState";
    }

    @Override
    public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
      var lstm = PlainLstm.withForgetBias(1);
      var old = state.get(0);
      var first =
          lstm.step(weights.subList(0, 2), x, List.of(old.columns(0, 2), old.columns(2, 4)));
      var second =
          lstm.step(
              weights.subList(2, 4), first.get(0), List.of(old.columns(4, 6), old.columns(6, 8)));
      return List.of(
          second.get(0),
          first.get(1).beside(first.get(2)).beside(second.get(1)).beside(second.get(2)));
    }

    @Override
    public double[] python() {
      return new double[] {
        0.1771102282, 0.1263937798, 0.0369298325, 0.0002001776,
        -0.3238711194, 0.1269613382, -0.1329664274, 0.0490347491,
        0.4905732062, 0.2430839518, 0.1771102282, 0.1263937798,
        0.3378160915, 0.4969028834, 0.1225087722, 0.2102927922,
        0.0886982915, 0.0004010030, 0.0369298325, 0.0002001776
      };
    }
  }

  private static Operand<TFloat32> tenths(TestGraph test, int width) {
    return test.tf().fill(test.tf().constant(new int[] {1, width}), test.tf().constant(0.1f));
  }

  /** testBasicLSTMCell of TensorFlow 1.15: two layers, state_is_tuple=False at both levels. */
  @Test
  void twoBasicLstmLayersMatchTheNumbersOfTensorFlow() {
    try (var test = new TestGraph()) {
      var scope = test.scope().scope("root").withInitializer(Initializers.constant(0.5));
      var x = test.feed32(Shape.of(1, 2), Shape.of(1, 2), 1, 1);
      var cell =
          ConcatenatedState.of(
              MultiRnnCell.of(
                  2,
                  layer -> ConcatenatedState.of(BasicLstmCell.builder(TFloat32.class, 2).build())));
      var step = cell.step(scope, x, tenths(test, 8));
      assertArrayEquals(new double[] {0.240, 0.240}, test.value(step.output()), 1e-2);
      assertArrayEquals(
          new double[] {
            0.68967271, 0.68967271, 0.44848421, 0.44848421,
            0.39897051, 0.39897051, 0.24024698, 0.24024698
          },
          test.value(step.state()),
          1e-6);
      assertEquals(
          List.of(
              "root/multi_rnn_cell/cell_0/basic_lstm_cell/kernel",
              "root/multi_rnn_cell/cell_0/basic_lstm_cell/bias",
              "root/multi_rnn_cell/cell_1/basic_lstm_cell/kernel",
              "root/multi_rnn_cell/cell_1/basic_lstm_cell/bias"),
          scope.variables().stream().map(v -> v.name()).toList());
    }
  }

  /** testMultiRNNCell of TensorFlow 1.15. */
  @Test
  void twoGruLayersMatchTheNumbersOfTensorFlow() {
    try (var test = new TestGraph()) {
      var scope = test.scope().scope("root").withInitializer(Initializers.constant(0.5));
      var x = test.feed32(Shape.of(1, 2), Shape.of(1, 2), 1, 1);
      var cell =
          ConcatenatedState.of(
              MultiRnnCell.of(2, layer -> GruCell.builder(TFloat32.class, 2).build()));
      var step = cell.step(scope, x, tenths(test, 4));
      assertArrayEquals(
          new double[] {0.175991, 0.175991, 0.13248, 0.13248}, test.value(step.state()), 1e-6);
      assertEquals(8, scope.variables().size());
    }
  }

  @Test
  void splittingUndoesJoining() {
    try (var test = new TestGraph()) {
      var lstm = LstmCell.builder(TFloat64.class, 2).projection(3).build();
      var cell = ConcatenatedState.of(lstm);
      var joined = test.tf().identity(test.random64(Shape.of(4, 5), Shape.of(4, 5)));
      var parts = cell.split(test.tf(), joined);
      assertEquals(Shape.of(4, 3), parts.h().shape());
      assertArrayEquals(test.value(joined), test.value(cell.join(test.tf(), parts)), 0);
    }
  }

  @Test
  void aStateWithoutRowsIsRefused() {
    var e =
        assertThrows(IllegalArgumentException.class, () -> ConcatenatedState.of(new StepCounter()));
    assertEquals(
        "ConcatenatedState: state must have rows of TFloat32 of known width only, got the part steps"
            + " of TFloat32 and shape []",
        e.getMessage());
  }

  /** A cell whose state the whole batch shares. */
  private static final class StepCounter implements TensorCell<TFloat32, Operand<TFloat32>> {
    @Override
    public Class<TFloat32> type() {
      return TFloat32.class;
    }

    @Override
    public Structure<Operand<TFloat32>> outputSize() {
      return Structure.tensor();
    }

    @Override
    public Structure<Operand<TFloat32>> stateSize() {
      return Structure.tensor(Leaf.unbatched("steps", TFloat32.class, Shape.scalar()));
    }

    @Override
    public Step<Operand<TFloat32>, Operand<TFloat32>> step(
        VariableScope scope, Operand<TFloat32> x, Operand<TFloat32> steps) {
      return new Step<>(x, scope.tf().math.add(steps, scope.tf().constant(1f)));
    }
  }
}
