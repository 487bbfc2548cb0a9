package io.github.tfrnn.rnn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.cells.GridRnnCell;
import io.github.tfrnn.cells.LstmCell;
import io.github.tfrnn.ops.Activation;
import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.Shapes;
import io.github.tfrnn.ops.Variable;
import io.github.tfrnn.testing.TestGraph;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat64;

/** Grids in the drivers, beyond what every cell does. */
class GridRnnDriversTest {
  private static final double TOLERANCE = 1e-12;

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
