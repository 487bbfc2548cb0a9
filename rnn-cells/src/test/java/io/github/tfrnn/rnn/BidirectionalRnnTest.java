package io.github.tfrnn.rnn;

import static io.github.tfrnn.testing.Refusals.argument;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.cells.ConcatenatedState;
import io.github.tfrnn.cells.GruCell;
import io.github.tfrnn.cells.LstmCell;
import io.github.tfrnn.cells.LstmState;
import io.github.tfrnn.cells.Step;
import io.github.tfrnn.cells.TensorCell;
import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Sequences;
import io.github.tfrnn.ops.Shapes;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.Variable;
import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.core.Stack;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** BidirectionalRNNTest of TensorFlow 1.15: names, layouts, symmetry; and what is refused. */
class BidirectionalRnnTest {
  private static final int TIME = 8;
  private static final int BATCH = 2;
  private static final int DEPTH = 2;
  private static final int UNITS = 3;
  private static final int[] LENGTHS = {2, 3};

  private static TensorCell<TFloat32, LstmState<TFloat32>> lstm() {
    return LstmCell.builder(TFloat32.class, UNITS).initializer(Weights.byShape()).build();
  }

  /** One input for all steps, so that a row looks the same from both ends. */
  private static Operand<TFloat32> x(TestGraph test, boolean known) {
    var numbers = test.random(BATCH * DEPTH);
    var all = new float[BATCH * TIME * DEPTH];
    for (int i = 0; i < all.length; i++) {
      int row = i / (TIME * DEPTH);
      all[i] = (float) numbers[row * DEPTH + i % DEPTH];
    }
    var shape = Shape.of(BATCH, TIME, DEPTH);
    return test.feed32(known ? shape : Shape.of(-1, -1, DEPTH), shape, all);
  }

  static Stream<Arguments> options() {
    var flags = List.of(false, true);
    return flags.stream()
        .flatMap(
            known ->
                flags.stream()
                    .flatMap(
                        tuple ->
                            flags.stream()
                                .flatMap(
                                    timeMajor ->
                                        flags.stream()
                                            .map(
                                                lengths ->
                                                    Arguments.of(
                                                        known, tuple, timeMajor, lengths)))));
  }

  /** testDynamicBidirectionalRNN of TensorFlow 1.15, all sixteen. */
  @ParameterizedTest(name = "known shapes {0}, state of parts {1}, time major {2}, lengths {3}")
  @MethodSource("options")
  void equalWeightsGiveOutputsThatMirrorEachOther(
      boolean known, boolean tuple, boolean timeMajor, boolean lengths) {
    try (var test = new TestGraph()) {
      var rows = lengths ? Optional.of(test.feedInts(LENGTHS)) : Optional.<Operand<TInt32>>empty();
      var x = x(test, known);
      if (tuple) {
        mirrored(test, lstm(), lstm(), x, timeMajor, rows);
      } else {
        var concatenated = ConcatenatedState.of(lstm());
        mirrored(test, concatenated, ConcatenatedState.of(lstm()), x, timeMajor, rows);
      }
    }
  }

  private static <S> void mirrored(
      TestGraph test,
      TensorCell<TFloat32, S> cellFw,
      TensorCell<TFloat32, S> cellBw,
      Operand<TFloat32> x,
      boolean timeMajor,
      Optional<Operand<TInt32>> lengths) {
    var tf = test.tf();
    var result =
        BidirectionalRnn.dynamicRnn(
            test.scope(),
            cellFw,
            cellBw,
            timeMajor ? Sequences.transposeBatchTime(tf, x) : x,
            options -> {
              var chosen = timeMajor ? options.timeMajor() : options;
              return lengths.map(chosen::sequenceLength).orElse(chosen);
            });
    var forward = result.outputs().forward();
    var backward = result.outputs().backward();
    var fetches = new ArrayList<Operand<?>>();
    fetches.add(timeMajor ? Sequences.transposeBatchTime(tf, forward) : forward);
    fetches.add(timeMajor ? Sequences.transposeBatchTime(tf, backward) : backward);
    fetches.addAll(cellFw.stateSize().flatten(result.state().forward()));
    fetches.addAll(cellBw.stateSize().flatten(result.state().backward()));
    var numbers = test.values(fetches);
    assertMirrored(
        numbers.get(0), numbers.get(1), lengths.isPresent() ? LENGTHS : new int[] {TIME, TIME});
    int parts = (numbers.size() - 2) / 2;
    for (int i = 0; i < parts; i++) {
      assertArrayEquals(numbers.get(2 + i), numbers.get(2 + parts + i), 1e-6, "state " + i);
    }
    assertEquals(
        Shapes.text(x.shape().take(2).append(UNITS)),
        Shapes.text(timeMajor ? swapped(forward.shape()) : forward.shape()));
  }

  private static Shape swapped(Shape shape) {
    return Shape.of(shape.get(1), shape.get(0), shape.get(2));
  }

  /** {@code fw[t] == bw[length - 1 - t]} inside the lengths, zeros behind them. */
  private static void assertMirrored(double[] forward, double[] backward, int[] lengths) {
    for (int b = 0; b < BATCH; b++) {
      for (int t = 0; t < TIME; t++) {
        boolean inside = t < lengths[b];
        double[] expected = inside ? step(forward, b, t) : new double[UNITS];
        assertArrayEquals(
            expected, step(backward, b, inside ? lengths[b] - 1 - t : t), 1e-6, b + ", " + t);
        boolean zeros = Arrays.stream(step(forward, b, t)).allMatch(v -> v == 0);
        assertEquals(!inside, zeros);
      }
    }
  }

  private static double[] step(double[] outputs, int b, int t) {
    int from = (b * TIME + t) * UNITS;
    return Arrays.copyOfRange(outputs, from, from + UNITS);
  }

  private static List<? extends Operand<TFloat32>> steps(TestGraph test, Operand<TFloat32> x) {
    return test.tf().unstack(x, (long) TIME, Unstack.axis(1L)).output();
  }

  /** testBidirectionalRNN and testBidirectionalRNNWithoutSequenceLength of TensorFlow 1.15. */
  @Test
  void theStaticOneLaysTheDirectionsSideBySide() {
    try (var test = new TestGraph()) {
      var result =
          BidirectionalRnn.staticRnn(test.scope(), lstm(), lstm(), steps(test, x(test, true)));
      var outputs = test.value(test.tf().stack(result.outputs(), Stack.axis(1L)));
      assertEquals(Shape.of(BATCH, 2 * UNITS), result.outputs().get(0).shape());
      for (int b = 0; b < BATCH; b++) {
        for (int t = 0; t < TIME; t++) {
          for (int k = 0; k < UNITS; k++) {
            assertEquals(
                outputs[(b * TIME + t) * 2 * UNITS + k],
                outputs[(b * TIME + TIME - 1 - t) * 2 * UNITS + UNITS + k],
                1e-6);
          }
        }
      }
    }
  }

  private static List<String> names(TestGraph test) {
    return test.scope().variables().stream().map(Variable::name).toList();
  }

  /** testBidirectionalRNNScope of TensorFlow 1.15. */
  @Test
  void variablesHaveTheNamesOfTensorFlow() {
    try (var test = new TestGraph()) {
      var x = x(test, true);
      BidirectionalRnn.dynamicRnn(test.scope(), lstm(), lstm(), x);
      var expected =
          List.of(
              "bidirectional_rnn/fw/lstm_cell/kernel",
              "bidirectional_rnn/fw/lstm_cell/bias",
              "bidirectional_rnn/bw/lstm_cell/kernel",
              "bidirectional_rnn/bw/lstm_cell/bias");
      assertEquals(expected, names(test));
    }
    try (var test = new TestGraph()) {
      BidirectionalRnn.staticRnn(
          test.scope().scope("model"),
          lstm(),
          lstm(),
          steps(test, x(test, true)),
          options -> options.scopeName("prefix"));
      assertEquals(
          List.of(
              "model/prefix/fw/lstm_cell/kernel",
              "model/prefix/fw/lstm_cell/bias",
              "model/prefix/bw/lstm_cell/kernel",
              "model/prefix/bw/lstm_cell/bias"),
          names(test));
    }
  }

  @Test
  void cellsOfTwoKindsRunTogether() {
    try (var test = new TestGraph()) {
      var gru = GruCell.builder(TFloat32.class, 5).build();
      var x = x(test, false);
      var result = BidirectionalRnn.dynamicRnn(test.scope(), lstm(), gru, x);
      var both = BidirectionalRnn.concat(test.tf(), result.outputs());
      LstmState<TFloat32> forward = result.state().forward();
      Operand<TFloat32> backward = result.state().backward();
      assertEquals("[?, ?, 8]", Shapes.text(both.shape()));
      assertEquals(Shape.of(BATCH, TIME, 8), test.shapeOf(both));
      assertEquals(Shape.of(BATCH, UNITS), test.shapeOf(forward.c()));
      assertEquals(Shape.of(BATCH, 5), test.shapeOf(backward));
    }
  }

  @Test
  void oneCellForBothDirectionsIsRefusedWithTheFix() {
    try (var test = new TestGraph()) {
      var cell = lstm();
      var x = x(test, true);
      var message =
          "bidirectional_rnn: cellBw must be another object than cellFw, got one LstmCell for both,"
              + " whose weights would serve both directions. Build a second cell.";
      assertEquals(
          message, argument(() -> BidirectionalRnn.dynamicRnn(test.scope(), cell, cell, x)));
      assertEquals(
          message,
          argument(
              () -> BidirectionalRnn.staticRnn(test.scope(), cell, cell, List.of(x(test, true)))));
    }
  }

  @Test
  void aStateOfAnotherKindIsRefused() {
    try (var test = new TestGraph()) {
      var x = x(test, true);
      @SuppressWarnings("unchecked") // the mistake that raw types allow
      var cell = (TensorCell<TFloat32, Object>) (TensorCell<TFloat32, ?>) lstm();
      Object state = test.tf().zeros(test.tf().constant(new int[] {BATCH, UNITS}), TFloat32.class);
      var message =
          argument(() -> Rnn.dynamicRnn(test.scope(), cell, x, o -> o.initialState(state)));
      assertEquals(
          "rnn: initialState must have the structure of the cell's state, [c, h], got a Zeros. The"
              + " value that zeroState returns has the right form.",
          message);
    }
  }

  /** Gives the number of rows, which has no depth. */
  private record CountsRows() implements TensorCell<TFloat32, Operand<TFloat32>> {
    @Override
    public Class<TFloat32> type() {
      return TFloat32.class;
    }

    @Override
    public Structure<Operand<TFloat32>> outputSize() {
      return Structure.tensor(Leaf.unbatched("rows", TFloat32.class, Shape.scalar()));
    }

    @Override
    public Structure<Operand<TFloat32>> stateSize() {
      return Structure.tensor(Leaf.unbatched("rows", TFloat32.class, Shape.scalar()));
    }

    @Override
    public Step<Operand<TFloat32>, Operand<TFloat32>> step(
        VariableScope scope, Operand<TFloat32> x, Operand<TFloat32> state) {
      var tf = scope.tf();
      var rows = tf.dtypes.cast(tf.gather(tf.shape(x), tf.constant(0), tf.constant(0)), type());
      return new Step<>(rows, rows);
    }
  }

  @Test
  void anOutputWithoutADepthCannotBeConcatenated() {
    try (var test = new TestGraph()) {
      var x = x(test, true);
      var steps = steps(test, x);
      assertEquals(
          "bidirectional_rnn: output rows must have a depth to be concatenated, got []",
          argument(
              () ->
                  BidirectionalRnn.staticRnn(
                      test.scope(), new CountsRows(), new CountsRows(), steps)));
      var looped = BidirectionalRnn.dynamicRnn(test.scope(), new CountsRows(), new CountsRows(), x);
      assertEquals(
          "bidirectional concat: output must have a depth to be concatenated, got [8]",
          argument(() -> BidirectionalRnn.concat(test.tf(), looped.outputs())));
    }
  }
}
