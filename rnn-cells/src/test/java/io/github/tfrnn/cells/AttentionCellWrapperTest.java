package io.github.tfrnn.cells;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TFloating;

class AttentionCellWrapperTest implements CellContract {
  private static final int LENGTH = 3;
  private static final int SIZE = 4;
  private static final int VECTOR = 2;

  @Override
  public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
    return AttentionCellWrapper.builder(BasicLstmCell.builder(type, 2).build(), LENGTH)
        .attentionSize(SIZE)
        .attentionVectorSize(VECTOR)
        .build();
  }

  @Override
  public List<String> variableNames() {
    String wrapper = "root/attention_cell_wrapper/";
    return List.of(
        wrapper + "kernel",
        wrapper + "bias",
        wrapper + "basic_lstm_cell/kernel",
        wrapper + "basic_lstm_cell/bias",
        wrapper + "attention/attn_w",
        wrapper + "attention/attn_v",
        wrapper + "attention/kernel",
        wrapper + "attention/bias",
        wrapper + "attn_output_projection/kernel",
        wrapper + "attn_output_projection/bias");
  }

  @Override
  public String inputRefuser() {
    return "root/attention_cell_wrapper";
  }

  @Override
  public String refusedPart(String leaf) {
    return leaf;
  }

  @Override
  public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
    var mixed = x.beside(state.get(2)).times(weights.get(0)).plus(weights.get(1));
    var lstm = PlainLstm.withForgetBias(1).step(weights.subList(2, 4), mixed, state.subList(0, 2));
    var query = lstm.get(1).beside(lstm.get(2)).times(weights.get(6)).plus(weights.get(7));
    var attention = attention(weights, query, state.get(3));
    var output = lstm.get(0).beside(attention).times(weights.get(8)).plus(weights.get(9));
    var window = state.get(3).columns(SIZE, LENGTH * SIZE).beside(output);
    return List.of(output, lstm.get(1), lstm.get(2), attention, window);
  }

  private static Matrix attention(List<Matrix> weights, Matrix query, Matrix window) {
    var w = new Matrix(SIZE, VECTOR, weights.get(4).elements());
    var v = new Matrix(VECTOR, 1, weights.get(5).elements());
    var wide = new Matrix(1, SIZE, 1, 1, 1, 1);
    var sum = Matrix.zeros(2, 1);
    var weighted = Matrix.zeros(2, SIZE);
    for (int l = 0; l < LENGTH; l++) {
      var hidden = window.columns(l * SIZE, (l + 1) * SIZE);
      var score = hidden.times(w).plus(query).tanh().times(v).map(Math::exp);
      sum = sum.plus(score);
      weighted = weighted.plus(hidden.mul(score.times(wide)));
    }
    return weighted.mul(sum.times(wide).map(s -> 1 / s));
  }

  private static AttentionCellWrapper<TFloat32, LstmState<TFloat32>> overLstm() {
    return AttentionCellWrapper.builder(LstmCell.builder(TFloat32.class, 8).build(), 16).build();
  }

  /** testAttentionCellWrapperZeros of TensorFlow 1.15. */
  @Test
  void ofZerosItMakesZeros() {
    try (var test = new TestGraph()) {
      var cell = overLstm();
      var x = test.feed32(Shape.of(3, 4), Shape.of(3, 4), new float[12]);
      var state = cell.zeroState(test.tf(), test.tf().constant(3));
      var output = test.value(cell.step(test.scope(), x, state).output());
      assertArrayEquals(new double[3 * 8], output, 1e-7);
    }
  }

  /** testAttentionCellWrapperValues of TensorFlow 1.15. */
  @Test
  void rowsDifferAndPartsHaveTheShapesOfTensorFlow() {
    try (var test = new TestGraph()) {
      var cell = overLstm();
      var x = test.feed32(Shape.of(3, 4), Shape.of(3, 4), 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
      var tf = test.tf();
      var parts =
          cell.stateSize().leaves().stream()
              .<Operand<?>>map(
                  leaf -> tf.fill(tf.constant(leaf.withBatch(3).asArray()), tf.constant(0.1f)))
              .toList();
      var step = cell.step(test.scope(), x, cell.stateSize().pack(parts));
      assertEquals(Shape.of(3, 8), test.shapeOf(step.state().cell().c()));
      assertEquals(Shape.of(3, 8), test.shapeOf(step.state().attention()));
      assertEquals(Shape.of(3, 128), test.shapeOf(step.state().window()));
      var output = test.value(step.output());
      assertEquals(24, output.length);
      assertNotEquals(output[0], output[8], 1e-6);
      assertNotEquals(output[8], output[16], 1e-6);
    }
  }

  @Test
  void aWindowOfOneIsTheLastOutput() {
    try (var test = new TestGraph()) {
      var cell = AttentionCellWrapper.builder(new DecayCell(2), 1).inputSize(5).build();
      var x = test.random64(Shape.of(2, 3), Shape.of(2, 3));
      var state = cell.zeroState(test.tf(), test.tf().constant(2));
      var step = cell.step(test.scope(), x, state);
      var values = test.values(List.of(step.output(), step.state().window()));
      assertArrayEquals(values.get(0), values.get(1));
      assertEquals(
          Shape.of(5, 2),
          test.scope().scope("attention_cell_wrapper/decay_cell").variables().get(0).shape());
    }
  }

  @Test
  void beginsWithTheStateOfTheCellAndAnEmptyWindow() {
    try (var test = new TestGraph()) {
      var cell = AttentionCellWrapper.builder(new DecayCell(2), 3).build();
      var state = cell.zeroState(test.tf(), test.tf().constant(1));
      assertArrayEquals(new double[] {1, 1}, test.value(state.cell()));
      assertArrayEquals(new double[6], test.value(state.window()));
    }
  }

  /** {@code state_is_tuple=False} of TensorFlow 1.15. */
  @Test
  void keepsItsStateInOneTensorWhereAsked() {
    var cell = ConcatenatedState.of(overLstm());
    assertEquals(Shape.of(8 + 8 + 8 + 128), cell.stateSize().leaves().get(0).shape());
  }

  @Test
  void refusesAWindowOfNothing() {
    for (int length : new int[] {0, -1}) {
      assertEquals(
          "attention_cell_wrapper: length must be at least 1, got " + length,
          Refusals.argument(() -> AttentionCellWrapper.builder(new DecayCell(2), length)));
    }
  }

  @Test
  void namesThePartsOfItsState() {
    assertEquals(
        List.of("cell/c", "cell/h", "attention", "window"),
        overLstm().stateSize().leaves().stream().map(leaf -> leaf.name()).toList());
    assertEquals(TFloat32.class, overLstm().type());
  }

  @Test
  void handsOutTheCell() {
    var cell = new DecayCell(2);
    assertSame(cell, AttentionCellWrapper.builder(cell, 2).build().wrapped());
  }

  @Test
  void projectsTheInputsOfASequence() {
    try (var test = new TestGraph()) {
      var x = test.random64(Shape.of(4, 3), Shape.of(4, 3));
      var cell = AttentionCellWrapper.builder(new DecayCell(2), 2).build();
      var projected = cell.project(test.scope(), x).inputs().get(0);
      assertEquals(Shape.of(4, 3), projected.shape());
      assertEquals(TFloat64.class, projected.type());
      assertEquals(12, Arrays.stream(test.value(projected)).distinct().count());
    }
  }
}
