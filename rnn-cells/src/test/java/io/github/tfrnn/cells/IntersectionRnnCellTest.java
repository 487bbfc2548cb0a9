package io.github.tfrnn.cells;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.ops.Activation;
import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TFloating;

class IntersectionRnnCellTest {
  private static final String NAME = "root/intersection_rnn_cell";

  /** What follows the projection of the input, if there is one. */
  private static List<Matrix> plainStep(Matrix kernel, Matrix bias, Matrix x, Matrix h) {
    int units = h.columns();
    var z = x.beside(h).times(kernel).plus(bias);
    var gh = z.columns(0, units).map(v -> v + 0.7).sigmoid();
    var c = z.columns(units, 2 * units).tanh();
    var gy = z.columns(2 * units, 3 * units).map(v -> v + 0.7).sigmoid();
    var y = z.columns(3 * units, 4 * units).tanh();
    return List.of(gy.mix(x, y), gh.mix(h, c));
  }

  @Nested
  class WithInputProjection implements CellContract {

    @Override
    public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
      return IntersectionRnnCell.builder(type, 2)
          .inputProjection()
          .forgetBias(0.7)
          .outputActivation(Activation.tanh())
          .build();
    }

    @Override
    public List<String> variableNames() {
      return List.of(
          NAME + "/in_projection/kernel",
          NAME + "/in_projection/bias",
          NAME + "/kernel",
          NAME + "/bias");
    }

    @Override
    public String inputRefuser() {
      return NAME;
    }

    @Override
    public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
      var projected = x.times(weights.get(0)).plus(weights.get(1));
      return IntersectionRnnCellTest.plainStep(
          weights.get(2), weights.get(3), projected, state.get(0));
    }
  }

  @Nested
  class OfInputsAsWideAsTheState implements CellContract {

    @Override
    public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
      return IntersectionRnnCell.builder(type, 3)
          .inputProjection()
          .forgetBias(0.7)
          .outputActivation(Activation.tanh())
          .build();
    }

    @Override
    public List<String> variableNames() {
      return List.of(NAME + "/kernel", NAME + "/bias");
    }

    @Override
    public String inputRefuser() {
      return NAME;
    }

    @Override
    public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
      return IntersectionRnnCellTest.plainStep(weights.get(0), weights.get(1), x, state.get(0));
    }
  }

  /** testIntersectionRNNCell of TensorFlow 1.15, where the output goes through relu. */
  @Test
  void matchesTheNumbersOfTensorFlow() {
    var cell = IntersectionRnnCell.builder(TFloat32.class, 2).inputProjection().build();
    var results = ConstantWeights.step(cell, 4, 0.1f, 1, 2, 3);
    assertArrayEquals(
        new double[] {2.00431061, 2.00431061, 4.00060606, 4.00060606, 6.00008249, 6.00008249},
        results.get(0),
        1e-6,
        "output");
    assertArrayEquals(
        new double[] {0.13752282, 0.13752282, 0.10545051, 0.10545051, 0.10074195, 0.10074195},
        results.get(1),
        1e-6,
        "state");
  }

  /** testIntersectionRNNCellFailure of TensorFlow 1.15. */
  @Test
  void anInputOfAnotherWidthIsRefused() {
    try (var test = new TestGraph()) {
      var scope = test.scope().scope("root");
      var cell = IntersectionRnnCell.builder(TFloat64.class, 2).build();
      var x = test.random64(Shape.of(3, 4), Shape.of(3, 4));
      var zeros = cell.zeroState(test.tf(), test.tf().constant(3));
      String message =
          NAME
              + ": x must have input size == output size for Intersection RNN, 2, got 4."
              + " To fix, set inputProjection() when the cell is built.";
      assertEquals(message, Refusals.argument(() -> cell.step(scope, x, zeros)));
      assertEquals(message, Refusals.argument(() -> cell.project(scope, x)));
      assertEquals(List.of(), scope.variables());
    }
  }
}
