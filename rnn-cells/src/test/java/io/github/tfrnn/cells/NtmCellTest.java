package io.github.tfrnn.cells;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.ops.Gradients;
import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.Shapes;
import io.github.tfrnn.testing.FiniteDifferences;
import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TFloating;

class NtmCellTest {
  private static final String NAME = "root/ntm_cell";

  /** One with a controller of four units and a memory of five places of width four. */
  private static <T extends TFloating> NtmCell.Builder<T, LstmState<T>> builder(Class<T> type) {
    return NtmCell.builder(LstmCell.builder(type, 4).build(), 5, 4);
  }

  @ParameterizedTest(name = "clipped at {0}")
  @ValueSource(doubles = {20, NtmSteps.CLIP})
  void matchesPlainJavaLoop(double clip) {
    try (var run = new NtmSteps(clip)) {
      var weights = run.weights.stream().map(w -> TwoSteps.matrix(run.test, w)).toList();
      var results = new ArrayList<Operand<?>>(run.outputs);
      results.addAll(run.last);
      var numbers = run.test.values(results);
      for (int row = 0; row < 2; row++) {
        int r = row;
        var plain = NtmSteps.plain(clip);
        var first = plain.step(weights, run.row(run.inputs.get(0), row), run.row(row));
        var second = plain.step(weights, run.row(run.inputs.get(1), row), first.state());
        var actual = numbers.stream().map(part -> NtmSteps.half(part, r)).toList();
        assertArrayEquals(
            first.output().elements(), actual.get(0), CellContract.TOLERANCE, "output 1");
        assertArrayEquals(
            second.output().elements(), actual.get(1), CellContract.TOLERANCE, "output 2");
        assertArrayEquals(
            second.state().numbers(),
            TwoSteps.flat(actual.subList(2, actual.size())),
            CellContract.TOLERANCE,
            "state of row " + row);
      }
      assertArrayEquals(new double[] {2, 9}, run.test.value(run.time));
    }
  }

  /** Of the inputs, of the state and of all variables, the learned beginnings among them. */
  @Test
  void gradientMatchesFiniteDifference() {
    try (var run = new NtmSteps(20)) {
      var terms = new ArrayList<Operand<TFloat64>>();
      Stream.concat(run.outputs.stream(), run.last.stream())
          .forEach(part -> terms.add(run.test.weigh(part, terms.size())));
      var loss = run.test.total(terms);
      var xs = Stream.of(run.inputs, run.initial, run.weights).flatMap(List::stream).toList();
      var gradients = run.test.values(Gradients.of(loss, xs));
      for (int i = 0; i < xs.size(); i++) {
        var x = xs.get(i);
        var slopes =
            IntStream.range(0, gradients.get(i).length)
                .mapToDouble(k -> FiniteDifferences.slope(run.test, loss, x, k))
                .toArray();
        assertArrayEquals(slopes, gradients.get(i), 1e-7, "gradient of tensor " + i);
        assertTrue(Arrays.stream(slopes).anyMatch(slope -> slope != 0), "tensor " + i + " counts");
      }
    }
  }

  static Stream<Shape> badInputs() {
    return Stream.of(Shape.of(2, 3, 4), Shape.of(2), Shape.of(2, -1), Shape.unknown());
  }

  @ParameterizedTest(name = "x {0}")
  @MethodSource("badInputs")
  void refusesBadShapes(Shape shape) {
    try (var test = new TestGraph()) {
      var scope = test.scope().scope("root");
      var cell = builder(TFloat64.class).build();
      var x = test.tf().placeholder(TFloat64.class, Placeholder.shape(shape));
      var zeros = cell.zeroState(test.tf(), test.tf().constant(2));
      assertEquals(
          NAME + ": x must have shape [batch, depth] with a known depth, got " + Shapes.text(shape),
          Refusals.argument(() -> cell.step(scope, x, zeros)));
      assertEquals(List.of(), scope.variables(), "variables after the refusal");
    }
  }

  @Test
  void refusesAStateOfAnotherSize() {
    try (var test = new TestGraph()) {
      var scope = test.scope().scope("root");
      var cell = builder(TFloat64.class).build();
      var x = test.random64(Shape.of(2, 3), Shape.of(2, 3));
      var other = NtmCell.builder(LstmCell.builder(TFloat64.class, 4).build(), 6, 4).build();
      var state = other.zeroState(test.tf(), test.tf().constant(2));
      assertEquals(
          NAME + ": state w_list/0 must have shape [2, 5], got [2, 6]",
          Refusals.argument(() -> cell.step(scope, x, state)));
      var zeros = cell.zeroState(test.tf(), test.tf().constant(2));
      var fewer =
          new NtmControllerState<>(
              zeros.controllerState(),
              List.of(),
              zeros.addressWeights(),
              zeros.memory(),
              zeros.time());
      assertEquals(
          "NTM state: readVectors must be one for each of 1 heads, got 0",
          Refusals.argument(() -> cell.step(scope, x, fewer)));
      assertEquals(List.of(), scope.variables(), "variables after the refusals");
    }
  }

  @Test
  void reusesWeightsOnSecondStep() {
    try (var test = new TestGraph()) {
      var scope = test.scope().scope("root");
      var cell = builder(TFloat64.class).readHeads(2).build();
      var x = test.random64(Shape.of(2, 3), Shape.of(2, 3));
      var first = cell.step(scope, x, cell.zeroState(test.tf(), test.tf().constant(2)));
      cell.step(scope, x, first.state());
      assertEquals(
          List.of(
              NAME + "/parameters_kernel",
              NAME + "/parameters_bias",
              NAME + "/output_kernel",
              NAME + "/output_bias",
              NAME + "/initial_read_vector_0",
              NAME + "/initial_read_vector_1",
              NAME + "/initial_address_weights_0",
              NAME + "/initial_address_weights_1",
              NAME + "/initial_address_weights_2",
              NAME + "/memory",
              NAME + "/lstm_cell/kernel",
              NAME + "/lstm_cell/bias"),
          scope.variables().stream().map(v -> v.name()).toList());
      assertEquals(
          List.of(
              Shape.of(4, 3 * 10 + 8), Shape.of(38), Shape.of(12, 3), Shape.of(3), Shape.of(1, 4)),
          scope.variables().subList(0, 5).stream().map(v -> v.shape()).toList());
    }
  }

  /**
   * What testNTMCell of TensorFlow 1.15 asserts and does not owe to its random numbers: the first
   * step reads the memory as it begins, and the weights of each head sum to one.
   */
  @Test
  void theFirstStepReadsTheMemoryAsItBegins() {
    try (var test = new TestGraph()) {
      var cell = builder(TFloat32.class).build();
      var x = test.random32(Shape.of(4, 4), Shape.of(4, 4));
      var step = cell.step(test.scope(), x, cell.zeroState(test.tf(), test.tf().constant(4)));
      var state = step.state();
      var read = test.value(state.readVectors().get(0));
      assertArrayEquals(new double[] {1e-6, 1e-6, 1e-6, 1e-6}, Arrays.copyOf(read, 4), 1e-12);
      for (var weights : state.addressWeights()) {
        var sums = test.value(test.tf().sum(weights, test.tf().constant(1)));
        assertArrayEquals(new double[] {1, 1, 1, 1}, sums, 1e-6);
      }
      assertEquals(Shape.of(4, 4), test.shapeOf(step.output()), "as wide as the input");
      assertEquals(-1, cell.outputSize().leaves().get(0).shape().get(0), "known at the first step");
    }
  }

  /** The first values of testNTMCell's variables, and the deviations of those that are random. */
  @Test
  void variablesBeginAsInTensorFlow() {
    try (var test = new TestGraph()) {
      var scope = test.scope().withInitializer(Initializers.constant(0.5));
      var controller = BasicRnnCell.builder(TFloat64.class, 100).build();
      var cell = NtmCell.builder(controller, 50, 100).outputs(30).build();
      var x = test.random64(Shape.of(1, 3), Shape.of(1, 3));
      cell.step(scope, x, cell.zeroState(test.tf(), test.tf().constant(1)));
      var values = scope.variables().stream().map(v -> test.value(v.value())).toList();
      assertNormal(1 / Math.sqrt(100), values.get(0));
      assertTrue(Arrays.stream(values.get(1)).allMatch(v -> v == 0), "parameters_bias");
      assertNormal(1 / Math.sqrt(200), values.get(2));
      assertTrue(Arrays.stream(values.get(3)).allMatch(v -> v == 0), "output_bias");
      assertUniform(Math.sqrt(6.0 / 101), values.get(4));
      assertUniform(Math.sqrt(6.0 / 51), values.get(5));
      assertTrue(Arrays.stream(values.get(7)).allMatch(v -> v == 1e-6), "memory");
      assertTrue(Arrays.stream(values.get(8)).allMatch(v -> v == 0.5), "kernel of the controller");
    }
  }

  /** Cut off at two deviations, which makes them smaller by 0.88. */
  private static void assertNormal(double deviation, double[] values) {
    double squares = Arrays.stream(values).map(v -> v * v).average().orElseThrow();
    assertEquals(0.88 * deviation, Math.sqrt(squares), 0.03 * deviation);
    assertTrue(Arrays.stream(values).allMatch(v -> Math.abs(v) <= 2 * deviation));
  }

  private static void assertUniform(double limit, double[] values) {
    assertEquals(limit, Arrays.stream(values).map(Math::abs).max().orElseThrow(), 0.1 * limit);
    assertTrue(Arrays.stream(values).allMatch(v -> Math.abs(v) <= limit));
  }

  @Test
  void aRowBeginsWithTheLearnedValuesWhenItTakesItsFirstStep() {
    try (var test = new TestGraph()) {
      var cell = builder(TFloat64.class).build();
      var tf = test.tf();
      var x = test.feed64(Shape.of(2, 2), Shape.of(2, 2), 0.3, -0.4, 0.3, -0.4);
      var zeros = cell.zeroState(tf, tf.constant(2));
      var step = cell.step(test.scope(), x, zeros);
      var later =
          new NtmControllerState<>(
              zeros.controllerState(),
              List.of(tf.onesLike(zeros.readVectors().get(0))),
              zeros.addressWeights(),
              tf.onesLike(zeros.memory()),
              test.feedInts(0, 1));
      var half = cell.step(test.scope(), x, later).output();
      var begun = test.value(step.output());
      var mixed = test.value(half);
      assertArrayEquals(NtmSteps.half(begun, 0), NtmSteps.half(mixed, 0), 0);
      assertTrue(Math.abs(begun[2] - mixed[2]) > 1e-3, "the second row goes on from its state");
    }
  }

  /** Weights of a place of 1/500 to the power of 21 are no single precision number any more. */
  @Test
  void aLargeMemoryKeepsItsWeights() {
    try (var test = new TestGraph()) {
      var controller = BasicRnnCell.builder(TFloat32.class, 2).build();
      var cell = NtmCell.builder(controller, 500, 2).build();
      var x = test.random32(Shape.of(1, 3), Shape.of(1, 3));
      var step = cell.step(test.scope(), x, cell.zeroState(test.tf(), test.tf().constant(1)));
      var bias = test.scope().variables().get(1).value(TFloat32.class);
      var steering = new float[(int) bias.shape().size()];
      steering[7] = 50; // the sharpness of the read head
      test.refeed(bias, TFloat32.vectorOf(steering));
      var weights = step.state().addressWeights().get(0);
      var loss = test.weigh(weights, 0);
      var gradients =
          Gradients.of(loss, List.of(test.scope().variables().get(0).value(TFloat32.class)));
      var numbers = test.values(List.of(weights, gradients.get(0)));
      assertEquals(1, Arrays.stream(numbers.get(0)).sum(), 1e-5);
      assertTrue(Arrays.stream(numbers.get(1)).allMatch(Double::isFinite));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("io.github.tfrnn.cells.CellContract#types")
  <T extends TFloating> void runsInEachType(Class<T> type, double tolerance) {
    assertArrayEquals(secondOutput(TFloat64.class), secondOutput(type), tolerance);
  }

  /** The output of the second step; first values of variables are the same in every type. */
  private static <T extends TFloating> double[] secondOutput(Class<T> type) {
    try (var test = new TestGraph()) {
      var x = test.tf().dtypes.cast(test.random64(Shape.of(2, 3), Shape.of(2, 3)), type);
      var cell = builder(type).build();
      var zeros = cell.zeroState(test.tf(), test.tf().constant(2));
      var first = cell.step(test.scope(), x, zeros);
      var second = cell.step(test.scope(), x, first.state());
      assertEquals(type, second.output().type());
      return test.value(second.output());
    }
  }

  @Test
  void settingsThatCannotBeAreRefused() {
    var controller = LstmCell.builder(TFloat32.class, 4).build();
    assertEquals(
        "ntm_cell: places must be at least 1, got 0",
        Refusals.argument(() -> NtmCell.builder(controller, 0, 4)));
    var cell = NtmCell.builder(controller, 5, 4);
    assertEquals(
        "ntm_cell: readHeads must be at least 1, got 0",
        Refusals.argument(() -> cell.readHeads(0)));
    assertEquals("ntm_cell: clip must be above 0, got 0.0", Refusals.argument(() -> cell.clip(0)));
    assertEquals(
        "ntm_cell: shiftRange must be at most 2 for 5 places, got 3",
        Refusals.argument(() -> cell.shiftRange(3).build()));
    var unknown = NtmCell.builder(cell.shiftRange(2).build(), 5, 4);
    assertEquals(
        "ntm_cell: controller must be a cell with an output of known width, got [?]",
        Refusals.argument(unknown::build));
  }

  /** With no range the heads stay where the gate leaves them. */
  @Test
  void aShiftRangeOfZeroIsNoShift() {
    try (var test = new TestGraph()) {
      var cell = builder(TFloat64.class).shiftRange(0).build();
      var x = test.random64(Shape.of(2, 3), Shape.of(2, 3));
      var zeros = cell.zeroState(test.tf(), test.tf().constant(2));
      var step = cell.step(test.scope(), x, zeros);
      var bias = test.scope().variables().get(1).value(TFloat64.class);
      var steering = new double[(int) bias.shape().size()];
      steering[5] = -100; // the gate of the read head is closed
      steering[7] = -100; // and its weights are not sharpened
      test.refeed(bias, TFloat64.vectorOf(steering));
      var kernel = test.scope().variables().get(0);
      var zero = DataBuffers.of(new double[(int) kernel.shape().size()]);
      test.refeed(kernel.value(), TFloat64.tensorOf(kernel.shape(), zero));
      var initial = test.scope().variables().get(5).value(TFloat64.class);
      var expected = test.value(test.tf().nn.softmax(initial));
      var actual = NtmSteps.half(test.value(step.state().addressWeights().get(0)), 0);
      assertArrayEquals(expected, actual, 1e-8);
    }
  }
}
