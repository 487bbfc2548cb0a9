package io.github.tfrnn.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TInt32;

/** What {@link RaggedBatch} packs, and what it refuses. */
class RaggedBatchTest {
  private static final int[][] IDS = {{5, 6, 7}, {}, {8}};
  private static final float[][][] FEATURES = {{{1, 2}, {3, 4}}, {}, {{5, 6}}};

  private static void assertPacked(RaggedBatch<?> packed, Shape shape, double... values) {
    try (packed) {
      assertEquals(shape, packed.values().shape());
      assertArrayEquals(values, TestGraph.elements(packed.values()));
    }
  }

  private static void assertLengths(RaggedBatch<?> packed, double... lengths) {
    try (packed) {
      assertArrayEquals(lengths, TestGraph.elements(packed.lengths()));
    }
  }

  @Test
  void idsArePaddedWithZerosToTheLongestRow() {
    assertPacked(RaggedBatch.of(IDS), Shape.of(3, 3), 5, 6, 7, 0, 0, 0, 8, 0, 0);
    assertLengths(RaggedBatch.of(IDS), 3, 0, 1);
  }

  @Test
  void featuresArePaddedWithZerosToTheLongestRow() {
    assertPacked(RaggedBatch.of(FEATURES), Shape.of(3, 2, 2), 1, 2, 3, 4, 0, 0, 0, 0, 5, 6, 0, 0);
    assertLengths(RaggedBatch.of(FEATURES), 2, 0, 1);
  }

  @Test
  void timeMayBeMajor() {
    assertPacked(
        RaggedBatch.of(IDS, o -> o.timeMajor()), Shape.of(3, 3), 5, 0, 8, 6, 0, 0, 7, 0, 0);
    assertPacked(
        RaggedBatch.of(FEATURES, o -> o.timeMajor()),
        Shape.of(2, 3, 2),
        1,
        2,
        0,
        0,
        5,
        6,
        3,
        4,
        0,
        0,
        0,
        0);
    assertLengths(RaggedBatch.of(FEATURES, o -> o.timeMajor()), 2, 0, 1);
  }

  @Test
  void thePaddingMayBeAnyValue() {
    assertPacked(
        RaggedBatch.of(IDS, o -> o.padding(-1)), Shape.of(3, 3), 5, 6, 7, -1, -1, -1, 8, -1, -1);
    assertPacked(
        RaggedBatch.of(new float[][][] {{{1}}, {}}, o -> o.padding(0.5)),
        Shape.of(2, 1, 1),
        1,
        0.5);
  }

  @Test
  void thePaddingOfIdsIsAWholeNumber() {
    assertEquals(
        "ragged batch: padding must be a whole number for ids, got 0.5",
        Refusals.argument(() -> RaggedBatch.of(IDS, o -> o.padding(0.5))));
    assertEquals(
        "ragged batch: padding must be a whole number for ids, got NaN",
        Refusals.argument(() -> RaggedBatch.of(IDS, o -> o.padding(Double.NaN))));
  }

  @ParameterizedTest(name = "steps {0}, multiple {1} gives {2}")
  @CsvSource({"3, 1, 3", "5, 1, 5", "3, 4, 4", "5, 4, 8", "8, 4, 8"})
  void theNumberOfStepsMayBeGivenAndRounded(int steps, int multiple, int expected) {
    try (var packed = RaggedBatch.of(IDS, o -> o.steps(steps).multiple(multiple))) {
      assertEquals(Shape.of(3, expected), packed.values().shape());
      assertEquals(7, packed.values().getInt(0, 2));
      assertEquals(8, packed.values().getInt(2, 0));
    }
  }

  @Test
  void theLongestRowIsRoundedUpToo() {
    assertPacked(
        RaggedBatch.of(new int[][] {{1, 2, 3}}, o -> o.multiple(2)), Shape.of(1, 4), 1, 2, 3, 0);
  }

  @Test
  void rowsMayAllBeEmptyOrMissing() {
    assertPacked(RaggedBatch.of(new int[][] {{}, {}}), Shape.of(2, 0));
    assertPacked(RaggedBatch.of(new int[0][]), Shape.of(0, 0));
    assertPacked(
        RaggedBatch.of(new float[][][] {{}}, o -> o.depth(3).steps(1)), Shape.of(1, 1, 3), 0, 0, 0);
    assertLengths(RaggedBatch.of(new int[][] {{}, {}}), 0, 0);
  }

  @Test
  void aRowLongerThanTheStepsIsRefused() {
    assertEquals(
        "ragged batch: rows[0] must have at most 2 steps, got 3",
        Refusals.argument(() -> RaggedBatch.of(IDS, o -> o.steps(2).multiple(4))));
  }

  @Test
  void stepsOfAnotherDepthAreRefusedByTheirPlace() {
    var rows = new float[][][] {{{1, 2}}, {}, {{3, 4}, {5}}};
    assertEquals(
        "ragged batch: rows[2][1] must have depth 2, got 1",
        Refusals.argument(() -> RaggedBatch.of(rows)));
    assertEquals(
        "ragged batch: rows[0][0] must have depth 3, got 2",
        Refusals.argument(() -> RaggedBatch.of(rows, o -> o.depth(3))));
  }

  @Test
  void featuresOfNoKnownDepthAreRefused() {
    assertEquals(
        "ragged batch: rows must have a step that tells their depth, got none. Give it with"
            + " options -> options.depth(...).",
        Refusals.argument(() -> RaggedBatch.of(new float[][][] {{}, {}})));
  }

  @Test
  void aMissingRowIsNamed() {
    var rows = new int[][] {{1}, null};
    var e = assertThrows(NullPointerException.class, () -> RaggedBatch.of(rows));
    assertEquals("rows[1]", e.getMessage());
  }

  @Test
  void badOptionsAreRefused() {
    UnaryOperator<RaggedOptions> steps = o -> o.steps(-1);
    UnaryOperator<RaggedOptions> multiple = o -> o.multiple(0);
    UnaryOperator<RaggedOptions> depth = o -> o.depth(-2);
    assertEquals(
        "ragged batch: steps must be at least 0, got -1",
        Refusals.argument(() -> RaggedBatch.of(IDS, steps)));
    assertEquals(
        "ragged batch: multiple must be at least 1, got 0",
        Refusals.argument(() -> RaggedBatch.of(IDS, multiple)));
    assertEquals(
        "ragged batch: depth must be at least 0, got -2",
        Refusals.argument(() -> RaggedBatch.of(FEATURES, depth)));
    assertEquals(
        "ragged batch: tensor must have fewer than 2^31 elements, got [3, 2000000000, 1]",
        Refusals.argument(() -> RaggedBatch.of(IDS, o -> o.steps(2_000_000_000))));
  }

  @Test
  void tensorsAreNotHandedOutAfterClose() {
    var packed = RaggedBatch.of(IDS);
    packed.close();
    packed.close();
    var message = "ragged batch: tensors must be used before close, got later";
    assertEquals(message, Refusals.state(packed::values));
    assertEquals(message, Refusals.state(packed::lengths));
  }

  @Test
  void aBatchIsFedAsItIs() {
    try (var test = new TestGraph();
        var packed = RaggedBatch.of(IDS)) {
      var tf = test.tf();
      var ids = tf.placeholder(TInt32.class);
      var lengths = tf.placeholder(TInt32.class);
      var last =
          Sequences.lastOutput(tf, tf.reshape(ids, tf.constant(new int[] {3, -1})), lengths, false);
      try (var got =
          test.session()
              .runner()
              .feed(ids, packed.values())
              .feed(lengths, packed.lengths())
              .fetch(last)
              .run()) {
        assertArrayEquals(new double[] {7, 0, 8}, TestGraph.elements(got.get(0)));
      }
    }
  }
}
