package io.github.tfrnn.cells;

import static io.github.tfrnn.testing.Refusals.argument;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.github.tfrnn.ops.Activation;
import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Variable;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TFloating;

class GridLstmCellTest {
  private static final String SCOPE = "root/grid_lstm_cell/";
  private static final double NONE = Double.POSITIVE_INFINITY;

  /** One block of two windows. */
  private static List<Matrix> oneBlock(
      PlainGridLstm plain, List<Matrix> weights, Matrix x, List<Matrix> state) {
    var outputs = new ArrayList<Matrix>();
    var next = new ArrayList<Matrix>();
    var windows = List.of(x.columns(0, 2), x.columns(1, 3));
    plain.step(weights.iterator(), windows, state.iterator(), outputs, next);
    next.add(0, outputs.stream().reduce(Matrix::beside).orElseThrow());
    return next;
  }

  @Nested
  class WithoutExtras implements CellContract {
    @Override
    public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
      return GridLstmCell.builder(type, 2).featureSize(2).frequencyBlocks(2).build();
    }

    @Override
    public List<String> variableNames() {
      return List.of(SCOPE + "W_f_0_0", SCOPE + "B_f_0", SCOPE + "W_t_0_0", SCOPE + "B_t_0");
    }

    @Override
    public String inputRefuser() {
      return "root/grid_lstm_cell";
    }

    @Override
    public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
      return oneBlock(new PlainGridLstm(false, false, false, NONE), weights, x, state);
    }
  }

  @Nested
  class WithPeepholesClipAndTwoBlocks implements CellContract {
    @Override
    public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
      return GridLstmCell.builder(type, 2)
          .peepholes()
          .cellClip(0.4)
          .featureSize(1)
          .frequencySkip(2)
          .frequencyBlocks(2, 1)
          .startIndices(0, 1)
          .endIndices(3, 3)
          .build();
    }

    @Override
    public List<String> variableNames() {
      var names = new ArrayList<String>();
      for (int b = 0; b < 2; b++) {
        names.addAll(List.of("W_f_%d_0", "B_f_%d", "W_t_%d_0", "B_t_%d"));
        names.addAll(List.of("W_F_diag_freqf_%d", "W_F_diag_freqt_%d"));
        names.addAll(List.of("W_I_diag_freqf_%d", "W_I_diag_freqt_%d"));
        names.addAll(List.of("W_O_diag_freqf_%d", "W_O_diag_freqt_%d"));
        names.addAll(List.of("W_F_diag_timef_%d", "W_F_diag_timet_%d"));
        names.addAll(List.of("W_I_diag_timef_%d", "W_I_diag_timet_%d"));
        names.addAll(List.of("W_O_diag_timef_%d", "W_O_diag_timet_%d"));
        int block = b;
        names.replaceAll(name -> name.contains("%") ? SCOPE + name.formatted(block) : name);
      }
      return names;
    }

    @Override
    public String inputRefuser() {
      return "root/grid_lstm_cell";
    }

    @Override
    public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
      var plain = new PlainGridLstm(true, false, false, 0.4);
      var outputs = new ArrayList<Matrix>();
      var next = new ArrayList<Matrix>();
      var all = weights.iterator();
      var states = state.iterator();
      plain.step(all, List.of(x.columns(0, 1), x.columns(2, 3)), states, outputs, next);
      plain.step(all, List.of(x.columns(1, 2)), states, outputs, next);
      next.add(0, outputs.stream().reduce(Matrix::beside).orElseThrow());
      return next;
    }
  }

  @Nested
  class WithCoupledGatesAndSharedWeights implements CellContract {
    @Override
    public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
      return GridLstmCell.builder(type, 2)
          .peepholes()
          .coupledInputForgetGates()
          .sharedTimeFrequencyWeights()
          .featureSize(2)
          .frequencyBlocks(2)
          .build();
    }

    @Override
    public List<String> variableNames() {
      return List.of(
          SCOPE + "W_f_0_0",
          SCOPE + "B_f_0",
          SCOPE + "W_I_diag_freqf_0",
          SCOPE + "W_I_diag_freqt_0",
          SCOPE + "W_O_diag_freqf_0",
          SCOPE + "W_O_diag_freqt_0");
    }

    @Override
    public String inputRefuser() {
      return "root/grid_lstm_cell";
    }

    @Override
    public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
      return oneBlock(new PlainGridLstm(true, true, true, NONE), weights, x, state);
    }
  }

  private static <S> S tenths(TestGraph test, TensorCell<TFloat64, S> cell, int rows) {
    var parts = new ArrayList<Operand<?>>();
    for (var leaf : cell.stateSize().leaves()) {
      var shape = test.tf().constant(leaf.withBatch(rows).asArray());
      parts.add(test.tf().fill(shape, test.tf().constant(0.1)));
    }
    return cell.stateSize().pack(parts);
  }

  private static Operand<TFloat64> rows(TestGraph test) {
    return test.feed64(Shape.of(3, 4), Shape.of(3, 4), 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
  }

  /** testGridLstmCellWithCoupledInputForgetGates of TensorFlow 1.15, both forms of the state. */
  @Test
  void matchesTheNumbersOfTensorFlowWithCoupledGates() {
    var outputs =
        Repeated.each(
            2, 0.416383, 0.403238, 0.524020, 0.565425, 0.557865, 0.609699, 0.627331, 0.622393,
            0.688342, 0.708078, 0.694245, 0.715171, 0.711050, 0.709197, 0.736533, 0.744264,
            0.737390, 0.745250);
    var states =
        Repeated.each(
            2, 0.625556, 0.416383, 0.759134, 0.524020, 0.798795, 0.557865, 0.875488, 0.627331,
            0.936432, 0.688342, 0.941961, 0.694245, 0.957327, 0.711050, 0.979522, 0.736533,
            0.980245, 0.737390);
    try (var test = new TestGraph()) {
      var scope = test.scope().scope("root").withInitializer(Initializers.constant(0.5));
      var cell =
          ConcatenatedState.of(
              GridLstmCell.builder(TFloat64.class, 2)
                  .featureSize(2)
                  .frequencySkip(1)
                  .frequencyBlocks(3)
                  .coupledInputForgetGates()
                  .build());
      var step = cell.step(scope, rows(test), tenths(test, cell, 3));
      assertArrayEquals(outputs, test.value(step.output()), 2e-6);
      assertArrayEquals(states, test.value(step.state()), 2e-6);
    }
  }

  /** testGridLSTMCell of TensorFlow 1.15. */
  @Test
  void everyWindowGivesTwoOutputsAndOneState() {
    try (var test = new TestGraph()) {
      var scope = test.scope().withInitializer(Initializers.constant(0.5));
      var cell =
          GridLstmCell.builder(TFloat64.class, 8)
              .featureSize(2)
              .frequencyBlocks(3)
              .coupledInputForgetGates()
              .build();
      var step = cell.step(scope, rows(test), tenths(test, cell, 3));
      assertEquals(Shape.of(3, 48), step.output().shape());
      assertEquals(3, step.state().blocks().get(0).size());
      assertEquals(Shape.of(3, 8), test.shapeOf(step.state().step(0, 2).c()));
      assertRowsDiffer(test.value(step.output()));
      assertRowsDiffer(test.value(step.state().step(0, 0).c()));
    }
  }

  /** testGridLSTMCellWithFrequencyBlocks of TensorFlow 1.15. */
  @Test
  void everyBlockHasWeightsOfItsOwn() {
    try (var test = new TestGraph()) {
      var scope = test.scope().scope("root").withInitializer(Initializers.constant(0.5));
      var cell =
          GridLstmCell.builder(TFloat64.class, 8)
              .featureSize(2)
              .frequencyBlocks(1, 1)
              .startIndices(0, 2)
              .endIndices(2, 4)
              .coupledInputForgetGates()
              .build();
      var step = cell.step(scope, rows(test), tenths(test, cell, 3));
      assertEquals(Shape.of(3, 32), step.output().shape());
      assertEquals(2, step.state().blocks().size());
      assertRowsDiffer(test.value(step.output()));
      assertRowsDiffer(test.value(step.state().step(0, 0).c()));
      assertEquals(
          List.of("W_f_0_0", "B_f_0", "W_t_0_0", "B_t_0", "W_f_1_0", "B_f_1", "W_t_1_0", "B_t_1"),
          test.scope().variables().stream().map(v -> v.name().substring(SCOPE.length())).toList());
    }
  }

  private static void assertRowsDiffer(double[] values) {
    int width = values.length / 3;
    assertNotEquals(values[0], values[width], 1e-6);
    assertNotEquals(values[0], values[2 * width], 1e-6);
  }

  @Test
  void statesHaveTheNamesOfTensorFlow() {
    var cell =
        GridLstmCell.builder(TFloat64.class, 2)
            .featureSize(1)
            .frequencyBlocks(2, 1)
            .startIndices(0, 2)
            .endIndices(2, 3)
            .build();
    assertEquals(
        List.of(
            "state_f00_b00_c",
            "state_f00_b00_m",
            "state_f01_b00_c",
            "state_f01_b00_m",
            "state_f00_b01_c",
            "state_f00_b01_m"),
        cell.stateSize().leaves().stream().map(Leaf::name).toList());
  }

  @Test
  void shardsOfAKernelAreOneKernel() {
    try (var test = new TestGraph()) {
      var scope = test.scope().withInitializer(Wave.initializer());
      var x = test.random64(Shape.of(2, 3), Shape.of(2, 3));
      var cell =
          GridLstmCell.builder(TFloat64.class, 2)
              .sharedTimeFrequencyWeights()
              .featureSize(2)
              .frequencyBlocks(2)
              .unitShards(4)
              .build();
      cell.step(scope, x, cell.zeroState(test.tf(), test.tf().constant(2)));
      assertEquals(
          List.of("W_f_0_0 [2, 8]", "W_f_0_1 [2, 8]", "W_f_0_2 [1, 8]", "W_f_0_3 [1, 8]"),
          test.scope().variables().stream()
              .limit(4)
              .map(v -> v.name().substring("grid_lstm_cell/".length()) + " " + v.shape())
              .toList());
    }
  }

  @Test
  void moreShardsThanRowsAreRefused() {
    try (var test = new TestGraph()) {
      var cell = builder().frequencyBlocks(2).unitShards(7).build();
      var x = test.random64(Shape.of(2, 3), Shape.of(2, 3));
      var state = cell.zeroState(test.tf(), test.tf().constant(2));
      assertEquals(
          "grid_lstm_cell: Too many shards: shape=[6, 8], num_shards=7. Each shard must have at"
              + " least one row.",
          argument(() -> cell.step(test.scope(), x, state)));
      assertEquals(List.of(), test.scope().variables());
    }
  }

  @Test
  void theInitializerOfTheCellSparesTheBiases() {
    try (var test = new TestGraph()) {
      var cell =
          GridLstmCell.builder(TFloat64.class, 1)
              .peepholes()
              .sharedTimeFrequencyWeights()
              .coupledInputForgetGates()
              .featureSize(1)
              .frequencyBlocks(1)
              .initializer(Initializers.constant(3))
              .build();
      var x = test.random64(Shape.of(2, 1), Shape.of(2, 1));
      cell.step(test.scope(), x, cell.zeroState(test.tf(), test.tf().constant(2)));
      var values = test.values(test.scope().variables().stream().map(Variable::value).toList());
      assertArrayEquals(
          new double[] {3, 3, 3, 3, 3, 3, 3, 3, 3, 0, 0, 0, 3, 3, 3, 3}, TwoSteps.flat(values), 0);
    }
  }

  @Test
  void forgetBiasAndActivationAreThoseOfTheCell() {
    try (var test = new TestGraph()) {
      var scope = test.scope().withInitializer(Initializers.zeros());
      var cell =
          GridLstmCell.builder(TFloat64.class, 1)
              .featureSize(1)
              .frequencyBlocks(1)
              .forgetBias(0)
              .activation(Activation.linear())
              .build();
      var eight = test.feed64(Shape.of(1, 1), Shape.of(1, 1), 8);
      var state = new GridLstmState<>(List.of(List.of(new LstmState<>(eight, eight))));
      var step = cell.step(scope, eight, state);
      assertArrayEquals(new double[] {4}, test.value(step.state().step(0, 0).c()), 1e-12);
      assertArrayEquals(new double[] {2, 0}, test.value(step.output()), 1e-12);
    }
  }

  private static GridLstmCell.Builder<TFloat64> builder() {
    return GridLstmCell.builder(TFloat64.class, 2).sharedTimeFrequencyWeights().featureSize(2);
  }

  private static void assertRefused(
      String message, UnaryOperator<GridLstmCell.Builder<TFloat64>> settings) {
    assertEquals("grid_lstm_cell: " + message, argument(() -> settings.apply(builder()).build()));
  }

  /** TensorFlow 1.15: Must specify num_frequency_blocks. */
  @Test
  void frequencyBlocksMustBeSpecified() {
    assertRefused("frequencyBlocks must be specified, got none", cell -> cell);
  }

  @Test
  void theFeatureSizeMustBeSet() {
    var builder = GridLstmCell.builder(TFloat64.class, 2).frequencyBlocks(1);
    assertEquals("grid_lstm_cell: featureSize must be set, got none", argument(builder::build));
  }

  /** TensorFlow 1.15: Length of start and end freqindex_list does not match. */
  @Test
  void asManyEndsAsStartsAreNeeded() {
    assertRefused(
        "length of startIndices and endIndices must be equal, got 2 and 1",
        cell -> cell.frequencyBlocks(1, 1).startIndices(0, 2).endIndices(2));
  }

  /** TensorFlow 1.15: Length of num_frequency_blocks is not equal to start_freqindex_list. */
  @Test
  void asManyBlocksAsStartsAreNeeded() {
    assertRefused(
        "length of frequencyBlocks must be equal to that of startIndices, 2, got 1",
        cell -> cell.frequencyBlocks(1).startIndices(0, 2).endIndices(2, 4));
  }

  /** TensorFlow 1.15: Length of num_frequency_blocks is not 1. */
  @Test
  void severalBlocksNeedTheirColumns() {
    assertRefused(
        "length of frequencyBlocks must be 1 without startIndices and endIndices, got 2",
        cell -> cell.frequencyBlocks(1, 1));
  }

  @Test
  void settingsBelowTheirLeastAreRefused() {
    assertRefused("frequencyBlocks must be at least 1, got 0", cell -> cell.frequencyBlocks(0));
    assertRefused("frequencySkip must be at least 1, got 0", cell -> cell.frequencySkip(0));
    assertRefused("featureSize must be at least 1, got 0", cell -> cell.featureSize(0));
    assertRefused("unitShards must be at least 1, got 0", cell -> cell.unitShards(0));
    assertRefused("startIndices must be at least 0, got -1", cell -> cell.startIndices(-1));
    assertRefused("endIndices must be at least 0, got -1", cell -> cell.endIndices(-1));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.5, Double.NaN})
  void aClipThatIsNoLimitIsRefused(double limit) {
    assertRefused("cellClip must be at least 0, got " + limit, cell -> cell.cellClip(limit));
  }

  private static String refusalOfRows(
      int width, UnaryOperator<GridLstmCell.Builder<TFloat64>> settings) {
    try (var test = new TestGraph()) {
      var cell = settings.apply(builder()).build();
      var x = test.random64(Shape.of(2, width), Shape.of(2, width));
      var state = cell.zeroState(test.tf(), test.tf().constant(2));
      return argument(() -> cell.step(test.scope(), x, state));
    }
  }

  /** TensorFlow 1.15: Invalid num_frequency_blocks, requires 2 but gets 3. */
  @Test
  void anInputWithMoreWindowsIsRefused() {
    assertEquals(
        "grid_lstm_cell: Invalid num_frequency_blocks, requires 2 but gets 3 windows of 2 columns,"
            + " 1 apart, in columns 0 to 4 of x. Please check the input size and the filter.",
        refusalOfRows(4, cell -> cell.frequencyBlocks(2)));
  }

  /** TensorFlow 1.15 rounds towards zero here and goes on with a window that is cut off. */
  @Test
  void anInputNarrowerThanAWindowIsRefused() {
    assertEquals(
        "grid_lstm_cell: Invalid num_frequency_blocks, requires 1 but gets 0 windows of 2 columns,"
            + " 2 apart, in columns 0 to 1 of x. Please check the input size and the filter.",
        refusalOfRows(1, cell -> cell.frequencyBlocks(1).frequencySkip(2)));
  }

  @Test
  void aBlockBeyondTheInputIsRefused() {
    assertEquals(
        "grid_lstm_cell: frequency block 1 must lie within the 3 columns of x, got 2 to 4",
        refusalOfRows(3, cell -> cell.frequencyBlocks(1, 1).startIndices(0, 2).endIndices(2, 4)));
  }

  @Test
  void aStateWithOtherBlocksIsRefused() {
    try (var test = new TestGraph()) {
      var cell = builder().frequencyBlocks(2).build();
      var x = test.random64(Shape.of(2, 3), Shape.of(2, 3));
      var part = new LstmState<TFloat64>(x, x);
      assertEquals(
          "grid_lstm_cell: state must have [2] frequency steps in its blocks, got [1, 1]",
          argument(
              () ->
                  cell.step(
                      test.scope(),
                      x,
                      new GridLstmState<>(List.of(List.of(part), List.of(part))))));
    }
  }
}
