package io.github.tfrnn.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.EagerSession;
import org.tensorflow.Operand;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/** Values, shapes, gradients and refusals of {@link Sequences}. */
class SequencesTest {
  private static final double NAN = Double.NaN;

  private final TestGraph test = new TestGraph();
  private final Ops tf = test.tf();

  @AfterEach
  void close() {
    test.close();
  }

  private Operand<TInt64> longs(long... values) {
    return tf.dtypes.cast(
        test.feedInts(Arrays.stream(values).mapToInt(Math::toIntExact).toArray()), TInt64.class);
  }

  /** Fed as {@code [3, 2]}: three rows of two steps, or three steps of two rows. */
  private Operand<TFloat64> sixNumbers(String declared) {
    var shape = declared.equals("unknown") ? Shape.unknown() : Shape.of(3, 2);
    return test.feed64(shape, Shape.of(3, 2), 1, 2, 3, 4, 5, 6);
  }

  // Mask.

  @Test
  void theMaskIsTrueInsideEachRow() {
    var mask = Sequences.mask(tf, test.feedInts(1, 3, 0, 9, -1), test.feedInt(3));
    assertArrayEquals(new double[] {1, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0}, test.value(mask));
    assertEquals("[?, ?]", Shapes.text(mask.shape()));
  }

  @Test
  void theMaskOfLongsHasTheTypeAskedFor() {
    var mask = Sequences.mask(tf, longs(1, 2), tf.constant(2), TFloat32.class);
    assertEquals(TFloat32.class, mask.type());
    assertArrayEquals(new double[] {1, 0, 1, 1}, test.value(mask));
    assertEquals("[?, 2]", Shapes.text(mask.shape()));
  }

  @Test
  void theMaskOfAMatrixOfLengthsHasThreeDimensions() {
    var mask =
        Sequences.mask(tf, tf.constant(new int[][] {{1, 2}, {0, 1}}), tf.constant(2), TInt32.class);
    assertArrayEquals(new double[] {1, 0, 1, 1, 0, 0, 1, 0}, test.value(mask));
    assertEquals("[2, 2, 2]", Shapes.text(mask.shape()));
  }

  @Test
  void theMaskOfNoStepsIsEmpty() {
    var mask = Sequences.mask(tf, test.feedInts(1, 2), test.feedInt(0));
    assertEquals(Shape.of(2, 0), test.shapeOf(mask));
  }

  // Reverse.

  @ParameterizedTest
  @ValueSource(strings = {"known", "unknown"})
  void stepsAreReversedInsideEachRowAndPaddingStays(String declared) {
    var reversed = Sequences.reverse(tf, sixNumbers(declared), test.feedInts(2, 1, 0), false);
    assertArrayEquals(new double[] {2, 1, 3, 4, 5, 6}, test.value(reversed));
  }

  @Test
  void timeMajorStepsAreReversedDownTheColumns() {
    var reversed = Sequences.reverse(tf, sixNumbers("known"), test.feedInts(3, 2), true);
    assertArrayEquals(new double[] {5, 4, 3, 2, 1, 6}, test.value(reversed));
    assertEquals("[3, 2]", Shapes.text(reversed.shape()));
  }

  @Test
  void lengthsToReverseMayBeLongsAndOutOfRange() {
    var reversed = Sequences.reverse(tf, sixNumbers("known"), longs(9, -2, 2), false);
    assertArrayEquals(new double[] {2, 1, 3, 4, 6, 5}, test.value(reversed));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void reversingHasAGradient(boolean timeMajor) {
    var x = test.random64(Shape.of(-1, -1, 2), timeMajor ? Shape.of(3, 2, 2) : Shape.of(2, 3, 2));
    var reversed = Sequences.reverse(tf, x, test.feedInts(3, 2), timeMajor);
    assertEquals("[?, ?, 2]", Shapes.text(reversed.shape()));
    Slopes.assertMatch(test, test.weigh(reversed, 0.1), List.of(x));
  }

  // Last output.

  @ParameterizedTest(name = "time major {0}")
  @ValueSource(booleans = {false, true})
  void theLastOutputIsThatOfTheLastStepInside(boolean timeMajor) {
    var x = timeMajor ? Sequences.transposeBatchTime(tf, sixNumbers("known")) : sixNumbers("known");
    // Rows [1, 2], [3, 4], [5, 6] in the order of the batch.
    var last = Sequences.lastOutput(tf, x, test.feedInts(1, 0, 2), timeMajor);
    assertArrayEquals(new double[] {1, 0, 6}, test.value(last));
    assertEquals("[3]", Shapes.text(last.shape()));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theLastOutputOfLongerRowsIsThatOfTheLastStep(boolean timeMajor) {
    var x = timeMajor ? Sequences.transposeBatchTime(tf, sixNumbers("known")) : sixNumbers("known");
    var last = Sequences.lastOutput(tf, x, longs(7, 2, -1), timeMajor);
    assertArrayEquals(new double[] {2, 4, 0}, test.value(last));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theLastOutputOfNoStepsIsZero(boolean timeMajor) {
    var x = test.feed64(Shape.of(-1, -1, 2), timeMajor ? Shape.of(0, 3, 2) : Shape.of(3, 0, 2));
    var last = Sequences.lastOutput(tf, x, test.feedInts(0, 0, 0), timeMajor);
    assertEquals(Shape.of(3, 2), test.shapeOf(last));
    assertArrayEquals(new double[6], test.value(last));
    assertEquals("[?, 2]", Shapes.text(last.shape()));
  }

  @Test
  void outputsMayBeOfAnyRankAndType() {
    var x = tf.constant(new int[][][][] {{{{1, 2}, {3, 4}}, {{5, 6}, {7, 8}}}});
    var last = Sequences.lastOutput(tf, x, test.feedInts(2), false);
    assertArrayEquals(new double[] {5, 6, 7, 8}, test.value(last));
    assertEquals("[1, 2, 2]", Shapes.text(last.shape()));
  }

  @Test
  void oneLengthDoesNotStandForAllRows() {
    var x = sixNumbers("known");
    var last = Sequences.lastOutput(tf, x, test.feedInts(1), false);
    assertThrows(TFInvalidArgumentException.class, () -> test.value(last));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theLastOutputHasAGradient(boolean timeMajor) {
    var x = test.random64(Shape.of(-1, -1, 2), timeMajor ? Shape.of(3, 4, 2) : Shape.of(4, 3, 2));
    var last = Sequences.lastOutput(tf, x, test.feedInts(3, 1, 0, 2), timeMajor);
    Slopes.assertMatch(test, test.weigh(last, 0.1), List.of(x));
  }

  @Test
  void paddingThatIsNoNumberTouchesNeitherTheLastOutputNorItsGradient() {
    var x = test.feed64(Shape.of(-1, -1), Shape.of(2, 3), 1, NAN, NAN, NAN, NAN, NAN);
    var last = Sequences.lastOutput(tf, x, test.feedInts(1, 0), false);
    assertArrayEquals(new double[] {1, 0}, test.value(last));
    var gradient = Gradients.of(tf.sum(last, tf.constant(0)), List.of(x)).get(0);
    assertArrayEquals(new double[] {1, 0, 0, 0, 0, 0}, test.value(gradient));
  }

  // Batch size.

  @ParameterizedTest(name = "time major {0}")
  @ValueSource(booleans = {false, true})
  void theBatchSizeIsThatOfTheRows(boolean timeMajor) {
    var known = tf.constant(new float[3][2][5]);
    var late = test.feed64(Shape.of(-1, -1), Shape.of(3, 2), range(6));
    assertEquals("Const", Sequences.batchSize(tf, known, timeMajor).op().type());
    for (var x : List.of(known, late)) {
      double[] size = test.value(Sequences.batchSize(tf, x, timeMajor));
      assertArrayEquals(new double[] {timeMajor ? 2 : 3}, size);
    }
    assertEquals(
        "batch size: x must have shape "
            + (timeMajor ? "[time, batch" : "[batch, time")
            + ", ...], got [2]",
        Refusals.argument(() -> Sequences.batchSize(tf, tf.constant(new int[2]), timeMajor)));
  }

  // Transpose.

  @Test
  void theFirstTwoDimensionsAreExchanged() {
    var x = test.feed64(Shape.of(-1, 3, 2), Shape.of(2, 3, 2), range(12));
    var y = Sequences.transposeBatchTime(tf, x);
    assertEquals("[3, ?, 2]", Shapes.text(y.shape()));
    assertArrayEquals(new double[] {0, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11}, test.value(y));
    Slopes.assertMatch(test, test.weigh(y, 0.1), List.of(x));
  }

  @Test
  void aTensorOfUnknownRankIsTransposedAtRunTime() {
    var x = test.feed64(Shape.unknown(), Shape.of(2, 3, 2), range(12));
    var y = Sequences.transposeBatchTime(tf, x);
    assertEquals(Shape.of(3, 2, 2), test.shapeOf(y));
    assertArrayEquals(new double[] {0, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11}, test.value(y));
  }

  private static double[] range(int size) {
    return DoubleStream.iterate(0, v -> v + 1).limit(size).toArray();
  }

  @Test
  void scalarsAndVectorsStayAsTheyAre() {
    var scalar = tf.constant(1f);
    var vector = tf.constant(new float[2]);
    assertSame(scalar, Sequences.transposeBatchTime(tf, scalar));
    assertSame(vector, Sequences.transposeBatchTime(tf, vector));
  }

  // Refusals.

  @Test
  void sequencesWithoutABatchOrATimeAreRefused() {
    var vector = tf.constant(new float[3]);
    var lengths = test.feedInts(1);
    assertEquals(
        "reverse sequence: x must have shape [batch, time, ...], got [3]",
        Refusals.argument(() -> Sequences.reverse(tf, vector, lengths, false)));
    assertEquals(
        "last output: outputs must have shape [time, batch, ...], got [3]",
        Refusals.argument(() -> Sequences.lastOutput(tf, vector, lengths, true)));
    var unknown = tf.placeholder(TFloat32.class);
    assertEquals(
        "last output: outputs must have a known rank, got an unknown shape. Reshape them first.",
        Refusals.argument(() -> Sequences.lastOutput(tf, unknown, lengths, true)));
  }

  @Test
  void lengthsOfAnotherShapeAreRefused() {
    var x = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(2, 3, 4)));
    assertEquals(
        "reverse sequence: lengths must have shape [2], one for each row of the batch, got [3]",
        Refusals.argument(() -> Sequences.reverse(tf, x, tf.constant(new int[3]), false)));
    assertEquals(
        "last output: lengths must have shape [3], one for each row of the batch, got [2]",
        Refusals.argument(() -> Sequences.lastOutput(tf, x, tf.constant(new int[2]), true)));
    assertEquals(
        "last output: lengths must have shape [2], one for each row of the batch, got []",
        Refusals.argument(() -> Sequences.lastOutput(tf, x, tf.constant(2), false)));
  }

  @Test
  void eagerOpsAreRefused() {
    try (var session = EagerSession.create()) {
      var eager = Ops.create(session);
      var x = eager.constant(new float[2][3]);
      var lengths = eager.constant(new int[2]);
      var how =
          ": tf must build a graph, got an eager environment. Make it with"
              + " Ops.create(new Graph()).";
      assertEquals(
          "sequence mask" + how,
          Refusals.argument(() -> Sequences.mask(eager, lengths, eager.constant(3))));
      assertEquals(
          "reverse sequence" + how,
          Refusals.argument(() -> Sequences.reverse(eager, x, lengths, false)));
      assertEquals(
          "last output" + how,
          Refusals.argument(() -> Sequences.lastOutput(eager, x, lengths, false)));
      assertEquals(
          "batch size" + how, Refusals.argument(() -> Sequences.batchSize(eager, x, false)));
      assertEquals(
          "transpose batch and time" + how,
          Refusals.argument(() -> Sequences.transposeBatchTime(eager, x)));
      assertEquals(
          "embedding lookup" + how, Refusals.argument(() -> Embedding.lookup(eager, x, lengths)));
      assertEquals(
          "sequence loss" + how,
          Refusals.argument(() -> SequenceLoss.of(eager, x, eager.constant(new int[2][3]), x)));
    }
  }
}
