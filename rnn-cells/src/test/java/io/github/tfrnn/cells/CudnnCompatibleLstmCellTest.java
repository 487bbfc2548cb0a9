package io.github.tfrnn.cells;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.github.tfrnn.ops.Reuse;
import io.github.tfrnn.testing.TestGraph;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TFloating;

class CudnnCompatibleLstmCellTest implements CellContract {

  @Override
  public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
    return CudnnCompatibleLstmCell.builder(type, 2).build();
  }

  @Override
  public List<String> variableNames() {
    return List.of(
        "root/cudnn_compatible_lstm_cell/kernel", "root/cudnn_compatible_lstm_cell/bias");
  }

  @Override
  public String inputRefuser() {
    return "root/cudnn_compatible_lstm_cell";
  }

  @Override
  public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
    return PlainLstm.withForgetBias(0).step(weights, x, state);
  }

  @Test
  void anLstmCellWithoutForgetBiasIsTheSame() {
    try (var test = new TestGraph()) {
      var x = test.random64(Shape.of(2, 3), Shape.of(2, 3));
      var c = test.random64(Shape.of(2, 4), Shape.of(2, 4));
      var cudnn = CudnnCompatibleLstmCell.builder(TFloat64.class, 4).build();
      var named =
          LstmCell.builder(TFloat64.class, 4)
              .name("cudnn_compatible_lstm_cell")
              .forgetBias(0)
              .reuse(Reuse.ALWAYS)
              .build();
      var state = new LstmState<>(c, c);
      var expected = cudnn.step(test.scope(), x, state).state().c();
      var actual = named.step(test.scope(), x, state).state().c();
      assertArrayEquals(test.value(expected), test.value(actual), 0);
    }
  }
}
