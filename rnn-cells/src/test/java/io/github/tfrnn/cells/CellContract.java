package io.github.tfrnn.cells;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.tfrnn.ops.Gradients;
import io.github.tfrnn.ops.Reuse;
import io.github.tfrnn.ops.Shapes;
import io.github.tfrnn.testing.FiniteDifferences;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TFloating;

/**
 * What every cell does. The test of a cell implements this and brings the cell and a plain Java
 * step; that of a cell which Python still has implements {@link PythonCellContract}.
 */
interface CellContract {
  /** Double precision, where both sides add in another order. */
  double TOLERANCE = 1e-12;

  /** A new cell that takes inputs of any width. */
  <T extends TFloating> TensorCell<T, ?> cell(Class<T> type);

  /** The names of its variables in the scope {@code root}, in the order of their creation. */
  List<String> variableNames();

  /** What a refusal of the input begins with. */
  String inputRefuser();

  /** What a refusal of the state begins with. */
  default String stateRefuser() {
    return inputRefuser();
  }

  /** What a refusal calls the first part of the state. */
  default String refusedPart(String leaf) {
    return leaf.substring(leaf.lastIndexOf('/') + 1);
  }

  /**
   * One step in plain Java.
   *
   * @return the output, then the parts of the new state
   */
  List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state);

  @Test
  default void matchesPlainJavaLoop() {
    try (var run = new TwoSteps<>(cell(TFloat64.class))) {
      var weights = run.weights.stream().map(run::matrix).toList();
      var state = run.initial.stream().map(run::matrix).toList();
      var first = plainStep(weights, run.matrix(run.inputs.get(0)), state);
      var second =
          plainStep(weights, run.matrix(run.inputs.get(1)), first.subList(1, first.size()));
      var expected = second.stream().map(Matrix::elements).toList();
      assertArrayEquals(TwoSteps.flat(expected), run.numbers(), TOLERANCE);
    }
  }

  @Test
  default void gradientMatchesFiniteDifference() {
    try (var run = new TwoSteps<>(cell(TFloat64.class))) {
      var loss = loss(run);
      var xs = Stream.of(run.inputs, run.initial, run.weights).flatMap(List::stream).toList();
      var numbers = run.test.values(Gradients.of(loss, xs));
      for (int i = 0; i < xs.size(); i++) {
        var x = xs.get(i);
        var slopes =
            IntStream.range(0, numbers.get(i).length)
                .mapToDouble(k -> FiniteDifferences.slope(run.test, loss, x, k))
                .toArray();
        assertArrayEquals(slopes, numbers.get(i), 1e-8, "gradient of tensor " + i);
      }
    }
  }

  private static Operand<TFloat64> loss(TwoSteps<?> run) {
    var terms = new ArrayList<Operand<TFloat64>>();
    Stream.concat(run.outputs.stream(), run.last.stream())
        .forEach(part -> terms.add(run.test.weigh(part, terms.size())));
    return run.test.total(terms);
  }

  /** Shapes of an input and of what precedes the width in each part of the state. */
  static Stream<Arguments> badShapes() {
    return Stream.of(
        Arguments.of(Shape.of(2, 3, 4), 2, 0),
        Arguments.of(Shape.of(2), 2, 0),
        Arguments.of(Shape.of(2, -1), 2, 0),
        Arguments.of(Shape.unknown(), 2, 0),
        Arguments.of(Shape.of(2, 3), 3, 0),
        Arguments.of(Shape.of(2, 3), 2, 1));
  }

  @ParameterizedTest(name = "x {0}, state of {1} rows and {2} more columns")
  @MethodSource("io.github.tfrnn.cells.CellContract#badShapes")
  default void refusesBadShapes(Shape x, int rows, int more) {
    try (var test = new TestGraph()) {
      var scope = test.scope().scope("root");
      var cell = cell(TFloat64.class);
      var leaf = cell.stateSize().leaves().get(0);
      long width = leaf.shape().get(0);
      var e =
          assertThrows(
              IllegalArgumentException.class,
              () -> step(test, cell, placeholder(test, x), rows, more));
      assertEquals(
          rows == 2 && more == 0
              ? inputRefuser()
                  + ": x must have shape [batch, depth] with a known depth, got "
                  + Shapes.text(x)
              : stateRefuser()
                  + ": state"
                  + (leaf.name().isEmpty() ? "" : " " + refusedPart(leaf.name()))
                  + " must have shape [2, "
                  + width
                  + "], got ["
                  + rows
                  + ", "
                  + (width + more)
                  + "]",
          e.getMessage());
      assertEquals(List.of(), scope.variables(), "variables after the refusal");
    }
  }

  private static Operand<TFloat64> placeholder(TestGraph test, Shape shape) {
    return test.tf().placeholder(TFloat64.class, Placeholder.shape(shape));
  }

  private static <S> Step<Operand<TFloat64>, S> step(
      TestGraph test, TensorCell<TFloat64, S> cell, Operand<TFloat64> x, int rows, int more) {
    var parts = new ArrayList<Operand<TFloat64>>();
    for (var leaf : cell.stateSize().leaves()) {
      parts.add(placeholder(test, Shape.of(rows, leaf.shape().get(0) + more)));
    }
    return cell.step(test.scope().scope("root"), x, cell.stateSize().pack(parts));
  }

  @Test
  default void reusesWeightsOnSecondStep() {
    try (var test = new TestGraph()) {
      var cell = cell(TFloat64.class);
      var x = placeholder(test, Shape.of(2, 3));
      step(test, cell, x, 2, 0);
      step(test, cell, x, 2, 0);
      assertEquals(variableNames(), test.scope().variables().stream().map(v -> v.name()).toList());
    }
  }

  @Test
  default void projectionAndRecurrenceAreAStep() {
    try (var run = new TwoSteps<>(cell(TFloat64.class))) {
      var expected = run.numbers();
      assertArrayEquals(expected, projected(run, cell(TFloat64.class)), TOLERANCE);
    }
  }

  /** The numbers of the two steps by way of a projection of both inputs at once. */
  private static <S> double[] projected(TwoSteps<?> run, TensorCell<TFloat64, S> cell) {
    var tf = run.test.tf();
    var scope = run.test.scope().scope("root").withReuse(Reuse.ALWAYS);
    var projection = Projections.of(cell, scope, tf.concat(run.inputs, tf.constant(0)));
    var rows = TwoSteps.halves(tf, projection.inputs());
    var first = projection.recurrence().step(tf, rows.get(0), cell.stateSize().pack(run.initial));
    var second = projection.recurrence().step(tf, rows.get(1), first.state());
    var results = new ArrayList<Operand<?>>();
    results.add(second.output());
    results.addAll(cell.stateSize().flatten(second.state()));
    return TwoSteps.flat(run.test.values(results));
  }

  static Stream<Arguments> types() {
    return Stream.of(
        Arguments.of(TFloat32.class, 1e-6),
        Arguments.of(TFloat16.class, 5e-3),
        Arguments.of(TBfloat16.class, 4e-2));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("io.github.tfrnn.cells.CellContract#types")
  default <T extends TFloating> void runsInEachType(Class<T> type, double tolerance) {
    try (var test = new TestGraph()) {
      var x = test.random64(Shape.of(2, 3), Shape.of(2, 3));
      var wide = oneStep(test, cell(TFloat64.class), x, "wide");
      var narrow = oneStep(test, cell(type), test.tf().dtypes.cast(x, type), "narrow");
      assertEquals(type, narrow.type());
      assertArrayEquals(test.value(wide), test.value(narrow), tolerance);
    }
  }

  private static <T extends TFloating, S> Operand<T> oneStep(
      TestGraph test, TensorCell<T, S> cell, Operand<T> x, String name) {
    var scope = test.scope().scope(name).withInitializer(Wave.initializer());
    return cell.step(scope, x, cell.zeroState(test.tf(), test.tf().constant(2))).output();
  }
}
