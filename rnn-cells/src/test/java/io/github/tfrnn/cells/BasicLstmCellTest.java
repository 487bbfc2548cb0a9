package io.github.tfrnn.cells;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.tfrnn.ops.Reuse;
import io.github.tfrnn.testing.TestGraph;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TFloating;

class BasicLstmCellTest implements PythonCellContract {

  @Override
  public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
    return BasicLstmCell.builder(type, 2).forgetBias(0.7).build();
  }

  @Override
  public List<String> variableNames() {
    return List.of("root/basic_lstm_cell/kernel", "root/basic_lstm_cell/bias");
  }

  @Override
  public String inputRefuser() {
    return "root/basic_lstm_cell";
  }

  @Override
  public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
    return PlainLstm.withForgetBias(0.7).step(weights, x, state);
  }

  /** {@code tf.nn.rnn_cell.BasicLSTMCell(2, forget_bias=0.7, dtype=tf.float64)}. */
  @Override
  public double[] python() {
    return new double[] {
      -0.1402062410, 0.0479999751, 0.1364818405, 0.1859752777,
      -0.3424089023, 0.1245325338, 0.3850572124, 0.4307912982,
      -0.1402062410, 0.0479999751, 0.1364818405, 0.1859752777
    };
  }

  /** testBasicLSTMCellInterchangeWithLSTMCell of TensorFlow 1.15: one checkpoint serves both. */
  @Test
  void anLstmCellOfThatNameUsesTheSameWeights() {
    try (var test = new TestGraph()) {
      var x = test.random64(Shape.of(2, 3), Shape.of(2, 3));
      var basic = BasicLstmCell.builder(TFloat64.class, 4).build();
      var named =
          LstmCell.builder(TFloat64.class, 4).name("basic_lstm_cell").reuse(Reuse.ALWAYS).build();
      var zeros = basic.zeroState(test.tf(), test.tf().constant(2));
      var expected = basic.step(test.scope(), x, zeros).output();
      var actual = named.step(test.scope(), x, zeros).output();
      assertArrayEquals(test.value(expected), test.value(actual), TOLERANCE);
    }
  }

  /** testBasicLSTMCellStateTupleType of TensorFlow 1.15: c, then h, in and out. */
  @Test
  void theStateIsCThenH() {
    var leaves = BasicLstmCell.builder(TFloat32.class, 4).build().stateSize().leaves();
    assertEquals(List.of("c", "h"), leaves.stream().map(leaf -> leaf.name()).toList());
  }

  @Test
  void aStateOfAnotherTypeIsRefused() {
    try (var test = new TestGraph()) {
      var cell = BasicLstmCell.builder(TFloat32.class, 4).build();
      var x = test.random32(Shape.of(2, 3), Shape.of(2, 3));
      var wide = BasicLstmCell.builder(TFloat64.class, 4).build();
      @SuppressWarnings({"unchecked", "rawtypes"}) // the mistake that raw types allow
      LstmState<TFloat32> state = (LstmState) wide.zeroState(test.tf(), test.tf().constant(2));
      var e = assertThrows(IllegalArgumentException.class, () -> cell.step(test.scope(), x, state));
      assertEquals("basic_lstm_cell: state c must be TFloat32, got TFloat64", e.getMessage());
    }
  }

  @Test
  void anInputOfAnotherTypeIsRefused() {
    try (var test = new TestGraph()) {
      var cell = BasicLstmCell.builder(TFloat32.class, 4).build();
      var zeros = cell.zeroState(test.tf(), test.tf().constant(2));
      var x = Misfit.of(test.random64(Shape.of(2, 3), Shape.of(2, 3)));
      var e = assertThrows(IllegalArgumentException.class, () -> cell.step(test.scope(), x, zeros));
      assertEquals(
          "basic_lstm_cell: x must be TFloat32, the type of the weights, got TFloat64. Convert it"
              + " with tf.dtypes.cast.",
          e.getMessage());
    }
  }

  /** testInvalidDtype of TensorFlow 1.15. */
  @Test
  void integersAreRefusedInTheWordsOfTensorFlow() {
    try (var test = new TestGraph()) {
      var cell = BasicLstmCell.builder(TFloat32.class, 4).build();
      var zeros = cell.zeroState(test.tf(), test.tf().constant(2));
      var x = Misfit.of(test.tf().constant(new int[][] {{1, 2}, {3, 4}}));
      var e = assertThrows(IllegalArgumentException.class, () -> cell.step(test.scope(), x, zeros));
      assertEquals(
          "basic_lstm_cell: RNN cell only supports floating point inputs, but saw dtype: TInt32",
          e.getMessage());
    }
  }
}
