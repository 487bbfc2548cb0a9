package io.github.tfrnn.cells;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.ops.Shapes;
import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/**
 * What every cell does that is one op in single precision: the same as the composed cell with its
 * weights, which {@link CellContract} holds to its formula in double precision.
 */
interface BlockCellContract {
  /** Single precision, where a gradient is a sum of some ten terms. */
  double TOLERANCE = 3e-6;

  /** A new cell. */
  TensorCell<TFloat32, ?> cell();

  /** The cell it stands for. */
  TensorCell<TFloat64, ?> composed();

  /** The names of its variables inside its own scope, in the order of their creation. */
  List<String> variableNames();

  /** What the composed cell calls a variable. */
  default String twinName(String name) {
    return name;
  }

  /** The name of its scope. */
  String scopeName();

  private Twins<TFloat32> twins() {
    return new Twins<>(cell(), composed(), this::twinName);
  }

  @Test
  default void equalsTheComposedCellInValuesAndGradients() {
    try (var twins = twins()) {
      var twinNames = variableNames().stream().map(this::twinName).toList();
      var expected = twins.numbers(twins.composed, twinNames);
      var actual = twins.numbers(twins.block, variableNames());
      assertEquals(expected.size(), actual.size());
      for (int i = 0; i < expected.size(); i++) {
        assertArrayEquals(expected.get(i), actual.get(i), TOLERANCE, "tensor " + i);
        assertTrue(Arrays.stream(actual.get(i)).anyMatch(v -> v != 0), "tensor " + i);
      }
    }
  }

  @Test
  default void reusesWeightsOnSecondStep() {
    try (var twins = twins()) {
      assertEquals(variableNames(), List.copyOf(twins.block.weights().keySet()));
      assertEquals(
          "block/" + scopeName() + "/" + variableNames().get(0),
          twins.test.scope().scope("block").variables().get(0).name());
    }
  }

  static List<Shape> badInputs() {
    return List.of(Shape.of(2, 3, 4), Shape.of(2), Shape.of(2, -1), Shape.unknown());
  }

  @ParameterizedTest
  @MethodSource("io.github.tfrnn.cells.BlockCellContract#badInputs")
  default void refusesBadShapesOfTheInput(Shape shape) {
    assertEquals(
        "root/"
            + scopeName()
            + ": x must have shape [batch, depth] with a known depth, got "
            + Shapes.text(shape),
        refusal(cell(), shape, 2, 0));
  }

  static List<int[]> badStates() {
    return List.of(new int[] {3, 0}, new int[] {2, 1});
  }

  @ParameterizedTest(name = "rows and more columns {0}")
  @MethodSource("io.github.tfrnn.cells.BlockCellContract#badStates")
  default void refusesBadShapesOfTheState(int[] rowsAndMore) {
    var leaf = cell().stateSize().leaves().get(0);
    long width = leaf.shape().get(0);
    assertEquals(
        "root/"
            + scopeName()
            + ": state "
            + leaf.name()
            + " must have shape [2, "
            + width
            + "], got ["
            + rowsAndMore[0]
            + ", "
            + (width + rowsAndMore[1])
            + "]",
        refusal(cell(), Shape.of(2, 3), rowsAndMore[0], rowsAndMore[1]));
  }

  private static <S> String refusal(TensorCell<TFloat32, S> cell, Shape x, int rows, int more) {
    try (var test = new TestGraph()) {
      var scope = test.scope().scope("root");
      List<Operand<TFloat32>> parts =
          cell.stateSize().leaves().stream()
              .map(leaf -> placeholder(test, Shape.of(rows, leaf.shape().get(0) + more)))
              .toList();
      var state = cell.stateSize().pack(parts);
      var message = Refusals.argument(() -> cell.step(scope, placeholder(test, x), state));
      assertEquals(List.of(), scope.variables(), "variables after the refusal");
      return message;
    }
  }

  private static Operand<TFloat32> placeholder(TestGraph test, Shape shape) {
    return test.tf().placeholder(TFloat32.class, Placeholder.shape(shape));
  }
}
