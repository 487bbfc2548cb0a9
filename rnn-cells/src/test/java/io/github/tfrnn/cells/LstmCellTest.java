package io.github.tfrnn.cells;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.tfrnn.ops.Activation;
import io.github.tfrnn.ops.Gradients;
import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.Shapes;
import io.github.tfrnn.rnn.Rnn;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TFloating;

class LstmCellTest {
  private static final String SCOPE = "root/lstm_cell";
  private static final double TOLERANCE = CellContract.TOLERANCE;

  /** {@code tf.nn.rnn_cell.LSTMCell(2, dtype=tf.float64)}. */
  @Nested
  class WithoutExtras implements PythonCellContract {
    @Override
    public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
      return LstmCell.builder(type, 2).build();
    }

    @Override
    public List<String> variableNames() {
      return List.of(SCOPE + "/kernel", SCOPE + "/bias");
    }

    @Override
    public String inputRefuser() {
      return SCOPE;
    }

    @Override
    public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
      return PlainLstm.withForgetBias(1).step(weights, x, state);
    }

    @Override
    public double[] python() {
      return new double[] {
        -0.1549597439, 0.0429854307, 0.1466916895, 0.2040048395,
        -0.3821464695, 0.1116761277, 0.4150282480, 0.4764431713,
        -0.1549597439, 0.0429854307, 0.1466916895, 0.2040048395
      };
    }
  }

  /** {@code LSTMCell(2, use_peepholes=True, cell_clip=0.4, dtype=tf.float64)}. */
  @Nested
  class WithPeepholesAndCellClip implements PythonCellContract {
    @Override
    public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
      return LstmCell.builder(type, 2).peepholes().cellClip(0.4).build();
    }

    @Override
    public List<String> variableNames() {
      return List.of(
          SCOPE + "/kernel",
          SCOPE + "/bias",
          SCOPE + "/w_f_diag",
          SCOPE + "/w_i_diag",
          SCOPE + "/w_o_diag");
    }

    @Override
    public String inputRefuser() {
      return SCOPE;
    }

    @Override
    public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
      return PlainLstm.withForgetBias(1).withPeepholes(0.4).step(weights, x, state);
    }

    @Override
    public double[] python() {
      return new double[] {
        -0.1414949279, 0.0392884615, 0.1385311937, 0.1571252611,
        -0.3410247964, 0.1050314265, 0.4000000000, 0.4000000000,
        -0.1414949279, 0.0392884615, 0.1385311937, 0.1571252611
      };
    }
  }

  /** {@code LSTMCell(2, num_proj=3, proj_clip=0.05, dtype=tf.float64)}. */
  @Nested
  class WithProjectionAndItsClip implements PythonCellContract {
    @Override
    public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
      return LstmCell.builder(type, 2).projection(3).projectionClip(0.05).build();
    }

    @Override
    public List<String> variableNames() {
      return List.of(SCOPE + "/kernel", SCOPE + "/bias", SCOPE + "/projection/kernel");
    }

    @Override
    public String inputRefuser() {
      return SCOPE;
    }

    @Override
    public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
      return PlainLstm.withForgetBias(1).withProjection(0.05).step(weights, x, state);
    }

    @Override
    public double[] python() {
      return new double[] {
        -0.0500000000,
        -0.0015221228,
        0.0500000000,
        -0.0359543465,
        -0.0148118317,
        0.0199486129,
        -0.4354647488,
        0.0889638080,
        0.4321490444,
        0.5574656492,
        -0.0500000000,
        -0.0015221228,
        0.0500000000,
        -0.0359543465,
        -0.0148118317,
        0.0199486129
      };
    }
  }

  /** The same with {@code num_unit_shards=2, num_proj_shards=3}: other variables, equal numbers. */
  @Nested
  class WithShards {
    private LstmCell.Builder<TFloat64> projected() {
      return LstmCell.builder(TFloat64.class, 4).projection(3);
    }

    /** testProjSharding of TensorFlow 1.15. */
    @Test
    void kernelAndProjectionAreKeptInParts() {
      try (var test = new TestGraph()) {
        var cell = projected().unitShards(2).projectionShards(3).build();
        var x = test.random64(Shape.of(2, 4), Shape.of(2, 4));
        var state = cell.zeroState(test.tf(), test.tf().constant(2));
        var next = cell.step(test.scope().scope("root"), x, state).state();
        cell.step(test.scope().scope("root"), x, next);
        assertEquals(
            List.of(
                "root/lstm_cell/kernel/part_0[4, 16]",
                "root/lstm_cell/kernel/part_1[3, 16]",
                "root/lstm_cell/bias[16]",
                "root/lstm_cell/projection/kernel/part_0[2, 3]",
                "root/lstm_cell/projection/kernel/part_1[1, 3]",
                "root/lstm_cell/projection/kernel/part_2[1, 3]"),
            test.scope().variables().stream()
                .map(part -> part.name() + Shapes.text(part.shape()))
                .toList());
      }
    }

    /** testShardNoShardEquivalentOutput of TensorFlow 1.15, which has a tolerance for it. */
    @Test
    void stepAndLoopAndGradientsStayTheSame() {
      var whole = outputAndGradient(projected().build());
      var parts = outputAndGradient(projected().unitShards(2).projectionShards(3).build());
      assertArrayEquals(whole, parts, TOLERANCE);
    }

    private double[] outputAndGradient(LstmCell<TFloat64> cell) {
      try (var test = new TestGraph()) {
        var x = test.random64(Shape.of(2, 5, 4), Shape.of(2, 5, 4));
        var rnn = Rnn.dynamicRnn(test.scope(), cell, x);
        var loss = test.weigh(rnn.outputs(), 0);
        var all = new ArrayList<Operand<?>>(List.of(rnn.outputs()));
        all.addAll(
            Gradients.of(
                loss, test.scope().variables().stream().map(part -> part.value()).toList()));
        return TwoSteps.flat(test.values(all));
      }
    }
  }

  /** testLSTMCell of TensorFlow 1.15, with the numbers that its formula gives. */
  @Test
  void matchesTheNumbersOfTensorFlow() {
    try (var test = new TestGraph()) {
      var scope = test.scope().scope("root").withInitializer(Initializers.constant(0.5));
      var x = test.feed32(Shape.of(3, 2), Shape.of(3, 2), 1, 1, 2, 2, 3, 3);
      var tenths = test.tf().fill(test.tf().constant(new int[] {3, 8}), test.tf().constant(0.1f));
      var outputs = test.tf().fill(test.tf().constant(new int[] {3, 6}), test.tf().constant(0.1f));
      var cell = LstmCell.builder(TFloat32.class, 8).projection(6).build();
      var step = cell.step(scope, x, new LstmState<>(tenths, outputs));
      assertArrayEquals(
          repeated(8, 0.76805991, 0.98722999, 1.06046973), test.value(step.state().c()), 1e-6);
      assertArrayEquals(
          repeated(6, 2.02996863, 2.74909385, 3.03156073), test.value(step.output()), 2e-6);
    }
  }

  private static double[] repeated(int times, double... rows) {
    return Arrays.stream(rows)
        .flatMap(row -> DoubleStream.generate(() -> row).limit(times))
        .toArray();
  }

  /** testCellClipping of TensorFlow 1.15: a clip of 0 is legal and leaves nothing. */
  @Test
  void aCellClipOfZeroGivesZeros() {
    try (var test = new TestGraph()) {
      var x = test.random64(Shape.of(2, 5), Shape.of(2, 5));
      var cell = LstmCell.builder(TFloat64.class, 3).peepholes().cellClip(0).build();
      var step = cell.step(test.scope(), x, cell.zeroState(test.tf(), test.tf().constant(2)));
      assertArrayEquals(new double[6], test.value(step.output()), 0);
      assertArrayEquals(new double[6], test.value(step.state().c()), 0);
    }
  }

  @Test
  void theInitializerOfTheCellBeatsThatOfTheScopeAndSparesTheBias() {
    try (var test = new TestGraph()) {
      var scope = test.scope().withInitializer(Initializers.constant(7));
      var x = test.random64(Shape.of(2, 1), Shape.of(2, 1));
      var cell =
          LstmCell.builder(TFloat64.class, 1)
              .peepholes()
              .projection(1)
              .initializer(Initializers.constant(3))
              .build();
      cell.step(scope, x, cell.zeroState(test.tf(), test.tf().constant(2)));
      var values =
          test.values(scope.variables().stream().map(variable -> variable.value()).toList());
      assertArrayEquals(
          new double[] {3, 3, 3, 3, 3, 3, 3, 3, 0, 0, 0, 0, 3, 3, 3, 3}, TwoSteps.flat(values), 0);
    }
  }

  @Test
  void theActivationServesInputAndOutput() {
    try (var test = new TestGraph()) {
      var scope = test.scope().withInitializer(Initializers.zeros());
      var cell =
          LstmCell.builder(TFloat64.class, 1).activation(Activation.linear()).forgetBias(0).build();
      var c = test.feed64(Shape.of(1, 1), Shape.of(1, 1), 8);
      var step = cell.step(scope, c, new LstmState<>(c, c));
      assertArrayEquals(new double[] {4}, test.value(step.state().c()), TOLERANCE);
      assertArrayEquals(new double[] {2}, test.value(step.output()), TOLERANCE);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.5, Double.NaN})
  void aClipThatIsNoLimitIsRefused(double limit) {
    assertRefused(
        "lstm_cell: cellClip must be at least 0, got " + limit, cell -> cell.cellClip(limit));
    assertRefused(
        "lstm_cell: projectionClip must be at least 0, got " + limit,
        cell -> cell.projectionClip(limit));
  }

  @Test
  void aProjectionToNothingIsRefused() {
    assertRefused("lstm_cell: projection must be at least 1, got 0", cell -> cell.projection(0));
  }

  @Test
  void aClipOfNoProjectionIsRefused() {
    assertRefused(
        "lstm_cell: projectionClip must be set together with projection, got no projection",
        cell -> cell.projectionClip(1));
  }

  @Test
  void shardsThatCannotBeAreRefused() {
    assertRefused("lstm_cell: unitShards must be at least 1, got 0", cell -> cell.unitShards(0));
    assertRefused(
        "lstm_cell: projectionShards must be at least 1, got 0", cell -> cell.projectionShards(0));
    assertRefused(
        "lstm_cell: projectionShards must be set together with projection, got no projection",
        cell -> cell.projectionShards(1));
  }

  private static void assertRefused(
      String message, UnaryOperator<LstmCell.Builder<TFloat32>> settings) {
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> settings.apply(LstmCell.builder(TFloat32.class, 2)).build());
    assertEquals(message, e.getMessage());
  }
}
