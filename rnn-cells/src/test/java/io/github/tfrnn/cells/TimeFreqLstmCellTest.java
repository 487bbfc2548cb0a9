package io.github.tfrnn.cells;

import static io.github.tfrnn.testing.Refusals.argument;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TFloating;

class TimeFreqLstmCellTest {
  private static final String SCOPE = "root/time_freq_lstm_cell";

  /** Two windows of two columns; an LSTM whose input is a window and m' of the one before. */
  private static List<Matrix> plain(
      PlainLstm lstm, List<Matrix> weights, Matrix x, List<Matrix> state) {
    var kernel = weights.get(0);
    var ordered = new ArrayList<>(weights);
    // an LSTM has the rows of x and then those of h; here h stands in the middle
    ordered.set(0, kernel.rows(0, 2).above(kernel.rows(4, 6)).above(kernel.rows(2, 4)));
    var first = lstm.step(ordered, x.columns(0, 2).beside(Matrix.zeros(2, 2)), state.subList(0, 2));
    var second = lstm.step(ordered, x.columns(1, 3).beside(first.get(0)), state.subList(2, 4));
    return List.of(
        first.get(0).beside(second.get(0)),
        first.get(1),
        first.get(2),
        second.get(1),
        second.get(2));
  }

  @Nested
  class WithoutExtras implements CellContract {
    @Override
    public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
      return TimeFreqLstmCell.builder(type, 2).featureSize(2).frequencySteps(2).build();
    }

    @Override
    public List<String> variableNames() {
      return List.of(SCOPE + "/W_0", SCOPE + "/B");
    }

    @Override
    public String inputRefuser() {
      return SCOPE;
    }

    @Override
    public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
      return plain(PlainLstm.withForgetBias(1), weights, x, state);
    }
  }

  @Nested
  class WithPeepholesAndClip implements CellContract {
    @Override
    public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
      return TimeFreqLstmCell.builder(type, 2)
          .peepholes()
          .cellClip(0.4)
          .forgetBias(0.5)
          .featureSize(2)
          .frequencySteps(2)
          .build();
    }

    @Override
    public List<String> variableNames() {
      return List.of(
          SCOPE + "/W_0",
          SCOPE + "/B",
          SCOPE + "/W_F_diag",
          SCOPE + "/W_I_diag",
          SCOPE + "/W_O_diag");
    }

    @Override
    public String inputRefuser() {
      return SCOPE;
    }

    @Override
    public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
      return plain(PlainLstm.withForgetBias(0.5).withPeepholes(0.4), weights, x, state);
    }
  }

  /** testTimeFreqLSTMCell of TensorFlow 1.15. */
  @Test
  void outputAndStateHoldAllWindows() {
    try (var test = new TestGraph()) {
      var scope = test.scope().withInitializer(Initializers.constant(0.5));
      var x = test.feed64(Shape.of(3, 4), Shape.of(3, 4), 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
      var cell =
          ConcatenatedState.of(
              TimeFreqLstmCell.builder(TFloat64.class, 8)
                  .featureSize(2)
                  .frequencySkip(1)
                  .frequencySteps(3)
                  .build());
      var tenths = test.tf().fill(test.tf().constant(new int[] {3, 48}), test.tf().constant(0.1));
      var step = cell.step(scope, x, tenths);
      assertEquals(Shape.of(3, 24), step.output().shape());
      assertEquals(Shape.of(3, 48), step.state().shape());
      var output = test.value(step.output());
      assertNotEquals(output[0], output[24], 1e-6);
      assertNotEquals(output[0], output[48], 1e-6);
      var state = test.value(step.state());
      assertNotEquals(state[0], state[48], 1e-6);
      assertNotEquals(state[0], state[96], 1e-6);
    }
  }

  @Test
  void windowAndStepsMustBeSet() {
    var builder = TimeFreqLstmCell.builder(TFloat64.class, 2);
    assertEquals(
        "time_freq_lstm_cell: frequencySteps must be set, got none", argument(builder::build));
    assertEquals(
        "time_freq_lstm_cell: featureSize must be set, got none",
        argument(() -> builder.frequencySteps(1).build()));
    assertEquals(
        "time_freq_lstm_cell: frequencySteps must be at least 1, got 0",
        argument(() -> builder.frequencySteps(0)));
  }

  @Test
  void anInputOrAStateWithOtherWindowsIsRefused() {
    try (var test = new TestGraph()) {
      var cell =
          TimeFreqLstmCell.builder(TFloat64.class, 2).featureSize(2).frequencySteps(2).build();
      var state = cell.zeroState(test.tf(), test.tf().constant(2));
      var wide = test.random64(Shape.of(2, 4), Shape.of(2, 4));
      assertEquals(
          "time_freq_lstm_cell: Invalid frequencySteps, requires 2 but gets 3 windows of 2 columns,"
              + " 1 apart, in columns 0 to 4 of x. Please check the input size and the filter.",
          argument(() -> cell.step(test.scope(), wide, state)));
      var x = test.random64(Shape.of(2, 3), Shape.of(2, 3));
      assertEquals(
          "time_freq_lstm_cell: state must be one for each of 2 frequency steps, got 1",
          argument(() -> cell.step(test.scope(), x, state.subList(0, 1))));
    }
  }
}
