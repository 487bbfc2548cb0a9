package io.github.tfrnn.rnn;

import static io.github.tfrnn.testing.Refusals.argument;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.cells.GruCell;
import io.github.tfrnn.cells.LayerStates;
import io.github.tfrnn.cells.LstmCell;
import io.github.tfrnn.cells.LstmState;
import io.github.tfrnn.cells.TensorCell;
import io.github.tfrnn.ops.Gradients;
import io.github.tfrnn.ops.Sequences;
import io.github.tfrnn.ops.Shapes;
import io.github.tfrnn.ops.Variable;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.core.Stack;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.types.TFloat64;

/** The stack_bidirectional tests of TensorFlow 1.15: names, symmetry, states; what is refused. */
class BidirectionalStackTest {
  private static final Shape SHAPE = Shape.of(2, 5, 3);

  private static List<TensorCell<TFloat64, ?>> cells(int... units) {
    return IntStream.of(units)
        .<TensorCell<TFloat64, ?>>mapToObj(
            n -> LstmCell.builder(TFloat64.class, n).initializer(Weights.byShape()).build())
        .toList();
  }

  private static List<? extends Operand<TFloat64>> steps(TestGraph test, Operand<TFloat64> x) {
    return test.tf().unstack(x, x.shape().get(1), Unstack.axis(1L)).output();
  }

  private static List<String> names(TestGraph test) {
    return test.scope().variables().stream().map(Variable::name).toList();
  }

  private static List<String> expected(String layerScope) {
    return Stream.of("cell_0", "cell_1")
        .flatMap(
            layer ->
                Stream.of("fw", "bw")
                    .flatMap(
                        way ->
                            Stream.of("kernel", "bias")
                                .map(
                                    name ->
                                        "stack_bidirectional_rnn/"
                                            + layer
                                            + layerScope
                                            + way
                                            + "/lstm_cell/"
                                            + name)))
        .toList();
  }

  @Test
  void variablesHaveTheNamesOfTensorFlow() {
    try (var test = new TestGraph()) {
      var x = test.random64(SHAPE, SHAPE);
      BidirectionalRnn.stackDynamicRnn(test.scope(), cells(2, 3), cells(2, 3), x);
      assertEquals(expected("/bidirectional_rnn/"), names(test));
    }
    try (var test = new TestGraph()) {
      var x = test.random64(SHAPE, SHAPE);
      BidirectionalRnn.stackStaticRnn(test.scope(), cells(2, 3), cells(2, 3), steps(test, x));
      assertEquals(expected("/"), names(test));
    }
  }

  /** testStackBidirectionalDynamicRNN of TensorFlow 1.15. */
  @Test
  void theFirstLayerIsSymmetricAndTheSecondIsNot() {
    try (var test = new TestGraph()) {
      var tf = test.tf();
      var same = test.random64(Shape.of(2, 1, 3), Shape.of(2, 1, 3));
      var x = tf.tile(same, tf.constant(new int[] {1, 5, 1}));
      var lengths = test.feedInts(2, 5);
      var result =
          BidirectionalRnn.stackDynamicRnn(
              test.scope(),
              cells(3, 4),
              cells(3, 4),
              x,
              options -> options.sequenceLength(lengths));
      assertEquals(Shape.of(2, 5, 8), result.outputs().shape());
      var numbers =
          test.values(
              List.of(
                  h(result.state().forward(), 0),
                  h(result.state().backward(), 0),
                  h(result.state().forward(), 1),
                  h(result.state().backward(), 1)));
      assertArrayEquals(numbers.get(0), numbers.get(1), 1e-12);
      double far =
          IntStream.range(0, numbers.get(2).length)
              .mapToDouble(i -> Math.abs(numbers.get(2)[i] - numbers.get(3)[i]))
              .max()
              .orElse(0);
      assertTrue(far > 1e-4, "the second layer gets other inputs from the two ends");
    }
  }

  private static Operand<TFloat64> h(LayerStates states, int layer) {
    LstmState<TFloat64> state = states.layer(layer, LstmState.class);
    return state.h();
  }

  /** testStackBidirectionalRNNStates of TensorFlow 1.15: the backward cells go from end to end. */
  @Test
  void threeStepsAndTwoMoreAreFiveForTheFirstLayer() {
    try (var test = new TestGraph()) {
      var tf = test.tf();
      var x = test.random64(SHAPE, SHAPE);
      var cellsFw = cells(3, 4);
      var cellsBw = cells(3, 4);
      var whole = BidirectionalRnn.stackDynamicRnn(test.scope(), cellsFw, cellsBw, x);
      var parts = tf.splitV(x, tf.constant(new long[] {3, 2}), tf.constant(1), 2L).output();
      var scope = test.scope().scope("again");
      var early = BidirectionalRnn.stackDynamicRnn(scope, cellsFw, cellsBw, parts.get(0));
      var late =
          BidirectionalRnn.stackDynamicRnn(
              scope,
              cellsFw,
              cellsBw,
              parts.get(1),
              options -> options.initialState(early.state()));
      var numbers =
          test.values(
              List.of(
                  h(whole.state().forward(), 0),
                  h(late.state().forward(), 0),
                  h(whole.state().forward(), 1),
                  h(late.state().forward(), 1)));
      assertArrayEquals(numbers.get(0), numbers.get(1), 1e-12);
      // The second layer sees what the backward cell below gives, which began elsewhere.
      assertTrue(Math.abs(numbers.get(2)[0] - numbers.get(3)[0]) > 1e-6);
    }
  }

  @Test
  void staticEqualsDynamicInValuesAndGradients() {
    try (var test = new TestGraph()) {
      var tf = test.tf();
      var x = test.random64(SHAPE, SHAPE);
      var lengths = test.feedInts(4, 2);
      var cellsFw = mixed();
      var cellsBw = mixed();
      var looped =
          BidirectionalRnn.stackDynamicRnn(
              test.scope(), cellsFw, cellsBw, x, options -> options.sequenceLength(lengths));
      var timeMajor =
          BidirectionalRnn.stackDynamicRnn(
              test.scope(),
              cellsFw,
              cellsBw,
              Sequences.transposeBatchTime(tf, x),
              options -> options.sequenceLength(lengths).timeMajor());
      var stepped =
          BidirectionalRnn.stackStaticRnn(
              test.scope(),
              cellsFw,
              cellsBw,
              steps(test, x),
              options -> options.sequenceLength(lengths));
      var sources = new ArrayList<Operand<TFloat64>>(List.of(x));
      test.scope().variables().forEach(v -> sources.add(v.value(TFloat64.class)));
      assertEquals(13, sources.size());
      var fetches = new ArrayList<Operand<?>>();
      for (var outputs :
          List.of(
              looped.outputs(),
              Sequences.transposeBatchTime(tf, timeMajor.outputs()),
              tf.stack(stepped.outputs(), Stack.axis(1L)))) {
        fetches.add(outputs);
        fetches.addAll(Gradients.of(test.weigh(outputs, 0), sources));
      }
      var numbers = test.values(fetches);
      int count = 1 + sources.size();
      for (int i = 0; i < numbers.size(); i++) {
        assertArrayEquals(numbers.get(i % count), numbers.get(i), 1e-12, "tensor " + i);
        assertTrue(Arrays.stream(numbers.get(i)).anyMatch(v -> v != 0), "tensor " + i);
      }
    }
  }

  private static List<TensorCell<TFloat64, ?>> mixed() {
    return List.of(
        GruCell.builder(TFloat64.class, 2).build(), LstmCell.builder(TFloat64.class, 3).build());
  }

  @Test
  void layoutsAndUnknownSizesAreThoseOfOneLayer() {
    try (var test = new TestGraph()) {
      var x = test.random64(Shape.of(-1, -1, 3), SHAPE);
      var result = BidirectionalRnn.stackDynamicRnn(test.scope(), cells(2, 3), cells(4, 1), x);
      assertEquals("[?, ?, 4]", Shapes.text(result.outputs().shape()));
      assertEquals(Shape.of(2, 5, 4), test.shapeOf(result.outputs()));
      assertEquals(
          "stack_bidirectional_rnn: inputs must have shape [batch, time, depth...] with a known"
              + " depth, got [2]",
          argument(
              () ->
                  BidirectionalRnn.stackDynamicRnn(
                      test.scope(), cells(2), cells(2), test.random64(Shape.of(2), Shape.of(2)))));
    }
  }

  private static String refusal(
      List<TensorCell<TFloat64, ?>> cellsFw, List<TensorCell<TFloat64, ?>> cellsBw) {
    try (var test = new TestGraph()) {
      var x = test.random64(SHAPE, SHAPE);
      var looped =
          argument(() -> BidirectionalRnn.stackDynamicRnn(test.scope(), cellsFw, cellsBw, x));
      assertEquals(
          looped,
          argument(
              () ->
                  BidirectionalRnn.stackStaticRnn(test.scope(), cellsFw, cellsBw, steps(test, x))));
      return looped;
    }
  }

  @Test
  void noCellIsRefused() {
    assertEquals(
        "stack_bidirectional_rnn: cells must specify at least one fw cell for BidirectionalRNN, got"
            + " an empty list",
        refusal(cells(), cells(2)));
    assertEquals(
        "stack_bidirectional_rnn: cells must specify at least one bw cell for BidirectionalRNN, got"
            + " an empty list",
        refusal(cells(2), cells()));
  }

  @Test
  void anotherNumberOfBackwardCellsIsRefused() {
    assertEquals(
        "stack_bidirectional_rnn: Forward and Backward cells must have the same depth, got 2 and 1",
        refusal(cells(2, 3), cells(2)));
  }

  @Test
  void aCellThatServesBothDirectionsIsRefused() {
    var cells = cells(2, 3);
    var message = refusal(cells, List.of(cells.get(1), cells(4).get(0)));
    assertTrue(message.contains("got one LstmCell for both"), message);
  }

  @Test
  void anotherNumberOfStatesThanLayersIsRefused() {
    try (var test = new TestGraph()) {
      var x = test.random64(SHAPE, SHAPE);
      var one = LayerStates.of(cells(2).get(0).zeroState(test.tf(), test.tf().constant(2)));
      assertEquals(
          "stack_bidirectional_rnn: initialState forward must be a list of states (one per layer),"
              + " 2, got 1",
          argument(
              () ->
                  BidirectionalRnn.stackDynamicRnn(
                      test.scope(),
                      cells(2, 3),
                      cells(2, 3),
                      x,
                      options -> options.initialState(new Directions<>(one, one)))));
    }
  }
}
