package io.github.tfrnn.rnn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.cells.GridRnnCell;
import io.github.tfrnn.cells.LstmCell;
import io.github.tfrnn.cells.MultiRnnCell;
import io.github.tfrnn.cells.TensorCell;
import io.github.tfrnn.ops.Activation;
import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.Shapes;
import io.github.tfrnn.ops.Variable;
import io.github.tfrnn.testing.TestGraph;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat64;

/**
 * Grids in the drivers. The input takes the place of the state of its dimensions, so the gradients
 * of some states are zero, which {@link StaticEqualsDynamicTest} does not allow.
 */
class GridRnnDriversTest {
  private static final double TOLERANCE = 1e-12;

  enum Grid {
    ONE_DIMENSION,
    TWO_DIMENSIONS,
    THREE_TIED_DIMENSIONS,
    TWO_INPUTS_AND_OUTPUTS,
    UNDER_A_DENSE_LAYER,
    IN_A_STACK;

    TensorCell<TFloat64, ?> make() {
      var type = TFloat64.class;
      return switch (this) {
        case ONE_DIMENSION -> GridRnnCell.grid1BasicLstm(type, 2, lstm -> lstm).build();
        case TWO_DIMENSIONS -> two();
        case THREE_TIED_DIMENSIONS ->
            GridRnnCell.grid3Lstm(type, 2, LstmCell.Builder::peepholes).tied().build();
        case TWO_INPUTS_AND_OUTPUTS ->
            GridRnnCell.builder(type, 2).dims(3).inputDims(0, 2).outputDims(1, 2).build();
        case UNDER_A_DENSE_LAYER ->
            GridRnnCell.grid2Lstm(type, 2, lstm -> lstm).nonRecurrent(Activation.tanh(), 0).build();
        case IN_A_STACK -> MultiRnnCell.of(2, layer -> two());
      };
    }

    private static TensorCell<TFloat64, ?> two() {
      return GridRnnCell.grid2Lstm(TFloat64.class, 2, LstmCell.Builder::peepholes).build();
    }
  }

  @ParameterizedTest
  @EnumSource
  void valuesAndGradientsOfBothDriversAreEqual(Grid grid) {
    try (var both = both(new TestGraph(), grid.make())) {
      var stepped = both.everything(both.stepped);
      var looped = both.everything(both.looped);
      var names = List.copyOf(stepped.keySet());
      var fetches = Stream.of(stepped, looped).flatMap(map -> map.values().stream()).toList();
      var numbers = both.test.values(fetches);
      for (int i = 0; i < names.size(); i++) {
        assertArrayEquals(numbers.get(i), numbers.get(names.size() + i), TOLERANCE, names.get(i));
      }
    }
  }

  private static <S> BothDrivers<S> both(TestGraph test, TensorCell<TFloat64, S> cell) {
    return new BothDrivers<>(
        test,
        cell,
        BothDrivers.inputs(test),
        BothDrivers.lengths(test.feedInts(3, 1, 0)),
        options -> options);
  }

  /** An input without columns in a loop: the grid goes on from its state. */
  @Test
  void aLoopWithoutInputIsAsManySteps() {
    try (var test = new TestGraph()) {
      var scope = test.scope().withInitializer(Initializers.constant(0.5));
      var cell = GridRnnCell.grid1Lstm(TFloat64.class, 2, LstmCell.Builder::peepholes).build();
      var lstm = LstmCell.builder(TFloat64.class, 2).peepholes().build();
      var state = cell.stateSize().pack(List.of(part(test), part(test)));
      var nothing = test.feed64(Shape.of(2, 3, 0), Shape.of(2, 3, 0));
      var alone = Rnn.dynamicRnn(scope, cell, nothing, o -> o.initialState(state));
      var expected =
          Rnn.dynamicRnn(scope.scope("lstm"), lstm, nothing, o -> o.initialState(state.get(0)));
      var values = test.values(List.of(alone.outputs(), expected.outputs()));
      assertArrayEquals(values.get(1), values.get(0), TOLERANCE);
      assertEquals(12, values.get(0).length);
    }
  }

  private static Operand<TFloat64> part(TestGraph test) {
    return test.random64(Shape.of(2, 2), Shape.of(2, 2));
  }

  /** testGrid2LSTMCellWithRNNAndDynamicBatchSize of TensorFlow 1.15. */
  @Test
  void anUnknownBatchStaysUnknown() {
    try (var test = new TestGraph()) {
      var cell = GridRnnCell.grid2Lstm(TFloat64.class, 2, lstm -> lstm).build();
      var x = test.random64(Shape.of(-1, 6, 5), Shape.of(3, 6, 5));
      var result = Rnn.dynamicRnn(test.scope(), cell, x, o -> o);
      assertEquals("[?, 6, 2]", Shapes.text(result.outputs().shape()));
      assertEquals(Shape.of(3, 6, 2), test.shapeOf(result.outputs()));
    }
  }

  @Test
  void variablesUnderADriverHaveTheNamesOfTensorFlow() {
    try (var test = new TestGraph()) {
      var cell = GridRnnCell.grid2Gru(TFloat64.class, 2).build();
      var x = test.random64(Shape.of(2, 3, 4), Shape.of(2, 3, 4));
      Rnn.dynamicRnn(test.scope(), cell, x, o -> o);
      String scope = "rnn/Grid2GRUCell/";
      String first = scope + "recurrent/cell_1/gru_cell/";
      String second = scope + "recurrent/cell_0/gru_cell/";
      assertEquals(
          List.of(
              scope + "project_m_0",
              first + "gates/kernel",
              first + "gates/bias",
              first + "candidate/kernel",
              first + "candidate/bias",
              second + "gates/kernel",
              second + "gates/bias",
              second + "candidate/kernel",
              second + "candidate/bias"),
          test.scope().variables().stream().map(Variable::name).toList());
    }
  }

  /** A grid without a cell has nothing to carry from step to step. */
  @Test
  void aGridWithoutAStateRunsInALoop() {
    try (var test = new TestGraph()) {
      var cell =
          GridRnnCell.builder(TFloat64.class, 2)
              .inputDims(0)
              .outputDims(0)
              .nonRecurrent(Activation.relu(), 0)
              .build();
      var scope = test.scope().withInitializer(Initializers.constant(0.5));
      var x = test.feed64(Shape.of(1, 3, 2), Shape.of(1, 3, 2), 1, -1, -2, 1, 2, -1);
      var result = Rnn.dynamicRnn(scope, cell, x, o -> o);
      assertArrayEquals(
          new double[] {0, 0, 0, 0, 0.5, 0.5}, test.value(result.outputs()), TOLERANCE);
    }
  }
}
