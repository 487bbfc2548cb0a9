package io.github.tfrnn.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.tfrnn.ops.SequenceLossOptions.Across;
import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Operand;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/** {@link SequenceLoss}: TensorFlow's own numbers, plain Java, gradients and refusals. */
class SequenceLossTest {
  private static final double TOLERANCE = 1e-9;

  /** The loss of five classes that look alike. */
  private static final double LOG_5 = Math.log(5);

  private final TestGraph test = new TestGraph();
  private final Ops tf = test.tf();

  @AfterEach
  void close() {
    test.close();
  }

  /** The ways to reduce. */
  private interface Options extends UnaryOperator<SequenceLossOptions<TFloat64>> {}

  private static Arguments of(String name, Options options, double... expected) {
    return Arguments.of(Named.of(name, options), expected);
  }

  // The cases of loss_test.py of TensorFlow 1.15: two rows of three steps; the five logits of step
  // t are all t + 0.5, its target is t.

  private Operand<TFloat64> goldenLoss(Options options, double... weights) {
    var logits = new double[2 * 3 * 5];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = i / 5 % 3 + 0.5;
    }
    return SequenceLoss.of(
        tf,
        test.feed64(Shape.of(-1, -1, 5), Shape.of(2, 3, 5), logits),
        tf.constant(new int[][] {{0, 1, 2}, {0, 1, 2}}),
        test.feed64(Shape.of(-1, -1), Shape.of(2, 3), weights),
        options);
  }

  static Stream<Arguments> goldensOfFullWeights() {
    double e = LOG_5;
    return Stream.of(
        of("defaults", o -> o, e),
        of("average across all", o -> o.average(Across.BATCH_AND_TIME), e),
        of("average across the batch", o -> o.average(Across.BATCH), e, e, e),
        of("average across time", o -> o.average(Across.TIME), e, e),
        of("sum across all", o -> o.sum(Across.BATCH_AND_TIME), e),
        of("sum across the batch", o -> o.sum(Across.BATCH), e, e, e),
        of("sum across time", o -> o.sum(Across.TIME), e, e),
        of("per step", o -> o.perStep(), e, e, e, e, e, e));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("goldensOfFullWeights")
  void alikeLogitsLoseTheLogarithmOfTheirNumber(Options options, double[] expected) {
    var loss = goldenLoss(options, 1, 1, 1, 1, 1, 1);
    assertArrayEquals(expected, test.value(loss), TOLERANCE);
  }

  static Stream<Arguments> goldensOfAMaskedStep() {
    double e = LOG_5;
    return Stream.of(
        of("average across all", o -> o.average(Across.BATCH_AND_TIME), e),
        of("average across the batch", o -> o.average(Across.BATCH), e, e, 0),
        of("average across time", o -> o.average(Across.TIME), e, e),
        of("sum across all", o -> o.sum(Across.BATCH_AND_TIME), e),
        of("sum across the batch", o -> o.sum(Across.BATCH), e, e, 0),
        of("sum across time", o -> o.sum(Across.TIME), e, e),
        of("per step", o -> o.perStep(), e, e, 0, e, e, 0));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("goldensOfAMaskedStep")
  void aStepWithoutWeightIsLeftOut(Options options, double[] expected) {
    var loss = goldenLoss(options, 1, 1, 0, 1, 1, 0);
    assertArrayEquals(expected, test.value(loss), TOLERANCE);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("goldensOfFullWeights")
  void noWeightAtAllLosesNothing(Options options, double[] expected) {
    var loss = goldenLoss(options, 0, 0, 0, 0, 0, 0);
    assertArrayEquals(new double[expected.length], test.value(loss), 0);
  }

  // Other numbers.

  private static final double[] WEIGHTS = {1, 0.5, 0, 2, 0, 0};
  private static final int[][] TARGETS = {{3, 0, 1}, {2, 2, 0}};

  private Operand<TFloat64> logits(Shape declared) {
    return test.random64(declared, Shape.of(2, 3, 4));
  }

  private Operand<TFloat64> loss(Operand<TFloat64> logits, Options options) {
    var weights = test.feed64(Shape.of(2, 3), Shape.of(2, 3), WEIGHTS);
    return SequenceLoss.of(tf, logits, tf.constant(TARGETS), weights, options);
  }

  /** The weighted cross-entropy of each step, in plain Java. */
  private double[] expected(Operand<TFloat64> logits) {
    double[] x = TestGraph.elements(test.fed(logits));
    double[] losses = new double[6];
    for (int i = 0; i < 6; i++) {
      double sum = DoubleStream.of(x).skip(4L * i).limit(4).map(Math::exp).sum();
      losses[i] = WEIGHTS[i] * (Math.log(sum) - x[4 * i + TARGETS[i / 3][i % 3]]);
    }
    return losses;
  }

  @Test
  void averagesDivideByTheSumOfTheWeights() {
    var logits = logits(Shape.of(-1, -1, 4));
    double[] e = expected(logits);
    assertArrayEquals(
        new double[] {(e[0] + e[1] + e[3]) / 3.5}, test.value(loss(logits, o -> o)), TOLERANCE);
    assertArrayEquals(
        new double[] {(e[0] + e[1]) / 1.5, e[3] / 2},
        test.value(loss(logits, o -> o.average(Across.TIME))),
        TOLERANCE);
    assertArrayEquals(
        new double[] {(e[0] + e[3]) / 3, e[1] / 0.5, 0},
        test.value(loss(logits, o -> o.average(Across.BATCH))),
        TOLERANCE);
  }

  @Test
  void sumsDivideByTheNumberOfWeights() {
    var logits = logits(Shape.of(-1, -1, 4));
    double[] e = expected(logits);
    assertArrayEquals(
        new double[] {(e[0] + e[1] + e[3]) / 3},
        test.value(loss(logits, o -> o.sum(Across.BATCH_AND_TIME))),
        TOLERANCE);
    assertArrayEquals(
        new double[] {(e[0] + e[1]) / 2, e[3]},
        test.value(loss(logits, o -> o.sum(Across.TIME))),
        TOLERANCE);
    assertArrayEquals(
        new double[] {(e[0] + e[3]) / 2, e[1], 0},
        test.value(loss(logits, o -> o.sum(Across.BATCH))),
        TOLERANCE);
    assertArrayEquals(e, test.value(loss(logits, o -> o.perStep())), TOLERANCE);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("goldensOfFullWeights")
  void everyReductionHasAGradient(Options options, double[] expected) {
    var logits = logits(Shape.of(-1, 3, 4));
    var loss = loss(logits, options);
    Slopes.assertMatch(test, test.weigh(loss, 0.2), List.of(logits));
  }

  @Test
  void weightsHaveAGradient() {
    var weights = test.feed64(Shape.of(2, 3), Shape.of(2, 3), 1, 0.5, 0.3, 2, 0.1, 0.7);
    var logits = logits(Shape.of(2, 3, 4));
    var loss = SequenceLoss.of(tf, logits, tf.constant(TARGETS), weights);
    Slopes.assertMatch(test, loss, List.of(weights, logits));
  }

  @Test
  void targetsMayBeLongsAndTheLossIsOfTheTypeOfTheLogits() {
    var logits = test.random32(Shape.of(-1, -1, -1), Shape.of(2, 3, 4));
    var targets = tf.dtypes.cast(tf.constant(TARGETS), TInt64.class);
    var ones = Sequences.mask(tf, test.feedInts(3, 3), tf.constant(3), TFloat32.class);
    Operand<TFloat32> longs = SequenceLoss.of(tf, logits, targets, ones);
    Operand<TFloat32> ints = SequenceLoss.of(tf, logits, tf.constant(TARGETS), ones);
    var both = test.values(List.of(longs, ints));
    assertArrayEquals(both.get(0), both.get(1));
  }

  static Stream<Arguments> shapes() {
    return Stream.of(
        Arguments.of(Named.of("average", (Options) o -> o), "[]"),
        Arguments.of(Named.of("across time", (Options) o -> o.average(Across.TIME)), "[?]"),
        Arguments.of(Named.of("across the batch", (Options) o -> o.sum(Across.BATCH)), "[3]"),
        Arguments.of(Named.of("per step", (Options) o -> o.perStep()), "[?, 3]"));
  }

  @ParameterizedTest(name = "{0} has shape {1}")
  @MethodSource("shapes")
  void knownSizesStayKnown(Options options, String shape) {
    var logits = tf.placeholder(TFloat64.class, Placeholder.shape(Shape.of(-1, 3, 4)));
    var targets = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1, 3)));
    var weights = tf.placeholder(TFloat64.class, Placeholder.shape(Shape.of(-1, -1)));
    var loss = SequenceLoss.of(tf, logits, targets, weights, options);
    assertEquals(shape, Shapes.text(loss.shape()));
  }

  @Test
  void anotherStepLossGetsFlatTargetsAndLogits() {
    var logits = logits(Shape.of(2, 3, 4));
    var loss =
        loss(
            logits,
            o ->
                o.sum(Across.TIME)
                    .stepLoss(
                        (tf, targets, rows) -> {
                          assertEquals("[6]", Shapes.text(targets.shape()));
                          assertEquals("[6, 4]", Shapes.text(rows.shape()));
                          return tf.dtypes.cast(targets, TFloat64.class);
                        }));
    assertArrayEquals(new double[] {3.0 / 2, 4}, test.value(loss), TOLERANCE);
  }

  @Test
  void aTargetThatIsNoClassFailsTheRunEvenWithoutWeight() {
    var weights = tf.constant(new double[2][3]);
    var targets = tf.constant(new int[][] {{0, 0, 0}, {0, 0, 4}});
    var loss = SequenceLoss.of(tf, logits(Shape.of(2, 3, 4)), targets, weights);
    assertThrows(TFInvalidArgumentException.class, () -> test.value(loss));
  }

  // Refusals.

  private String refused(Shape logits, Shape targets, Shape weights) {
    return Refusals.argument(
        () ->
            SequenceLoss.of(
                tf,
                tf.placeholder(TFloat32.class, Placeholder.shape(logits)),
                tf.placeholder(TInt32.class, Placeholder.shape(targets)),
                tf.placeholder(TFloat32.class, Placeholder.shape(weights))));
  }

  @Test
  void anotherNumberOfDimensionsIsRefused() {
    var logits = Shape.of(-1, 3, 4);
    var steps = Shape.of(-1, 3);
    assertEquals(
        "sequence loss: logits must be a [batch_size x sequence_length x logits] tensor, got [?, 3]",
        refused(steps, steps, steps));
    assertEquals(
        "sequence loss: targets must be a [batch_size x sequence_length] tensor, got [?, 3, 4]",
        refused(logits, logits, steps));
    assertEquals(
        "sequence loss: weights must be a [batch_size x sequence_length] tensor, got an unknown"
            + " shape",
        refused(logits, steps, Shape.unknown()));
  }

  @Test
  void anotherBatchOrTimeIsRefused() {
    var logits = Shape.of(-1, 3, 4);
    var steps = Shape.of(-1, 3);
    assertEquals(
        "sequence loss: targets must have the batch and the time of logits, [?, 3], got [?, 4]",
        refused(logits, Shape.of(-1, 4), steps));
    assertEquals(
        "sequence loss: weights must have the batch and the time of logits, [?, 3], got [2, 1]",
        refused(logits, steps, Shape.of(2, 1)));
  }

  @ParameterizedTest
  @EnumSource(Across.class)
  void theLastReductionAskedForIsTheOneTaken(Across across) {
    var logits = logits(Shape.of(2, 3, 4));
    var once = loss(logits, o -> o.average(across));
    var changed = loss(logits, o -> o.sum(Across.TIME).perStep().average(across));
    var both = test.values(List.of(once, changed));
    assertArrayEquals(both.get(0), both.get(1));
  }
}
