package io.github.tfrnn.cells;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.ops.Gradients;
import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.Reuse;
import io.github.tfrnn.ops.Shapes;
import io.github.tfrnn.testing.FiniteDifferences;
import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/** What {@link CellContract} asks of a cell, asked of one whose rows are no vectors. */
class ConvLstmCellTest {
  private static final double TOLERANCE = CellContract.TOLERANCE;

  /** Fields and kernels of odd and even sizes. */
  enum Field {
    SIGNAL(Shape.of(4), Shape.of(3)),
    PICTURE(Shape.of(3, 2), Shape.of(3, 2)),
    VOLUME(Shape.of(2, 3, 2), Shape.of(2, 1, 3));

    final Shape size;
    final Shape kernel;

    Field(Shape size, Shape kernel) {
      this.size = size;
      this.kernel = kernel;
    }

    <T extends TFloating> ConvLstmCell.Builder<T> cell(Class<T> type) {
      return ConvLstmCell.builder(type, size.append(2), 1, kernel);
    }

    String scope() {
      return "root/conv_" + size.numDimensions() + "d_lstm_cell";
    }
  }

  /** Two steps for two rows, with random numbers for everything. */
  private static final class TwoConvolutions implements AutoCloseable {
    final TestGraph test = new TestGraph();
    final List<Operand<TFloat64>> inputs = new ArrayList<>();
    final List<Operand<TFloat64>> results = new ArrayList<>();
    final LstmState<TFloat64> initial;

    TwoConvolutions(Field field, ConvLstmCell<TFloat64> cell) {
      initial = new LstmState<>(random(field, 1), random(field, 1));
      inputs.add(random(field, 2));
      inputs.add(random(field, 2));
      var state = initial;
      for (var x : inputs) {
        var step = cell.step(test.scope().scope("root"), x, state);
        results.add(step.output());
        state = step.state();
      }
      results.add(state.c());
      results.add(state.h());
      for (var variable : test.scope().variables()) {
        var numbers = test.random((int) variable.shape().size());
        test.refeed(variable.value(), TFloat64.tensorOf(variable.shape(), DataBuffers.of(numbers)));
      }
    }

    private Operand<TFloat64> random(Field field, int channels) {
      var shape = field.size.prepend(2).append(channels);
      return test.random64(shape, shape);
    }

    List<Operand<TFloat64>> weights() {
      return test.scope().variables().stream().map(v -> v.value(TFloat64.class)).toList();
    }

    double[] fed(Operand<TFloat64> operand) {
      return TestGraph.elements(test.fed(operand));
    }

    @Override
    public void close() {
      test.close();
    }
  }

  @ParameterizedTest
  @EnumSource(Field.class)
  void matchesPlainJavaLoop(Field field) {
    try (var run = new TwoConvolutions(field, field.cell(TFloat64.class).build())) {
      var plain =
          new PlainConvLstm(
              field.size,
              field.kernel,
              run.fed(run.weights().get(0)),
              run.fed(run.weights().get(1)));
      var values = run.test.values(run.results);
      for (int row = 0; row < 2; row++) {
        var c = row(run.fed(run.initial.c()), row);
        var h = row(run.fed(run.initial.h()), row);
        for (var x : run.inputs) {
          var step = plain.step(row(run.fed(x), row), c, h);
          c = step.get(0);
          h = step.get(1);
        }
        assertArrayEquals(h, row(values.get(1), row), TOLERANCE);
        assertArrayEquals(c, row(values.get(2), row), TOLERANCE);
        assertArrayEquals(h, row(values.get(3), row), TOLERANCE);
      }
    }
  }

  private static double[] row(double[] all, int row) {
    return Arrays.copyOfRange(all, row * all.length / 2, (row + 1) * all.length / 2);
  }

  @ParameterizedTest
  @EnumSource(Field.class)
  void gradientMatchesFiniteDifference(Field field) {
    try (var run =
        new TwoConvolutions(field, field.cell(TFloat64.class).skipConnection().build())) {
      var terms = new ArrayList<Operand<TFloat64>>();
      run.results.forEach(part -> terms.add(run.test.weigh(part, terms.size())));
      var loss = run.test.total(terms);
      var xs = new ArrayList<>(run.inputs);
      xs.addAll(List.of(run.initial.c(), run.initial.h()));
      xs.addAll(run.weights());
      var gradients = run.test.values(Gradients.of(loss, xs));
      for (int i = 0; i < xs.size(); i++) {
        var x = xs.get(i);
        var slopes =
            IntStream.range(0, gradients.get(i).length)
                .mapToDouble(k -> FiniteDifferences.slope(run.test, loss, x, k))
                .toArray();
        assertArrayEquals(slopes, gradients.get(i), 1e-8, "gradient of tensor " + i);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Field.class)
  void projectionAndRecurrenceAreAStep(Field field) {
    try (var run =
        new TwoConvolutions(field, field.cell(TFloat64.class).skipConnection().build())) {
      var tf = run.test.tf();
      var scope = run.test.scope().scope("root").withReuse(Reuse.ALWAYS);
      var projection =
          field
              .cell(TFloat64.class)
              .skipConnection()
              .build()
              .project(scope, tf.concat(run.inputs, tf.constant(0)));
      var rows = TwoSteps.halves(tf, projection.inputs());
      var first = projection.recurrence().step(tf, rows.get(0), run.initial);
      var second = projection.recurrence().step(tf, rows.get(1), first.state());
      var halves = List.of(first.output(), second.output(), second.state().c(), second.state().h());
      var expected = TwoSteps.flat(run.test.values(run.results));
      assertArrayEquals(expected, TwoSteps.flat(run.test.values(halves)), TOLERANCE);
    }
  }

  @ParameterizedTest
  @EnumSource(Field.class)
  void reusesWeightsOnSecondStep(Field field) {
    try (var run = new TwoConvolutions(field, field.cell(TFloat64.class).build())) {
      var variables = run.test.scope().variables();
      assertEquals(
          List.of(field.scope() + "/kernel", field.scope() + "/biases"),
          variables.stream().map(variable -> variable.name()).toList());
      assertEquals(field.kernel.append(3).append(4), variables.get(0).shape());
    }
  }

  /**
   * testConv1DLSTMCell, testConv2DLSTMCell and testConv3DLSTMCell of TensorFlow 1.15: the kernel is
   * as small as the field is large, so that all have the same numbers.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void matchesTheNumbersOfTensorFlow(int dimensions) {
    try (var test = new TestGraph()) {
      var sides = new long[dimensions];
      Arrays.fill(sides, 2);
      var kernel = new long[dimensions];
      Arrays.fill(kernel, 3);
      int size = 1 << dimensions;
      var scope = test.scope().withInitializer(Initializers.constant(1.0 / size));
      var values = new float[2 * size];
      Arrays.fill(values, 0, size, 1);
      Arrays.fill(values, size, 2 * size, 2);
      var shape = Shape.of(sides).prepend(2).append(1);
      var ones = test.feed32(shape, shape, values);
      var cell =
          ConvLstmCell.builder(TFloat32.class, Shape.of(sides).append(1), 1, Shape.of(kernel))
              .build();
      var zero = cell.zeroState(test.tf(), test.tf().constant(2));
      var step = cell.step(scope, ones, new LstmState<>(ones, zero.h()));
      assertArrayEquals(
          twoRows(size, 1.4375670191, 2.7542609292), test.value(step.state().c()), 1e-6);
      assertArrayEquals(twoRows(size, 0.6529865603, 0.8736877431), test.value(step.output()), 1e-6);
    }
  }

  private static double[] twoRows(int size, double first, double second) {
    return IntStream.range(0, 2 * size).mapToDouble(i -> i < size ? first : second).toArray();
  }

  @Test
  void theSkipConnectionIsInTheOutputAndNotInTheState() {
    var cell = Field.PICTURE.cell(TFloat64.class).skipConnection().build();
    assertEquals(Shape.of(3, 2, 3), cell.outputSize().leaves().get(0).shape());
    assertEquals(Shape.of(3, 2, 1), cell.stateSize().leaves().get(1).shape());
    try (var run = new TwoConvolutions(Field.PICTURE, cell)) {
      var values = run.test.values(run.results);
      double[] x = run.fed(run.inputs.get(1));
      double[] expected =
          IntStream.range(0, 36)
              .mapToDouble(k -> k % 3 == 0 ? values.get(3)[k / 3] : x[k / 3 * 2 + k % 3 - 1])
              .toArray();
      assertArrayEquals(expected, values.get(1), 0);
    }
  }

  @Test
  void withoutBiasThereIsAKernelOnly() {
    var cell = Field.SIGNAL.cell(TFloat64.class).withoutBias().name("conv_lstm_cell").build();
    try (var run = new TwoConvolutions(Field.SIGNAL, cell)) {
      assertEquals(
          List.of("root/conv_lstm_cell/kernel"),
          run.test.scope().variables().stream().map(variable -> variable.name()).toList());
    }
  }

  @ParameterizedTest
  @ValueSource(classes = {TFloat32.class, TFloat16.class, TBfloat16.class})
  <T extends TFloating> void runsInEachType(Class<T> type) {
    double tolerance = type == TFloat32.class ? 1e-6 : 4e-2;
    for (var field : Field.values()) {
      try (var test = new TestGraph()) {
        var shape = field.size.prepend(2).append(2);
        var x = test.random64(shape, shape);
        var wide = oneStep(test, field.cell(TFloat64.class).build(), x, "wide");
        var narrow =
            oneStep(test, field.cell(type).build(), test.tf().dtypes.cast(x, type), "narrow");
        assertArrayEquals(test.value(wide), test.value(narrow), tolerance, field.name());
      }
    }
  }

  private static <T extends TFloating> Operand<T> oneStep(
      TestGraph test, ConvLstmCell<T> cell, Operand<T> x, String name) {
    var scope = test.scope().scope(name).withInitializer(Wave.initializer());
    return cell.step(scope, x, cell.zeroState(test.tf(), test.tf().constant(2))).output();
  }

  @Test
  void refusesBadShapes() {
    var known = Shape.of(2, 3, 2, 2);
    for (var shape :
        List.of(Shape.unknown(), Shape.of(2, 3, 2), Shape.of(2, 3, 4, 2), Shape.of(2, 3, -1, 2))) {
      assertEquals(
          "root/conv_2d_lstm_cell: x must have shape [?, 3, 2, 2], got " + Shapes.text(shape),
          refusal(shape, known.take(3).append(1)));
    }
    assertEquals(
        "root/conv_2d_lstm_cell: state c must have shape [2, 3, 2, 1], got [2, 3, 2, 2]",
        refusal(known, known));
    assertEquals(
        "root/conv_2d_lstm_cell: state c must have shape [2, 3, 2, 1], got [4, 3, 2, 1]",
        refusal(known, Shape.of(4, 3, 2, 1)));
  }

  private static String refusal(Shape x, Shape state) {
    try (var test = new TestGraph()) {
      var c = test.tf().placeholder(TFloat64.class, Placeholder.shape(state));
      var input = test.tf().placeholder(TFloat64.class, Placeholder.shape(x));
      var cell = Field.PICTURE.cell(TFloat64.class).build();
      var scope = test.scope().scope("root");
      var message = Refusals.argument(() -> cell.step(scope, input, new LstmState<>(c, c)));
      assertEquals(List.of(), scope.variables(), "variables after the refusal");
      return message;
    }
  }

  @Test
  void inputsOfAnotherTypeAreRefused() {
    try (var test = new TestGraph()) {
      var cell = ConvLstmCell.builder(TFloat32.class, Shape.of(2, 1), 1, Shape.of(3)).build();
      var state = cell.zeroState(test.tf(), test.tf().constant(2));
      var ints = test.tf().zeros(test.tf().constant(new int[] {2, 2, 1}), TInt32.class);
      assertEquals(
          "conv_1d_lstm_cell: RNN cell only supports floating point inputs, but saw dtype: TInt32",
          Refusals.argument(() -> cell.step(test.scope(), Misfit.of(ints), state)));
    }
  }

  @Test
  void sizesThatDoNotFitAreRefused() {
    assertEquals(
        "conv_2d_lstm_cell: input must be one size of at least 1 for each dimension of the kernel"
            + " and then the channels, got an invalid input shape [4, 1] for 2 dimensions",
        refusal(Shape.of(4, 1), 1, Shape.of(3, 3)));
    assertEquals(
        "conv_4d_lstm_cell: kernel must be one to three sizes of at least 1, got [1, 1, 1, 1]",
        refusal(Shape.of(1, 1, 1, 1, 1), 1, Shape.of(1, 1, 1, 1)));
    assertEquals(
        "conv_1d_lstm_cell: kernel must be one to three sizes of at least 1, got [0]",
        refusal(Shape.of(4, 1), 1, Shape.of(0)));
    assertEquals(
        "conv_1d_lstm_cell: channels must be at least 1, got 0",
        refusal(Shape.of(4, 1), 0, Shape.of(3)));
  }

  private static String refusal(Shape input, int channels, Shape kernel) {
    return Refusals.argument(() -> ConvLstmCell.builder(TFloat32.class, input, channels, kernel));
  }
}
