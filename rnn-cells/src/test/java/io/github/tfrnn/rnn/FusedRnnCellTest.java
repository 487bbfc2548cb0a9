package io.github.tfrnn.rnn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.cells.BasicRnnCell;
import io.github.tfrnn.cells.LstmState;
import io.github.tfrnn.ops.Reuse;
import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.core.Stack;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/** Cells that take a sequence at once, made of others. */
class FusedRnnCellTest {
  private static final int TIME = 4;
  private static final int BATCH = 3;
  private static final int DEPTH = 2;
  private static final double TOLERANCE = 1e-12;

  private final TestGraph test = new TestGraph();
  private final Operand<TFloat64> x =
      test.random64(Shape.of(TIME, BATCH, DEPTH), Shape.of(TIME, BATCH, DEPTH));
  private final UnaryOperator<RnnOptions<Operand<TFloat64>>> lengths;

  FusedRnnCellTest() {
    var fed = test.feedInts(4, 0, 2);
    lengths = options -> options.sequenceLength(fed);
  }

  @AfterEach
  void close() {
    test.close();
  }

  private static BasicRnnCell<TFloat64> cell() {
    return BasicRnnCell.builder(TFloat64.class, 2).reuse(Reuse.AUTO).build();
  }

  private List<Operand<TFloat64>> steps() {
    return List.copyOf(test.tf().unstack(x, (long) TIME, Unstack.axis(0L)).output());
  }

  private double[] flat(RnnResult<Operand<TFloat64>, Operand<TFloat64>> result) {
    var tf = test.tf();
    var all = tf.constant(new int[] {-1});
    return test.value(
        tf.concat(
            List.of(tf.reshape(result.outputs(), all), tf.reshape(result.state(), all)),
            tf.constant(0)));
  }

  private RnnResult<Operand<TFloat64>, Operand<TFloat64>> stacked(
      RnnResult<List<Operand<TFloat64>>, Operand<TFloat64>> result) {
    return new RnnResult<>(test.tf().stack(result.outputs(), Stack.axis(0L)), result.state());
  }

  /** fused_rnn_cell_test of TensorFlow 1.15, with lengths. */
  @Test
  void bothAdaptorsGiveWhatStaticRnnGives() {
    double[] expected = flat(stacked(Rnn.staticRnn(test.scope(), cell(), steps(), lengths)));
    var unrolling = FusedRnnCellAdaptor.unrolling(cell());
    var looping = FusedRnnCellAdaptor.looping(cell());
    assertArrayEquals(expected, flat(unrolling.run(test.scope(), x, lengths)), TOLERANCE);
    assertArrayEquals(expected, flat(looping.run(test.scope(), x, lengths)), TOLERANCE);
    assertArrayEquals(
        expected, flat(stacked(unrolling.runList(test.scope(), steps(), lengths))), TOLERANCE);
    assertArrayEquals(
        expected, flat(stacked(looping.runList(test.scope(), steps(), lengths))), TOLERANCE);
    assertEquals(
        List.of("rnn/basic_rnn_cell/kernel", "rnn/basic_rnn_cell/bias"),
        test.scope().variables().stream().map(v -> v.name()).toList());
  }

  @Test
  void reversedIsTheLastStepFirst() {
    var backwards = new ArrayList<>(steps());
    java.util.Collections.reverse(backwards);
    var expected = Rnn.staticRnn(test.scope(), cell(), backwards);
    var outputs = new ArrayList<>(expected.outputs());
    java.util.Collections.reverse(outputs);
    var reversed = TimeReversedFusedRnn.of(FusedRnnCellAdaptor.looping(cell()));
    assertArrayEquals(
        flat(stacked(new RnnResult<>(outputs, expected.state()))),
        flat(reversed.run(test.scope(), x)),
        TOLERANCE);
  }

  /** What the backward half of a bidirectional network does: rows end where they are long. */
  @Test
  void reversedWithLengthsTurnsEachRowInsideItsLength() {
    var tf = test.tf();
    var reversed = TimeReversedFusedRnn.of(FusedRnnCellAdaptor.unrolling(cell()));
    var result = reversed.run(test.scope(), x, lengths);
    var row = tf.slice(x, tf.constant(new int[] {0, 2, 0}), tf.constant(new int[] {2, 1, -1}));
    var turned = tf.reverse(row, tf.constant(new int[] {0}));
    var alone = FusedRnnCellAdaptor.looping(cell()).run(test.scope(), turned);
    double[] h = test.value(alone.state());
    double[] states = test.value(result.state());
    assertArrayEquals(h, new double[] {states[4], states[5]}, TOLERANCE);
    double[] expected = test.value(tf.reverse(alone.outputs(), tf.constant(new int[] {0})));
    double[] outputs = test.value(result.outputs());
    for (int t = 0; t < TIME; t++) {
      for (int i = 0; i < 2; i++) {
        double want = t < 2 ? expected[2 * t + i] : 0;
        assertEquals(want, outputs[(t * BATCH + 2) * 2 + i], TOLERANCE, "step " + t);
        assertEquals(0, outputs[(t * BATCH + 1) * 2 + i], "the row without steps");
      }
    }
  }

  /** In TensorFlow 1.15 a list was reversed as a whole, whatever the lengths. */
  @Test
  void aListIsReversedByTheLengthsToo() {
    var reversed = TimeReversedFusedRnn.of(FusedRnnCellAdaptor.looping(cell()));
    assertArrayEquals(
        flat(reversed.run(test.scope(), x, lengths)),
        flat(stacked(reversed.runList(test.scope(), steps(), lengths))),
        TOLERANCE);
  }

  @Test
  void anLstmInOneOpCanRunBackwards() {
    var narrow = test.tf().dtypes.cast(x, TFloat32.class);
    var forwards = LstmBlockFusedCell.builder(TFloat32.class, 2).reuse(Reuse.AUTO).build();
    RnnResult<Operand<TFloat32>, LstmState<TFloat32>> result =
        TimeReversedFusedRnn.of(forwards).run(test.scope(), narrow);
    var turned = test.tf().reverse(narrow, test.tf().constant(new int[] {0}));
    assertArrayEquals(
        test.value(forwards.run(test.scope(), turned).state().c()),
        test.value(result.state().c()),
        0);
  }

  @Test
  void unrollingAnUnknownNumberOfStepsIsRefused() {
    var unknown = test.random64(Shape.of(-1, BATCH, DEPTH), Shape.of(TIME, BATCH, DEPTH));
    assertEquals(
        "net: inputs must have shape [time, batch, depth] with a known time of at least 1, got"
            + " [?, 3, 2]. FusedRnnCellAdaptor.looping takes any number of steps.",
        Refusals.argument(
            () -> FusedRnnCellAdaptor.unrolling(cell()).run(test.scope().scope("net"), unknown)));
  }

  @Test
  void anEmptyListIsRefused() {
    assertEquals(
        "net: inputs must not be empty, got no step",
        Refusals.argument(
            () ->
                FusedRnnCellAdaptor.looping(cell())
                    .runList(test.scope().scope("net"), List.of(), lengths)));
  }
}
