package io.github.tfrnn.cells;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TFloating;

class HighwayWrapperTest {

  /** What both have in common. */
  interface Gated extends CellContract {
    @Override
    default String inputRefuser() {
      return "root/highway_wrapper";
    }

    @Override
    default String stateRefuser() {
      return "root/gru_cell";
    }
  }

  /** One gate and what is left of it. */
  @Nested
  class Coupled implements Gated {
    @Override
    public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
      return HighwayWrapper.builder(GruCell.builder(type, 3).build()).build();
    }

    @Override
    public List<String> variableNames() {
      return names("root/carry_w", "root/carry_b");
    }

    @Override
    public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
      var gru = PlainGru.step(weights, x, state.get(0));
      var carry = x.times(weights.get(4)).plus(weights.get(5)).sigmoid();
      var output = x.mul(carry).plus(gru.get(0).mul(carry.map(v -> 1 - v)));
      return List.of(output, gru.get(1));
    }
  }

  /** Two gates. */
  @Nested
  class Separate implements Gated {
    @Override
    public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
      return HighwayWrapper.builder(GruCell.builder(type, 3).build()).separateGates().build();
    }

    @Override
    public List<String> variableNames() {
      return names("root/carry_w", "root/carry_b", "root/transform_w", "root/transform_b");
    }

    @Override
    public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
      var gru = PlainGru.step(weights, x, state.get(0));
      var carry = x.times(weights.get(4)).plus(weights.get(5)).sigmoid();
      var transform = x.times(weights.get(6)).plus(weights.get(7)).sigmoid();
      return List.of(x.mul(carry).plus(gru.get(0).mul(transform)), gru.get(1));
    }
  }

  private static List<String> names(String... gates) {
    var names =
        new ArrayList<>(
            List.of(
                "root/gru_cell/gates/kernel",
                "root/gru_cell/gates/bias",
                "root/gru_cell/candidate/kernel",
                "root/gru_cell/candidate/bias"));
    names.addAll(List.of(gates));
    return names;
  }

  /** testHighwayWrapper of TensorFlow 1.15, and the same with the default bias. */
  @ParameterizedTest(name = "carry bias {0}")
  @CsvSource({"-100, 0.15460503", "1, 0.93586988"})
  void matchesTheNumberOfTensorFlow(double carryBias, double expected) {
    try (var test = new TestGraph()) {
      var scope = test.scope().scope("root").withInitializer(Initializers.constant(0.5));
      var x = test.feed32(Shape.of(1, 3), Shape.of(1, 3), 1, 1, 1);
      var m = test.feed32(Shape.of(1, 3), Shape.of(1, 3), 0.1f, 0.1f, 0.1f);
      var cell =
          HighwayWrapper.builder(GruCell.builder(TFloat32.class, 3).build())
              .carryBias(carryBias)
              .build();
      var step = cell.step(scope, x, m);
      double g = 0.15460503;
      assertArrayEquals(
          new double[] {expected, expected, expected}, test.value(step.output()), 1e-6);
      assertArrayEquals(new double[] {g, g, g}, test.value(step.state()), 1e-6);
    }
  }

  @Test
  void theTransformGateBeginsWithTheNegativeBias() {
    try (var test = new TestGraph()) {
      var cell = HighwayWrapper.builder(new DecayCell(2)).separateGates().carryBias(3).build();
      var x = test.random64(Shape.of(1, 2), Shape.of(1, 2));
      cell.step(test.scope(), x, cell.zeroState(test.tf(), test.tf().constant(1)));
      var variables = test.scope().variables();
      assertEquals("carry_b", variables.get(3).name());
      assertArrayEquals(new double[] {3, 3}, test.value(variables.get(3).value()));
      assertEquals("transform_b", variables.get(5).name());
      assertArrayEquals(new double[] {-3, -3}, test.value(variables.get(5).value()));
    }
  }

  @Test
  void refusesAnInputOfAnotherWidth() {
    try (var test = new TestGraph()) {
      var cell = HighwayWrapper.builder(new DecayCell(2)).build();
      var x = test.random64(Shape.of(1, 3), Shape.of(1, 3));
      var state = cell.zeroState(test.tf(), test.tf().constant(1));
      assertEquals(
          "highway_wrapper: x must have the shape of the output, [?, 2], got [1, 3]: the shapes are"
              + " incompatible. An InputProjectionWrapper around it gives x that width.",
          Refusals.argument(() -> cell.step(test.scope(), x, state)));
    }
  }

  @Test
  void computesItsGatesOutsideOfTheLoop() {
    try (var test = new TestGraph()) {
      var x = test.random64(Shape.of(4, 3), Shape.of(4, 3));
      var cell = HighwayWrapper.builder(GruCell.builder(TFloat64.class, 3).build()).build();
      assertEquals(
          List.of(Shape.of(4, 6), Shape.of(4, 3), Shape.of(4, 3), Shape.of(4, 3)),
          cell.project(test.scope(), x).inputs().stream().map(Operand::shape).toList());
      assertEquals(3, cell.outputSize().leaves().get(0).shape().get(0));
    }
  }

  @Test
  void handsOutTheCell() {
    var cell = new DecayCell(2);
    assertSame(cell, HighwayWrapper.builder(cell).build().wrapped());
  }
}
