package io.github.tfrnn.cells;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TFloating;

class BidirectionalGridLstmCellTest {
  private static final String SCOPE = "root/bidirectional_grid_lstm_cell/";

  /** Two windows of two columns; those of the way down are moved by {@code offset}. */
  private abstract static class MovedBy implements CellContract {
    private final int offset;

    MovedBy(int offset) {
      this.offset = offset;
    }

    @Override
    public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
      return BidirectionalGridLstmCell.builder(type, 2)
          .featureSize(2)
          .frequencyBlocks(2)
          .backwardSliceOffset(offset)
          .build();
    }

    @Override
    public List<String> variableNames() {
      return List.of(
          SCOPE + "fwd/W_f_0_0",
          SCOPE + "fwd/B_f_0",
          SCOPE + "fwd/W_t_0_0",
          SCOPE + "fwd/B_t_0",
          SCOPE + "bwd/W_f_0_0",
          SCOPE + "bwd/B_f_0",
          SCOPE + "bwd/W_t_0_0",
          SCOPE + "bwd/B_t_0");
    }

    @Override
    public String inputRefuser() {
      return "root/bidirectional_grid_lstm_cell";
    }

    @Override
    public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
      var plain = new PlainGridLstm(false, false, false, Double.POSITIVE_INFINITY);
      var outputs = new ArrayList<Matrix>();
      var next = new ArrayList<Matrix>();
      var all = weights.iterator();
      var states = state.iterator();
      var zeros = Matrix.zeros(2, 3);
      var wide = zeros.beside(x).beside(zeros);
      plain.step(all, List.of(x.columns(0, 2), x.columns(1, 3)), states, outputs, next);
      int first = 3 + offset;
      var down = List.of(wide.columns(first + 1, first + 3), wide.columns(first, first + 2));
      plain.step(all, down, states, outputs, next);
      next.add(0, outputs.stream().reduce(Matrix::beside).orElseThrow());
      return next;
    }
  }

  @Nested
  class Unmoved extends MovedBy {
    Unmoved() {
      super(0);
    }
  }

  @Nested
  class MovedToTheRight extends MovedBy {
    MovedToTheRight() {
      super(1);
    }
  }

  @Nested
  class MovedToTheLeft extends MovedBy {
    MovedToTheLeft() {
      super(-2);
    }
  }

  private static final double[] FORWARD = {
    0.464130, 0.419165, 0.593283, 0.738350, 0.661638, 0.866774,
    0.669636, 0.628966, 0.736057, 0.895927, 0.755559, 0.954359,
    0.751109, 0.711716, 0.778357, 0.940779, 0.784530, 0.980604
  };
  private static final double[] FORWARD_STATE = {
    0.710660, 0.464130, 0.877293, 0.593283, 0.958505, 0.661638,
    0.967579, 0.669636, 1.038811, 0.736057, 1.058201, 0.755559,
    1.053842, 0.751109, 1.079919, 0.778357, 1.085620, 0.784530
  };

  /** testBidirectionGridLSTMCell of TensorFlow 1.15. */
  @Test
  void matchesTheNumbersOfTensorFlow() {
    double[] backward = {
      0.520789, 0.476968, 0.604341, 0.760207, 0.635773, 0.850218,
      0.692621, 0.652363, 0.737517, 0.899558, 0.745984, 0.946840,
      0.759940, 0.720652, 0.778552, 0.941606, 0.781035, 0.977731
    };
    double[] backwardState = {
      0.785405, 0.520789, 0.890836, 0.604341, 0.928512, 0.635773,
      0.993088, 0.692621, 1.040288, 0.737517, 1.048773, 0.745984,
      1.062455, 0.759940, 1.080101, 0.778552, 1.082402, 0.781035
    };
    assertNumbers(0, backward, backwardState);
  }

  /** testBidirectionGridLSTMCellWithSliceOffset of TensorFlow 1.15. */
  @Test
  void matchesTheNumbersOfTensorFlowWithASliceOffset() {
    double[] backward = {
      0.322645, 0.276068, 0.584654, 0.690292, 0.640446, 0.840071,
      0.493625, 0.449236, 0.730828, 0.865996, 0.749429, 0.944958,
      0.608587, 0.566683, 0.777345, 0.925820, 0.782597, 0.976858
    };
    double[] backwardState = {
      0.516575, 0.322645, 0.866628, 0.584654, 0.934002, 0.640446,
      0.749836, 0.493625, 1.033488, 0.730828, 1.052186, 0.749429,
      0.895999, 0.608587, 1.078978, 0.777345, 1.083843, 0.782597
    };
    assertNumbers(1, backward, backwardState);
  }

  private static void assertNumbers(int offset, double[] backward, double[] backwardState) {
    try (var test = new TestGraph()) {
      var scope = test.scope().scope("root").withInitializer(Initializers.constant(0.5));
      double[] rows = {1.0, 1.1, 1.2, 1.3, 2.0, 2.1, 2.2, 2.3, 3.0, 3.1, 3.2, 3.3};
      var x = test.feed64(Shape.of(3, 4), Shape.of(3, 4), rows);
      var cell =
          ConcatenatedState.of(
              BidirectionalGridLstmCell.builder(TFloat64.class, 2)
                  .sharedTimeFrequencyWeights()
                  .featureSize(2)
                  .frequencyBlocks(3)
                  .backwardSliceOffset(offset)
                  .build());
      var tenths = test.tf().fill(test.tf().constant(new int[] {3, 24}), test.tf().constant(0.1));
      var step = cell.step(scope, x, tenths);
      assertArrayEquals(beside(FORWARD, backward), test.value(step.output()), 2e-6);
      assertArrayEquals(beside(FORWARD_STATE, backwardState), test.value(step.state()), 2e-6);
    }
  }

  /** Three rows of six and of six, each for two units. */
  private static double[] beside(double[] left, double[] right) {
    return Repeated.each(
        2,
        IntStream.range(0, 3)
            .boxed()
            .flatMapToDouble(
                row ->
                    DoubleStream.concat(
                        IntStream.range(0, 6).mapToDouble(k -> left[6 * row + k]),
                        IntStream.range(0, 6).mapToDouble(k -> right[6 * row + k])))
            .toArray());
  }

  @Test
  void statesHaveTheNamesOfTensorFlow() {
    var cell =
        BidirectionalGridLstmCell.builder(TFloat64.class, 2)
            .featureSize(1)
            .frequencyBlocks(2)
            .build();
    assertEquals(
        List.of(
            "fwd_state_f00_b00_c",
            "fwd_state_f00_b00_m",
            "fwd_state_f01_b00_c",
            "fwd_state_f01_b00_m",
            "bwd_state_f00_b00_c",
            "bwd_state_f00_b00_m",
            "bwd_state_f01_b00_c",
            "bwd_state_f01_b00_m"),
        cell.stateSize().leaves().stream().map(Leaf::name).toList());
  }
}
