package io.github.tfrnn.cells;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.Variable;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TFloating;

class MultiRnnCellTest implements PythonCellContract {

  @Override
  public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
    return MultiRnnCell.of(
        List.of(LstmCell.builder(type, 2).projection(3).build(), GruCell.builder(type, 2).build()));
  }

  @Override
  public List<String> variableNames() {
    String stack = "root/multi_rnn_cell/";
    return List.of(
        stack + "cell_0/lstm_cell/kernel",
        stack + "cell_0/lstm_cell/bias",
        stack + "cell_0/lstm_cell/projection/kernel",
        stack + "cell_1/gru_cell/gates/kernel",
        stack + "cell_1/gru_cell/gates/bias",
        stack + "cell_1/gru_cell/candidate/kernel",
        stack + "cell_1/gru_cell/candidate/bias");
  }

  @Override
  public String inputRefuser() {
    return "root/multi_rnn_cell/cell_0/lstm_cell";
  }

  @Override
  public String stateRefuser() {
    return "root/multi_rnn_cell/cell_0";
  }

  @Override
  public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
    double none = Double.POSITIVE_INFINITY;
    var lstm =
        PlainLstm.withForgetBias(1).withProjection(none).step(weights.subList(0, 3), x, state);
    var gru = PlainGru.step(weights.subList(3, 7), lstm.get(0), state.get(2));
    return List.of(gru.get(0), lstm.get(1), lstm.get(2), gru.get(0));
  }

  /** {@code MultiRNNCell([LSTMCell(2, num_proj=3, ...), GRUCell(2, ...)])}. */
  @Override
  public double[] python() {
    return new double[] {
      -0.3804378501,
      -0.2005841570,
      -0.3752596856,
      -0.3437909698,
      -0.4429271617,
      0.0867892509,
      0.4321186303,
      0.5574552454,
      -0.0888168376,
      -0.0014366967,
      0.0872643365,
      -0.0359508736,
      -0.0148110362,
      0.0199459997,
      -0.3804378501,
      -0.2005841570,
      -0.3752596856,
      -0.3437909698
    };
  }

  private static Operand<TFloat32> tenths(TestGraph test, int width) {
    return test.tf().fill(test.tf().constant(new int[] {1, width}), test.tf().constant(0.1f));
  }

  /** testMultiRNNCellWithStateTuple of TensorFlow 1.15. */
  @Test
  void twoGruLayersMatchTheNumbersOfTensorFlow() {
    try (var test = new TestGraph()) {
      var scope = test.scope().scope("root").withInitializer(Initializers.constant(0.5));
      var x = test.feed32(Shape.of(1, 2), Shape.of(1, 2), 1, 1);
      var cell = MultiRnnCell.of(2, layer -> GruCell.builder(TFloat32.class, 2).build());
      var step = cell.step(scope, x, LayerStates.of(tenths(test, 2), tenths(test, 2)));
      Operand<TFloat32> first = step.state().layer(0, Operand.class);
      assertArrayEquals(new double[] {0.175991, 0.175991}, test.value(first), 1e-6);
      assertArrayEquals(new double[] {0.13248, 0.13248}, test.value(step.output()), 1e-6);
      assertEquals(8, scope.variables().size());
    }
  }

  /** testBasicLSTMCellWithStateTuple of TensorFlow 1.15. */
  @Test
  void twoBasicLstmLayersMatchTheNumbersOfTensorFlow() {
    try (var test = new TestGraph()) {
      var scope = test.scope().scope("root").withInitializer(Initializers.constant(0.5));
      var x = test.feed32(Shape.of(1, 2), Shape.of(1, 2), 1, 1);
      var cell = MultiRnnCell.of(2, layer -> BasicLstmCell.builder(TFloat32.class, 2).build());
      var state = new LstmState<>(tenths(test, 2), tenths(test, 2));
      var step = cell.step(scope, x, LayerStates.of(state, state));
      LstmState<TFloat32> first = step.state().layer(0, LstmState.class);
      LstmState<TFloat32> second = step.state().layer(1, LstmState.class);
      var numbers = test.values(List.of(first.c(), first.h(), second.c(), second.h()));
      assertArrayEquals(
          new double[] {
            0.68967271, 0.68967271, 0.44848421, 0.44848421,
            0.39897051, 0.39897051, 0.24024698, 0.24024698
          },
          TwoSteps.flat(numbers),
          1e-6);
    }
  }

  @Test
  void theStateNamesItsLayers() {
    var cell = cell(TFloat32.class);
    assertEquals(
        List.of("cell_0/c", "cell_0/h", "cell_1/h"),
        cell.stateSize().leaves().stream().map(leaf -> leaf.name()).toList());
  }

  /** The zero state is that of each layer, which a layer may choose. */
  @Test
  void theZeroStateIsThatOfTheLayers() {
    try (var test = new TestGraph()) {
      var tf = test.tf();
      var cell =
          MultiRnnCell.of(List.of(new DecayCell(2), GruCell.builder(TFloat64.class, 2).build()));
      var state = cell.zeroState(tf, tf.constant(1));
      Operand<TFloat64> decay = state.layer(0, Operand.class);
      Operand<TFloat64> gru = state.layer(1, Operand.class);
      assertArrayEquals(new double[] {1, 1}, test.value(decay), 0);
      assertArrayEquals(new double[] {0, 0}, test.value(gru), 0);
    }
  }

  @Test
  void oneObjectInTwoLayersIsRefusedWithTheReason() {
    var cell = BasicLstmCell.builder(TFloat32.class, 2).build();
    var other = BasicLstmCell.builder(TFloat32.class, 2).build();
    var e =
        assertThrows(
            IllegalArgumentException.class, () -> MultiRnnCell.of(List.of(cell, other, cell)));
    assertEquals(
        "MultiRnnCell: cells must be different objects, got the same one for cell 0 and cell 2,"
            + " which would share one set of weights. Make one for each layer, as with"
            + " MultiRnnCell.of(3, layer -> ...), or ask for shared weights with"
            + " MultiRnnCell.tied.",
        e.getMessage());
  }

  @Test
  void tiedLayersShareOneSetOfWeights() {
    try (var test = new TestGraph()) {
      var gru = GruCell.builder(TFloat64.class, 2).build();
      var cell = MultiRnnCell.tied(Collections.nCopies(2, gru));
      var x = test.random64(Shape.of(1, 2), Shape.of(1, 2));
      var h = test.random64(Shape.of(1, 2), Shape.of(1, 2));
      var step = cell.step(test.scope(), x, LayerStates.of(h, h));
      var byHand = gru.step(test.scope(), gru.step(test.scope(), x, h).output(), h);
      assertArrayEquals(test.value(byHand.output()), test.value(step.output()), TOLERANCE);
      assertEquals(
          List.of(
              "multi_rnn_cell/cell_0/gru_cell/gates/kernel",
              "multi_rnn_cell/cell_0/gru_cell/gates/bias",
              "multi_rnn_cell/cell_0/gru_cell/candidate/kernel",
              "multi_rnn_cell/cell_0/gru_cell/candidate/bias"),
          test.scope().variables().stream().map(Variable::name).toList());
    }
  }

  @Test
  void noCellIsRefused() {
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> MultiRnnCell.of(new ArrayList<GruCell<TFloat32>>()));
    assertEquals("MultiRnnCell: cells must be at least one, got none", e.getMessage());
  }

  @Test
  void aStateOfTooFewLayersIsRefused() {
    try (var test = new TestGraph()) {
      var x = test.random32(Shape.of(1, 2), Shape.of(1, 2));
      var cell = MultiRnnCell.of(2, layer -> GruCell.builder(TFloat32.class, 2).build());
      var e =
          assertThrows(
              IllegalArgumentException.class, () -> cell.step(test.scope(), x, LayerStates.of(x)));
      assertEquals("multi_rnn_cell: state must be one for each of 2 layers, got 1", e.getMessage());
    }
  }

  @Test
  void aStateOfAnotherKindOfLayerIsRefused() {
    try (var test = new TestGraph()) {
      var x = test.random32(Shape.of(1, 2), Shape.of(1, 2));
      var cell = MultiRnnCell.of(2, layer -> GruCell.builder(TFloat32.class, 2).build());
      var e =
          assertThrows(
              IllegalArgumentException.class,
              () -> cell.step(test.scope(), x, LayerStates.of(x, new LstmState<>(x, x))));
      assertEquals(
          "multi_rnn_cell/cell_1: state must have the parts [h], got a LstmState. The value that"
              + " zeroState returns has the right form.",
          e.getMessage());
    }
  }

  @Test
  void aLayerIsAskedForByItsIndexAndItsClass() {
    var states = LayerStates.of("a state", 1);
    var kind = assertThrows(IllegalArgumentException.class, () -> states.layer(1, String.class));
    assertEquals("layer states: kind of layer 1 must be Integer, got String", kind.getMessage());
    var index = assertThrows(IllegalArgumentException.class, () -> states.layer(2, String.class));
    assertEquals("layer states: index must be in 0..1, got 2", index.getMessage());
  }

  /** A second step that fails must not leave the stack believing that all weights are made. */
  @Test
  void aStackWhoseFirstStepFailedMakesItsWeightsLater() {
    try (var test = new TestGraph()) {
      var x = test.random64(Shape.of(1, 2), Shape.of(1, 2));
      var cell = MultiRnnCell.of(2, layer -> GruCell.builder(TFloat64.class, 2).build());
      var bad = LayerStates.of(x, test.random64(Shape.of(1, 3), Shape.of(1, 3)));
      assertThrows(IllegalArgumentException.class, () -> cell.step(test.scope(), x, bad));
      cell.step(test.scope(), x, LayerStates.of(x, x));
      assertEquals(8, test.scope().variables().size());
    }
  }
}
