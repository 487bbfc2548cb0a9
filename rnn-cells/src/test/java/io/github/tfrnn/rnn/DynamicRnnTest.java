package io.github.tfrnn.rnn;

import static io.github.tfrnn.testing.Refusals.argument;
import static io.github.tfrnn.testing.Refusals.state;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.cells.BasicLstmCell;
import io.github.tfrnn.cells.BasicRnnCell;
import io.github.tfrnn.cells.GruCell;
import io.github.tfrnn.cells.LstmCell;
import io.github.tfrnn.cells.LstmState;
import io.github.tfrnn.cells.MultiRnnCell;
import io.github.tfrnn.ops.Gradients;
import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.Shapes;
import io.github.tfrnn.ops.Variable;
import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.testing.TestGraph;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

class DynamicRnnTest {

  /** The run of DropoutWrapperTest of TensorFlow 1.15, which keeps everything. */
  @Test
  void matchesTheNumbersOfTensorFlow() {
    try (var test = new TestGraph()) {
      var cell =
          LstmCell.builder(TFloat32.class, 3).initializer(Initializers.constant(0.5)).build();
      var x = test.feed32(Shape.of(2, 1, 3), Shape.of(2, 1, 3), 2, 2, 2, 1, 1, 1);
      var tenths = test.feed32(Shape.of(1, 3), Shape.of(1, 3), 0.1f, 0.1f, 0.1f);
      var result =
          Rnn.dynamicRnn(
              test.scope(),
              cell,
              x,
              options -> options.timeMajor().initialState(new LstmState<>(tenths, tenths)));
      var numbers = test.values(List.of(result.outputs(), result.state().c(), result.state().h()));
      double first = 0.751109;
      double last = 0.895509;
      double c = 1.949385;
      assertArrayEquals(new double[] {first, first, first, last, last, last}, numbers.get(0), 1e-6);
      assertArrayEquals(new double[] {c, c, c}, numbers.get(1), 2e-6);
      assertArrayEquals(new double[] {last, last, last}, numbers.get(2), 1e-6);
    }
  }

  private static List<String> names(VariableScope scope) {
    return scope.variables().stream().map(Variable::name).toList();
  }

  private static Operand<TFloat32> x(TestGraph test) {
    return test.random32(Shape.of(2, 4, 3), Shape.of(2, 4, 3));
  }

  /** testScope of TensorFlow 1.15. */
  @Test
  void variablesHaveTheNamesOfTensorFlowInTheOrderOfTheirCreation() {
    try (var test = new TestGraph()) {
      var stack = MultiRnnCell.of(2, layer -> BasicLstmCell.builder(TFloat32.class, 2).build());
      Rnn.dynamicRnn(test.scope(), stack, x(test));
      assertEquals(
          List.of(
              "rnn/multi_rnn_cell/cell_0/basic_lstm_cell/kernel",
              "rnn/multi_rnn_cell/cell_0/basic_lstm_cell/bias",
              "rnn/multi_rnn_cell/cell_1/basic_lstm_cell/kernel",
              "rnn/multi_rnn_cell/cell_1/basic_lstm_cell/bias"),
          names(test.scope()));
    }
  }

  @Test
  void theNameOfTheScopeReplacesRnn() {
    try (var test = new TestGraph()) {
      var cell = BasicRnnCell.builder(TFloat32.class, 2).build();
      Rnn.dynamicRnn(
          test.scope().scope("model"), cell, x(test), options -> options.scopeName("enc"));
      assertEquals(
          List.of("model/enc/basic_rnn_cell/kernel", "model/enc/basic_rnn_cell/bias"),
          names(test.scope()));
    }
  }

  @Test
  void oneCellInTwoLoopsSharesItsWeights() {
    try (var test = new TestGraph()) {
      var cell = GruCell.builder(TFloat32.class, 2).build();
      var x = x(test);
      var first = Rnn.dynamicRnn(test.scope(), cell, x);
      var second = Rnn.dynamicRnn(test.scope().scope("again"), cell, x);
      assertArrayEquals(test.value(first.outputs()), test.value(second.outputs()), 0);
      assertEquals(4, names(test.scope()).size());
    }
  }

  @Test
  void aNewCellInTheSameScopeIsToldThatTheWeightsExist() {
    try (var test = new TestGraph()) {
      var x = x(test);
      Rnn.dynamicRnn(test.scope(), BasicRnnCell.builder(TFloat32.class, 2).build(), x);
      var second = BasicRnnCell.builder(TFloat32.class, 2).build();
      var message = state(() -> Rnn.dynamicRnn(test.scope(), second, x));
      assertTrue(
          message.startsWith("Variable rnn/basic_rnn_cell/kernel already exists, disallowed."),
          message);
    }
  }

  static Stream<Arguments> shapes() {
    return Stream.of(
        Arguments.of(Shape.of(2, 4, 3), "[2, 4, 5]", "[2, 5]"),
        Arguments.of(Shape.of(-1, 4, 3), "[?, 4, 5]", "[?, 5]"),
        Arguments.of(Shape.of(2, -1, 3), "[2, ?, 5]", "[2, 5]"),
        Arguments.of(Shape.of(-1, -1, 3), "[?, ?, 5]", "[?, 5]"));
  }

  /** testBatchSizeFromInput of TensorFlow 1.15. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("shapes")
  void whatIsKnownOfTheShapesStaysKnown(Shape x, String outputs, String state) {
    try (var test = new TestGraph()) {
      var cell = LstmCell.builder(TFloat32.class, 7).projection(5).build();
      var input = test.random32(x, Shape.of(2, 4, 3));
      var lengths = test.feedInts(4, 2);
      var plain = Rnn.dynamicRnn(test.scope(), cell, input);
      var padded =
          Rnn.dynamicRnn(test.scope(), cell, input, options -> options.sequenceLength(lengths));
      for (var result : List.of(plain, padded)) {
        assertEquals(outputs, Shapes.text(result.outputs().shape()));
        assertEquals(state, Shapes.text(result.state().h().shape()));
        assertEquals(Shape.of(2, 4, 5), test.shapeOf(result.outputs()));
      }
    }
  }

  @Test
  void oneGraphServesAnyBatchAndAnyNumberOfSteps() {
    try (var test = new TestGraph()) {
      var cell = GruCell.builder(TFloat32.class, 2).build();
      var x = test.random32(Shape.of(-1, -1, 3), Shape.of(1, 2, 3));
      var lengths = test.feedInts(2);
      var result =
          Rnn.dynamicRnn(test.scope(), cell, x, options -> options.sequenceLength(lengths));
      var gradient = Gradients.of(test.weigh(result.outputs(), 0), List.of(x)).get(0);
      assertEquals(Shape.of(1, 2, 2), test.shapeOf(result.outputs()));
      assertEquals(Shape.of(1, 2, 3), test.shapeOf(gradient));
      var alone = test.value(result.outputs());

      // The same row among others, with padding behind it.
      var fed = (TFloat32) test.fed(x);
      var wide = TFloat32.tensorOf(Shape.of(3, 5, 3));
      fed.scalars().forEachIndexed((at, v) -> wide.setFloat(v.getFloat(), 1, at[1], at[2]));
      test.refeed(x, wide);
      test.refeed(lengths, TInt32.vectorOf(0, 2, 4));
      assertEquals(Shape.of(3, 5, 2), test.shapeOf(result.outputs()));
      assertEquals(Shape.of(3, 5, 3), test.shapeOf(gradient));
      var among = test.value(result.outputs());
      assertArrayEquals(alone, Arrays.copyOfRange(among, 10, 14), 1e-6);
    }
  }

  @Test
  void noRowsAtAllRun() {
    try (var test = new TestGraph()) {
      var cell = GruCell.builder(TFloat32.class, 2).build();
      var x = test.random32(Shape.of(-1, -1, 3), Shape.of(0, 2, 3));
      var lengths = test.feedInts();
      var result =
          Rnn.dynamicRnn(test.scope(), cell, x, options -> options.sequenceLength(lengths));
      assertEquals(Shape.of(0, 2, 2), test.shapeOf(result.outputs()));
      assertEquals(Shape.of(0, 2), test.shapeOf(result.state()));
    }
  }

  @Test
  void withoutLengthsNothingIsMasked() {
    try (var test = new TestGraph()) {
      var cell = GruCell.builder(TFloat32.class, 2).build();
      Rnn.dynamicRnn(test.scope(), cell, x(test));
      var ops = test.graph().toGraphDef();
      assertEquals(
          0,
          Stream.concat(
                  ops.getNodeList().stream(),
                  ops.getLibrary().getFunctionList().stream()
                      .flatMap(function -> function.getNodeDefList().stream()))
              .filter(node -> node.getOp().startsWith("Select"))
              .count());
    }
  }

  static Stream<Arguments> types() {
    return Stream.of(
        Arguments.of(TFloat32.class, 1e-6),
        Arguments.of(TFloat16.class, 4e-3),
        Arguments.of(TBfloat16.class, 3e-2));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("types")
  <T extends TFloating> void theLoopRunsAndTrainsInEachType(Class<T> type, double tolerance) {
    try (var test = new TestGraph()) {
      var tf = test.tf();
      var lengths = test.feedInts(4, 2);
      var x = tf.dtypes.cast(x(test), type);
      var cell = LstmCell.builder(type, 2).peepholes().cellClip(3).build();
      var looped =
          Rnn.dynamicRnn(test.scope(), cell, x, options -> options.sequenceLength(lengths));
      var steps = tf.unstack(x, 4L, Unstack.axis(1L)).output();
      var stepped =
          Rnn.staticRnn(test.scope(), cell, steps, options -> options.sequenceLength(lengths));
      var loopGradient = Gradients.of(test.weigh(looped.state().c(), 0), List.of(x)).get(0);
      var stepGradient = Gradients.of(test.weigh(stepped.state().c(), 0), List.of(x)).get(0);
      assertEquals(type, looped.outputs().type());
      assertArrayEquals(test.value(stepped.state().c()), test.value(looped.state().c()), tolerance);
      assertArrayEquals(test.value(stepGradient), test.value(loopGradient), tolerance);
    }
  }

  @Test
  void gradientsOfGradientsAreThoseOfTheUnrolledCell() {
    try (var test = new TestGraph()) {
      var tf = test.tf();
      var cell = BasicLstmCell.builder(TFloat32.class, 2).build();
      var x = x(test);
      var lengths = test.feedInts(4, 2);
      var looped =
          Rnn.dynamicRnn(
              test.scope(), cell, x, options -> options.sequenceLength(lengths).secondOrder());
      var steps = tf.unstack(x, 4L, Unstack.axis(1L)).output();
      var stepped =
          Rnn.staticRnn(test.scope(), cell, steps, options -> options.sequenceLength(lengths));
      assertArrayEquals(
          second(test, stepped.state().h(), x), second(test, looped.state().h(), x), 1e-5);
    }
  }

  @SuppressWarnings("unchecked") // the gradient has the type of x
  private static double[] second(TestGraph test, Operand<TFloat32> value, Operand<TFloat32> x) {
    var first = Gradients.of(test.weigh(value, 0), List.of(x)).get(0);
    return test.value(Gradients.of(test.weigh((Operand<TFloat32>) first, 1), List.of(x)).get(0));
  }

  private static Operand<TFloat32> placeholder(TestGraph test, Shape shape) {
    return test.tf().placeholder(TFloat32.class, Placeholder.shape(shape));
  }

  static Stream<Arguments> badInputs() {
    return Stream.of(
        Arguments.of(Shape.of(2, 3), "[2, 3]"),
        Arguments.of(Shape.of(2), "[2]"),
        Arguments.of(Shape.of(2, 3, -1), "[2, 3, ?]"),
        Arguments.of(Shape.unknown(), "an unknown shape"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badInputs")
  void inputsWithoutTimeOrDepthAreRefused(Shape shape, String text) {
    try (var test = new TestGraph()) {
      var cell = GruCell.builder(TFloat32.class, 2).build();
      var x = placeholder(test, shape);
      assertEquals(
          "rnn: inputs must have shape [batch, time, depth...] with a known depth, got " + text,
          argument(() -> Rnn.dynamicRnn(test.scope(), cell, x)));
      assertEquals(
          "rnn: inputs must have shape [time, batch, depth...] with a known depth, got " + text,
          argument(() -> Rnn.dynamicRnn(test.scope(), cell, x, options -> options.timeMajor())));
    }
  }

  /** testInvalidSequenceLengthShape of TensorFlow 1.15. */
  @Test
  void lengthsThatAreNoVectorOfTheBatchAreRefused() {
    try (var test = new TestGraph()) {
      var tf = test.tf();
      var cell = GruCell.builder(TFloat32.class, 2).build();
      var x = x(test);
      var matrix = tf.constant(new int[][] {{4}});
      var three = tf.constant(new int[] {4, 4, 4});
      assertEquals(
          "rnn: sequenceLength must be a vector with one length for each row, [2], got shape [1, 1]",
          argument(
              () ->
                  Rnn.dynamicRnn(
                      test.scope(), cell, x, options -> options.sequenceLength(matrix))));
      assertEquals(
          "rnn: sequenceLength must be a vector with one length for each row, [2], got shape [3]",
          argument(
              () ->
                  Rnn.dynamicRnn(test.scope(), cell, x, options -> options.sequenceLength(three))));
    }
  }

  @Test
  void lengthsOfAnotherNumberThanTheRowsFailTheRunWithBothNumbers() {
    try (var test = new TestGraph()) {
      var cell = GruCell.builder(TFloat32.class, 2).build();
      var x = test.random32(Shape.of(-1, -1, 3), Shape.of(2, 4, 3));
      var lengths = test.feedInts(4, 4, 4);
      var result =
          Rnn.dynamicRnn(test.scope(), cell, x, options -> options.sequenceLength(lengths));
      assertFails(test, result.outputs(), "[2] [got shape] [3]");
    }
  }

  @Test
  void lengthsOfAnUnknownRankAreCheckedWhenTheGraphRuns() {
    try (var test = new TestGraph()) {
      var cell = GruCell.builder(TFloat32.class, 2).build();
      var x = x(test);
      var lengths = test.tf().placeholder(TInt32.class);
      var result =
          Rnn.dynamicRnn(test.scope(), cell, x, options -> options.sequenceLength(lengths));
      test.refeed(lengths, TInt32.vectorOf(4, 1));
      assertEquals(Shape.of(2, 4, 2), test.shapeOf(result.outputs()));
      // Broadcast, its shape would look like that of two rows.
      test.refeed(lengths, TInt32.tensorOf(Shape.of(2, 2)));
      assertFails(test, result.outputs(), "[2] [got shape] [2 2]");
    }
  }

  private static void assertFails(TestGraph test, Operand<?> outputs, String facts) {
    var e = assertThrows(TFInvalidArgumentException.class, () -> test.value(outputs));
    var message = "[rnn: sequenceLength must be a vector with one length for each row,] " + facts;
    assertTrue(String.valueOf(e.getMessage()).contains(message), e.getMessage());
  }

  /** testInvalidDtype of TensorFlow 1.15. */
  @Test
  void integersAreRefusedInTheWordsOfTensorFlow() {
    try (var test = new TestGraph()) {
      var cell = GruCell.builder(TFloat32.class, 2).build();
      @SuppressWarnings("unchecked") // the mistake that raw types allow
      var x = (Operand<TFloat32>) (Operand<?>) test.tf().constant(new int[2][4][3]);
      assertEquals(
          "rnn/gru_cell: RNN cell only supports floating point inputs, but saw dtype: TInt32",
          argument(() -> Rnn.dynamicRnn(test.scope(), cell, x)));
    }
  }

  @Test
  void anInitialStateOfAnotherBatchIsRefused() {
    try (var test = new TestGraph()) {
      var cell = GruCell.builder(TFloat32.class, 2).build();
      var three = test.random32(Shape.of(3, 2), Shape.of(3, 2));
      var x = x(test);
      assertEquals(
          "rnn/gru_cell: state h must have shape [2, 2], got [3, 2]",
          argument(
              () -> Rnn.dynamicRnn(test.scope(), cell, x, options -> options.initialState(three))));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void theNumberOfStepsInFlightChangesNothing(int count) {
    try (var test = new TestGraph()) {
      var cell = GruCell.builder(TFloat32.class, 2).build();
      var x = x(test);
      var expected = Rnn.dynamicRnn(test.scope(), cell, x);
      var actual =
          Rnn.dynamicRnn(test.scope(), cell, x, options -> options.parallelIterations(count));
      assertArrayEquals(test.value(expected.outputs()), test.value(actual.outputs()), 0);
    }
  }

  @Test
  void noStepInFlightIsRefused() {
    assertEquals(
        "scan: parallelIterations must be at least 1, got 0",
        argument(() -> RnnOptions.defaults().parallelIterations(0)));
  }
}
