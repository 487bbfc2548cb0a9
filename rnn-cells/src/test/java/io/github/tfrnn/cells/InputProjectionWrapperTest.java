package io.github.tfrnn.cells;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.github.tfrnn.ops.Activation;
import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TFloating;

class InputProjectionWrapperTest implements CellContract {

  @Override
  public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
    return InputProjectionWrapper.builder(GruCell.builder(type, 2).build(), 4)
        .activation(Activation.tanh())
        .build();
  }

  @Override
  public List<String> variableNames() {
    String wrapper = "root/input_projection_wrapper/";
    return List.of(
        wrapper + "kernel",
        wrapper + "bias",
        wrapper + "gru_cell/gates/kernel",
        wrapper + "gru_cell/gates/bias",
        wrapper + "gru_cell/candidate/kernel",
        wrapper + "gru_cell/candidate/bias");
  }

  @Override
  public String inputRefuser() {
    return "root/input_projection_wrapper";
  }

  @Override
  public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
    var mapped = x.times(weights.get(0)).plus(weights.get(1)).tanh();
    return PlainGru.step(weights.subList(2, 6), mapped, state.get(0));
  }

  /** testInputProjectionWrapper of TensorFlow 1.15. */
  @Test
  void matchesTheNumberOfTensorFlow() {
    try (var test = new TestGraph()) {
      var scope = test.scope().scope("root").withInitializer(Initializers.constant(0.5));
      var x = test.feed32(Shape.of(1, 2), Shape.of(1, 2), 1, 1);
      var m = test.feed32(Shape.of(1, 3), Shape.of(1, 3), 0.1f, 0.1f, 0.1f);
      var cell =
          InputProjectionWrapper.builder(GruCell.builder(TFloat32.class, 3).build(), 3).build();
      double g = 0.154605;
      assertArrayEquals(new double[] {g, g, g}, test.value(cell.step(scope, x, m).output()), 1e-6);
    }
  }

  @Test
  void mapsTheInputsOfASequenceAndTheCellProjectsThem() {
    try (var test = new TestGraph()) {
      var x = test.random64(Shape.of(4, 3), Shape.of(4, 3));
      var cell =
          InputProjectionWrapper.builder(GruCell.builder(TFloat64.class, 2).build(), 5).build();
      assertEquals(
          List.of(Shape.of(4, 4), Shape.of(4, 2)),
          cell.project(test.scope(), x).inputs().stream().map(Operand::shape).toList());
    }
  }

  @Test
  void refusesAWidthOfNothing() {
    assertEquals(
        "input_projection_wrapper: units must be at least 1, got 0",
        Refusals.argument(() -> InputProjectionWrapper.builder(new DecayCell(2), 0)));
  }

  @Test
  void handsOutTheCell() {
    var cell = new DecayCell(2);
    assertSame(cell, InputProjectionWrapper.builder(cell, 1).build().wrapped());
  }
}
