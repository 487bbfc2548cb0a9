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
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

class OutputProjectionWrapperTest implements CellContract {

  @Override
  public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
    return OutputProjectionWrapper.builder(GruCell.builder(type, 2).build(), 4)
        .activation(Activation.tanh())
        .build();
  }

  @Override
  public List<String> variableNames() {
    String wrapper = "root/output_projection_wrapper/";
    return List.of(
        wrapper + "gru_cell/gates/kernel",
        wrapper + "gru_cell/gates/bias",
        wrapper + "gru_cell/candidate/kernel",
        wrapper + "gru_cell/candidate/bias",
        wrapper + "kernel",
        wrapper + "bias");
  }

  @Override
  public String inputRefuser() {
    return "root/output_projection_wrapper/gru_cell";
  }

  @Override
  public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
    var gru = PlainGru.step(weights, x, state.get(0));
    return List.of(gru.get(0).times(weights.get(4)).plus(weights.get(5)).tanh(), gru.get(1));
  }

  /** testOutputProjectionWrapper of TensorFlow 1.15. */
  @Test
  void matchesTheNumberOfTensorFlow() {
    try (var test = new TestGraph()) {
      var scope = test.scope().scope("root").withInitializer(Initializers.constant(0.5));
      var x = test.feed32(Shape.of(1, 3), Shape.of(1, 3), 1, 1, 1);
      var m = test.feed32(Shape.of(1, 3), Shape.of(1, 3), 0.1f, 0.1f, 0.1f);
      var cell =
          OutputProjectionWrapper.builder(GruCell.builder(TFloat32.class, 3).build(), 2).build();
      assertArrayEquals(
          new double[] {0.231907, 0.231907}, test.value(cell.step(scope, x, m).output()), 1e-6);
      assertEquals(Shape.of(2), cell.outputSize().leaves().get(0).shape());
    }
  }

  @Test
  void refusesAWidthOfNothing() {
    assertEquals(
        "output_projection_wrapper: units must be at least 1, got -1",
        Refusals.argument(() -> OutputProjectionWrapper.builder(new DecayCell(2), -1)));
  }

  @Test
  void handsOutTheCell() {
    var cell = new DecayCell(2);
    assertSame(cell, OutputProjectionWrapper.builder(cell, 1).build().wrapped());
  }
}
