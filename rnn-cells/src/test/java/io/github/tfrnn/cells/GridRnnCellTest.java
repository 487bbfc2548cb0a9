package io.github.tfrnn.cells;

import static io.github.tfrnn.testing.Refusals.argument;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.ops.Activation;
import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Variable;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TFloating;

class GridRnnCellTest {
  private static final double TOLERANCE = 2e-6;

  @Nested
  class TwoDimensionsOfLstms implements CellContract {
    private static final String SCOPE = "root/Grid2LSTMCell/";

    @Override
    public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
      return GridRnnCell.grid2Lstm(type, 2, LstmCell.Builder::peepholes).build();
    }

    @Override
    public List<String> variableNames() {
      var names = new ArrayList<>(List.of(SCOPE + "project_m_0", SCOPE + "project_c_0"));
      for (int d = 1; d >= 0; d--) {
        String cell = SCOPE + "recurrent/cell_" + d + "/lstm_cell/";
        names.addAll(List.of(cell + "kernel", cell + "bias"));
        names.addAll(List.of(cell + "w_f_diag", cell + "w_i_diag", cell + "w_o_diag"));
      }
      return names;
    }

    @Override
    public String inputRefuser() {
      return "root/Grid2LSTMCell";
    }

    @Override
    public String stateRefuser() {
      return "root/Grid2LSTMCell, dimension 0";
    }

    @Override
    public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
      var lstm = PlainLstm.withForgetBias(1).withPeepholes(Double.POSITIVE_INFINITY);
      var h = x.times(weights.get(0));
      var c = x.times(weights.get(1));
      var time = lstm.step(weights.subList(2, 7), h, state.subList(2, 4));
      var depth = lstm.step(weights.subList(7, 12), h, List.of(c, time.get(0)));
      return List.of(depth.get(0), depth.get(1), depth.get(2), time.get(1), time.get(2));
    }
  }

  @Nested
  class ThreeTiedDimensionsOfGrus implements CellContract {
    private static final String SCOPE = "root/GridRNNCell/";

    @Override
    public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
      return GridRnnCell.builder(type, 2, d -> GruCell.builder(type, 2).build())
          .dims(3)
          .inputDims(1)
          .outputDims(2, 0)
          .tied()
          .build();
    }

    @Override
    public List<String> variableNames() {
      String cell = SCOPE + "recurrent/gru_cell/";
      return List.of(
          SCOPE + "project_m_1",
          cell + "gates/kernel",
          cell + "gates/bias",
          cell + "candidate/kernel",
          cell + "candidate/bias");
    }

    @Override
    public String inputRefuser() {
      return "root/GridRNNCell";
    }

    @Override
    public String stateRefuser() {
      return "root/GridRNNCell, dimension 0";
    }

    @Override
    public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
      var others = state.get(0).beside(x.times(weights.get(0)));
      var h = PlainGru.step(weights.subList(1, 5), others, state.get(2)).get(0);
      return List.of(h.beside(h), h, h, h);
    }
  }

  /** The first dimension is a dense layer with priority. */
  @Nested
  class NonRecurrentFirstDimension implements CellContract {
    private static final String SCOPE = "root/GridRNNCell/";

    @Override
    public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
      return GridRnnCell.builder(type, 2)
          .dims(2)
          .inputDims(0)
          .outputDims(0, 1)
          .priorityDims(0)
          .nonRecurrent(Activation.tanh(), 0)
          .build();
    }

    @Override
    public List<String> variableNames() {
      return List.of(
          SCOPE + "project_m_0",
          SCOPE + "project_c_0",
          SCOPE + "recurrent/cell_1/lstm_cell/kernel",
          SCOPE + "recurrent/cell_1/lstm_cell/bias",
          SCOPE + "non_recurrent/cell_0/fully_connected/weights",
          SCOPE + "non_recurrent/cell_0/fully_connected/biases");
    }

    @Override
    public String inputRefuser() {
      return "root/GridRNNCell";
    }

    @Override
    public String stateRefuser() {
      return "root/GridRNNCell, dimension 1";
    }

    @Override
    public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
      var h = x.times(weights.get(0));
      var time = PlainLstm.withForgetBias(1).step(weights.subList(2, 4), h, state);
      var depth = h.beside(time.get(0)).times(weights.get(4)).plus(weights.get(5)).tanh();
      return List.of(depth.beside(time.get(0)), time.get(1), time.get(2));
    }
  }

  /** One step of a grid in the scope {@code root} with an initializer of constants. */
  private static <S> List<double[]> numbers(
      TestGraph test, TensorCell<TFloat64, S> cell, double constant, double[] x, double... state) {
    var scope = test.scope().scope("root").withInitializer(Initializers.constant(constant));
    var parts = new ArrayList<Operand<?>>();
    int size = cell.stateSize().leaves().size();
    int rows = size == 0 ? 3 : state.length / size / 2;
    for (int k = 0; k < size; k++) {
      var numbers = Arrays.copyOfRange(state, 2 * rows * k, 2 * rows * (k + 1));
      parts.add(test.feed64(Shape.of(rows, 2), Shape.of(rows, 2), numbers));
    }
    var shape = x.length == 0 ? Shape.of(0, 0) : Shape.of(rows, x.length / rows);
    var step = cell.step(scope, test.feed64(shape, shape, x), cell.stateSize().pack(parts));
    var results = new ArrayList<Operand<?>>();
    results.add(step.output());
    results.addAll(cell.stateSize().flatten(step.state()));
    return test.values(results);
  }

  private static <S> void assertNumbers(
      TensorCell<TFloat64, S> cell,
      double constant,
      double[] x,
      double[] state,
      double... expected) {
    try (var test = new TestGraph()) {
      assertArrayEquals(
          expected, TwoSteps.flat(numbers(test, cell, constant, x, state)), TOLERANCE);
    }
  }

  private static final double[] ONES = {1, 1, 1};
  private static final double[] STATE = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8};

  /** testGrid2BasicLSTMCell of TensorFlow 1.15, both steps. */
  @Test
  void twoDimensionsOfBasicLstmsMatchTensorFlow() {
    assertTwoSteps(
        GridRnnCell.grid2BasicLstm(TFloat64.class, 2, lstm -> lstm),
        new double[] {2, 2, 2},
        0.58847463,
        0.58847463,
        1.40469193,
        1.40469193,
        0.58847463,
        0.58847463,
        0.97726452,
        1.04626071,
        0.4927212,
        0.51137757);
  }

  /** testGrid2BasicLSTMCellTied of TensorFlow 1.15, both steps. */
  @Test
  void twoTiedDimensionsOfBasicLstmsMatchTensorFlow() {
    assertTwoSteps(
        GridRnnCell.grid2BasicLstm(TFloat64.class, 2, lstm -> lstm).tied(),
        ONES,
        0.36703536,
        0.36703536,
        0.71200621,
        0.71200621,
        0.36703536,
        0.36703536,
        0.80941606,
        0.87550586,
        0.40108523,
        0.42199609);
  }

  /** The first step is that of ones; the second begins with the state that it gave. */
  private static void assertTwoSteps(
      GridRnnBuilder<TFloat64, LstmState<TFloat64>> grid, double[] x, double... second) {
    double[] first = {
      0.36617181,
      0.36617181,
      0.71053141,
      0.71053141,
      0.36617181,
      0.36617181,
      0.72320831,
      0.80555487,
      0.39102408,
      0.42150158
    };
    var cell = grid.build();
    try (var test = new TestGraph()) {
      assertArrayEquals(first, TwoSteps.flat(numbers(test, cell, 0.2, ONES, STATE)), TOLERANCE);
      double[] state = Arrays.copyOfRange(first, 2, 10);
      assertArrayEquals(second, TwoSteps.flat(numbers(test, cell, 0.2, x, state)), TOLERANCE);
    }
  }

  /** testGrid2BasicLSTMCellWithRelu of TensorFlow 1.15. */
  @Test
  void aDenseLayerOverABasicLstmMatchesTensorFlow() {
    assertNumbers(
        GridRnnCell.grid2BasicLstm(TFloat64.class, 2, lstm -> lstm)
            .nonRecurrent(Activation.relu(), 0)
            .build(),
        0.2,
        ONES,
        new double[] {0.1, 0.2, 0.3, 0.4},
        0.31667367,
        0.31667367,
        0.29530135,
        0.37520045,
        0.17044567,
        0.21292259);
  }

  private static final double[] WITH_PEEPHOLES = {
    0.95686918,
    0.95686918,
    2.41515064,
    2.41515064,
    0.95686918,
    0.95686918,
    1.38917875,
    1.49043763,
    0.83884692,
    0.86036491
  };

  /** testGrid2LSTMCell of TensorFlow 1.15. */
  @Test
  void twoDimensionsOfLstmsMatchTensorFlow() {
    assertNumbers(
        GridRnnCell.grid2Lstm(TFloat64.class, 2, LstmCell.Builder::peepholes).build(),
        0.5,
        ONES,
        STATE,
        WITH_PEEPHOLES);
  }

  /** testGrid2LSTMCellTied of TensorFlow 1.15. */
  @Test
  void twoTiedDimensionsOfLstmsMatchTensorFlow() {
    assertNumbers(
        GridRnnCell.grid2Lstm(TFloat64.class, 2, LstmCell.Builder::peepholes).tied().build(),
        0.5,
        ONES,
        STATE,
        WITH_PEEPHOLES);
  }

  /** testGrid2LSTMCellLegacy of TensorFlow 1.15. */
  @Test
  void aStateInOneTensorMatchesTensorFlow() {
    var cell =
        ConcatenatedState.of(
            GridRnnCell.grid2Lstm(TFloat64.class, 2, LstmCell.Builder::peepholes).build());
    try (var test = new TestGraph()) {
      var scope = test.scope().scope("root").withInitializer(Initializers.constant(0.5));
      var x = test.feed64(Shape.of(1, 3), Shape.of(1, 3), ONES);
      var step = cell.step(scope, x, test.feed64(Shape.of(1, 8), Shape.of(1, 8), STATE));
      assertArrayEquals(
          WITH_PEEPHOLES,
          TwoSteps.flat(test.values(List.of(step.output(), step.state()))),
          TOLERANCE);
    }
  }

  /** testGrid2LSTMCellWithRelu of TensorFlow 1.15. */
  @Test
  void aDenseLayerOverAnLstmMatchesTensorFlow() {
    assertNumbers(
        GridRnnCell.grid2Lstm(TFloat64.class, 2, LstmCell.Builder::peepholes)
            .nonRecurrent(Activation.relu(), 0)
            .build(),
        0.5,
        ONES,
        new double[] {0.1, 0.2, 0.3, 0.4},
        2.1831727,
        2.1831727,
        0.92270052,
        1.02325559,
        0.66159075,
        0.70475441);
  }

  private static final double[] TWO_ROWS = {1, 1, 2, 2};
  private static final double[] TWO_ROWS_OF_STATE = {0.1, 0.1, 0.2, 0.2, 0.1, 0.1, 0.2, 0.2};
  private static final double[] OF_BASIC_RNNS =
      Repeated.each(2, 0.94685763, 0.99480951, 0.94685763, 0.99480951, 0.80049908, 0.97574311);

  /** testGrid2BasicRNNCell of TensorFlow 1.15. */
  @Test
  void twoDimensionsOfBasicRnnsMatchTensorFlow() {
    assertNumbers(
        GridRnnCell.grid2BasicRnn(TFloat64.class, 2).build(),
        0.5,
        TWO_ROWS,
        TWO_ROWS_OF_STATE,
        OF_BASIC_RNNS);
  }

  /** testGrid2BasicRNNCellTied of TensorFlow 1.15. */
  @Test
  void twoTiedDimensionsOfBasicRnnsMatchTensorFlow() {
    assertNumbers(
        GridRnnCell.grid2BasicRnn(TFloat64.class, 2).tied().build(),
        0.5,
        TWO_ROWS,
        TWO_ROWS_OF_STATE,
        OF_BASIC_RNNS);
  }

  /** testGrid2BasicRNNCellWithRelu of TensorFlow 1.15. */
  @Test
  void aDenseLayerOverABasicRnnMatchesTensorFlow() {
    assertNumbers(
        GridRnnCell.grid2BasicRnn(TFloat64.class, 2).nonRecurrent(Activation.relu(), 0).build(),
        0.5,
        new double[] {1, 1},
        new double[] {0.1, 0.1},
        1.80049896,
        1.80049896,
        0.80049896,
        0.80049896);
  }

  /** testGrid3LSTMCell of TensorFlow 1.15. */
  @Test
  void threeDimensionsOfLstmsMatchTensorFlow() {
    assertNumbers(
        GridRnnCell.grid3Lstm(TFloat64.class, 2, LstmCell.Builder::peepholes).build(),
        0.5,
        ONES,
        new double[] {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, -0.1, -0.2, -0.3, -0.4},
        0.96892911,
        0.96892911,
        2.45227885,
        2.45227885,
        0.96892911,
        0.96892911,
        1.33592629,
        1.4373529,
        0.80867189,
        0.83247656,
        0.7317788,
        0.63205892,
        0.56548983,
        0.50446129);
  }

  /** testGrid1LSTMCell of TensorFlow 1.15: an input at the first step only. */
  @Test
  void oneDimensionGoesOnWithoutInput() {
    var cell = GridRnnCell.grid1Lstm(TFloat64.class, 2, LstmCell.Builder::peepholes).build();
    try (var test = new TestGraph()) {
      double[] first = Repeated.each(2, 0.91287315, 2.26285243, 0.91287315);
      double[] start = {0.1, 0.2, 0.3, 0.4};
      assertArrayEquals(first, TwoSteps.flat(numbers(test, cell, 0.5, ONES, start)), TOLERANCE);

      double[] none = {};
      double[] second = Repeated.each(2, 0.9032144, 2.79966092, 0.9032144);
      double[] afterFirst = Arrays.copyOfRange(first, 2, 6);
      assertArrayEquals(
          second, TwoSteps.flat(numbers(test, cell, 0.5, none, afterFirst)), TOLERANCE);

      double[] third = Repeated.each(2, 0.92727238, 3.3529923, 0.92727238);
      double[] afterSecond = Arrays.copyOfRange(second, 2, 6);
      assertArrayEquals(
          third, TwoSteps.flat(numbers(test, cell, 0.5, none, afterSecond)), TOLERANCE);
    }
  }

  /** testGridRNNEdgeCasesLikeRelu of TensorFlow 1.15. */
  @Test
  void aGridWithoutACellIsADenseLayer() {
    assertNumbers(
        GridRnnCell.builder(TFloat64.class, 2)
            .inputDims(0)
            .outputDims(0)
            .nonRecurrent(Activation.relu(), 0)
            .build(),
        0.5,
        new double[] {1, -1, -2, 1, 2, -1},
        new double[0],
        0,
        0,
        0,
        0,
        0.5,
        0.5);
  }

  /** testGridRNNEdgeCasesNoOutput of TensorFlow 1.15. */
  @Test
  void aGridMayHaveAStateAndNoOutput() {
    try (var test = new TestGraph()) {
      var cell =
          GridRnnCell.builder(TFloat64.class, 2)
              .dims(2)
              .inputDims(0)
              .nonRecurrent(Activation.relu(), 0)
              .build();
      double[] tenths = {0.1, 0.1, 0.1, 0.1};
      var values = numbers(test, cell, 0.5, new double[] {1, 1}, tenths);
      assertEquals(0, values.get(0).length);
      assertEquals(List.of(), cell.perDimension(test.tf(), test.tf().constant(0.0)));
      assertEquals(3, values.size());
    }
  }

  @Test
  void outputsOfDimensionsCanBeTakenApart() {
    try (var test = new TestGraph()) {
      var cell =
          GridRnnCell.builder(TFloat32.class, 2).dims(2).inputDims(0).outputDims(1, 0).build();
      var output = test.feed32(Shape.of(1, 4), Shape.of(1, 4), 1, 2, 3, 4);
      var parts = test.values(cell.perDimension(test.tf(), output));
      assertArrayEquals(new double[] {1, 2}, parts.get(0));
      assertArrayEquals(new double[] {3, 4}, parts.get(1));
    }
  }

  private static <S> List<String> names(GridRnnBuilder<TFloat64, S> builder) {
    try (var test = new TestGraph()) {
      var cell = builder.build();
      var x = test.random64(Shape.of(2, 3), Shape.of(2, 3));
      cell.step(test.scope(), x, cell.zeroState(test.tf(), test.tf().constant(2)));
      return test.scope().variables().stream().map(Variable::name).toList();
    }
  }

  @Test
  void namedFormsHaveTheScopesOfTensorFlow() {
    var type = TFloat64.class;
    assertEquals(
        List.of(
            "Grid1BasicRNNCell/project_m_0",
            "Grid1BasicRNNCell/recurrent/cell_0/basic_rnn_cell/kernel",
            "Grid1BasicRNNCell/recurrent/cell_0/basic_rnn_cell/bias"),
        names(GridRnnCell.grid1BasicRnn(type, 2)));
    assertEquals(
        List.of(
            "Grid1BasicLSTMCell/project_m_0",
            "Grid1BasicLSTMCell/project_c_0",
            "Grid1BasicLSTMCell/recurrent/cell_0/basic_lstm_cell/kernel",
            "Grid1BasicLSTMCell/recurrent/cell_0/basic_lstm_cell/bias"),
        names(GridRnnCell.grid1BasicLstm(type, 2, lstm -> lstm)));
    assertEquals(
        List.of(
            "Grid2GRUCell/project_m_0",
            "Grid2GRUCell/recurrent/gru_cell/gates/kernel",
            "Grid2GRUCell/recurrent/gru_cell/gates/bias",
            "Grid2GRUCell/recurrent/gru_cell/candidate/kernel",
            "Grid2GRUCell/recurrent/gru_cell/candidate/bias",
            "Grid2GRUCell/non_recurrent/fully_connected/weights",
            "Grid2GRUCell/non_recurrent/fully_connected/biases"),
        names(GridRnnCell.grid2Gru(type, 2).nonRecurrent(Activation.relu(), 0).tied()));
  }

  /** TensorFlow 1 makes it too, and so it is in checkpoints. */
  @Test
  void theProjectionToAMemoryThatIsNotThereIsNotTrained() {
    try (var test = new TestGraph()) {
      var cell =
          GridRnnCell.grid2Lstm(TFloat64.class, 2, lstm -> lstm)
              .nonRecurrent(Activation.relu(), 0)
              .build();
      var x = test.random64(Shape.of(2, 3), Shape.of(2, 3));
      cell.step(test.scope(), x, cell.zeroState(test.tf(), test.tf().constant(2)));
      assertEquals(
          List.of("Grid2LSTMCell/project_c_0"),
          test.scope().variables().stream()
              .filter(variable -> !variable.trainable())
              .map(Variable::name)
              .toList());
    }
  }

  @Test
  void statesAreNamedByTheirDimensions() {
    var cell =
        GridRnnCell.grid3Lstm(TFloat64.class, 2, lstm -> lstm)
            .nonRecurrent(Activation.relu(), 0)
            .build();
    assertEquals(
        List.of("cell_1/c", "cell_1/h", "cell_2/c", "cell_2/h"),
        cell.stateSize().leaves().stream().map(Leaf::name).toList());
  }

  private static void assertRefused(
      String message, UnaryOperator<GridRnnBuilder<TFloat64, LstmState<TFloat64>>> settings) {
    assertEquals(
        "GridRNNCell: " + message,
        argument(() -> settings.apply(GridRnnCell.builder(TFloat64.class, 2).dims(2)).build()));
  }

  @Test
  void aGridWithoutDimensionsIsRefused() {
    assertRefused("dims must be >= 1, got 0", grid -> grid.dims(0));
  }

  @Test
  void unitsBelowOneAreRefused() {
    assertEquals(
        "GridRNNCell: units must be at least 1, got 0",
        argument(() -> GridRnnCell.builder(TFloat64.class, 0)));
  }

  @Test
  void dimensionsOutsideTheGridAreRefused() {
    assertRefused(
        "inputDims must be in [0, 2), got invalid dims [0, 2]", grid -> grid.inputDims(2, 0));
    assertRefused(
        "outputDims must be in [0, 2), got invalid dims [-1]", grid -> grid.outputDims(-1));
    assertRefused(
        "priorityDims must be in [0, 2), got invalid dims [5]", grid -> grid.priorityDims(5));
    assertRefused(
        "nonRecurrent must be in [0, 2), got invalid dims [2]",
        grid -> grid.nonRecurrent(Activation.relu(), 2));
  }

  @Test
  void aNonRecurrentDimensionWithoutInputIsRefused() {
    assertRefused(
        "nonRecurrent must be among inputDims [0], for such a dimension has no state, got [1]",
        grid -> grid.inputDims(0).nonRecurrent(Activation.relu(), 1));
  }

  @Test
  void aCellOfAnotherWidthIsRefused() {
    assertEquals(
        "GridRNNCell: cell of dimension 0 must be one of TFloat64 whose output and state, h or (c,"
            + " h), have 2 columns, got TFloat64 with an output [3] and a state [[2], [3]]",
        argument(
            () ->
                GridRnnCell.builder(
                        TFloat64.class,
                        2,
                        d -> LstmCell.builder(TFloat64.class, 2).projection(3).build())
                    .build()));
  }

  private static <S> String refusal(
      GridRnnCell<TFloat64, S> cell, int width, UnaryOperator<List<S>> states) {
    try (var test = new TestGraph()) {
      var x = test.random64(Shape.of(2, width), Shape.of(2, width));
      var state = states.apply(cell.zeroState(test.tf(), test.tf().constant(2)));
      return argument(() -> cell.step(test.scope(), x, state));
    }
  }

  /** TensorFlow 1.15: Expected state as a tuple of 2 element. */
  @Test
  void aStateWithoutADimensionIsRefused() {
    assertEquals(
        "Grid2GRUCell: Expected state as a tuple of 2 elements, one for each recurrent dimension,"
            + " got 1",
        refusal(GridRnnCell.grid2Gru(TFloat64.class, 2).build(), 3, s -> s.subList(0, 1)));
  }

  /** TensorFlow 1.15: Expect inputs as a tuple of 2 tensors. */
  @Test
  void anInputThatDoesNotDivideIsRefused() {
    assertEquals(
        "GridRNNCell: Expect inputs as a tuple of 2 tensors side by side, one for each dimension of"
            + " the input; x must have a width that 2 divides, got 3",
        refusal(GridRnnCell.builder(TFloat64.class, 2).dims(2).inputDims(0, 1).build(), 3, s -> s));
  }

  @Test
  void aDimensionWithoutStateNeedsAnInput() {
    assertEquals(
        "Grid2GRUCell: x must have columns, for the dimensions [0] have no state to go on from, got"
            + " none",
        refusal(
            GridRnnCell.grid2Gru(TFloat64.class, 2).nonRecurrent(Activation.relu(), 0).build(),
            0,
            s -> s));
  }
}
