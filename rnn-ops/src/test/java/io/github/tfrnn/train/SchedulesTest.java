package io.github.tfrnn.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.EagerSession;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** {@link Schedules} against numbers of Python's tf.compat.v1.train. */
class SchedulesTest {
  private static final double TOLERANCE = 1e-6;
  private static final int[] STEPS = {0, 1, 7, 10, 25, 30, 100};

  private final TestGraph test = new TestGraph();
  private final Ops tf = test.tf();

  /** A learning rate from the number of steps. */
  private interface Schedule extends BiFunction<Ops, Operand<TInt32>, Operand<TFloat32>> {}

  @AfterEach
  void close() {
    test.close();
  }

  private static Arguments of(String name, Schedule schedule, double... rates) {
    return Arguments.of(Named.of(name, schedule), rates);
  }

  static Stream<Arguments> schedules() {
    return Stream.of(
        of(
            "exponential",
            (tf, step) -> Schedules.exponentialDecay(tf, 0.5, step, 10, 0.9, false),
            0.5,
            0.49475962,
            0.46445084,
            0.45,
            0.3842167,
            0.36449996,
            0.17433918),
        of(
            "exponential in stairs",
            (tf, step) -> Schedules.exponentialDecay(tf, 0.5, step, 10, 0.9, true),
            0.5,
            0.5,
            0.5,
            0.45,
            0.40499997,
            0.36449996,
            0.17433918),
        of(
            "natural exponential",
            (tf, step) -> Schedules.naturalExpDecay(tf, 0.5, step, 10, 0.3, false),
            0.5,
            0.48522276,
            0.40529212,
            0.3704091,
            0.23618326,
            0.20328481,
            0.024893528),
        of(
            "natural exponential in stairs",
            (tf, step) -> Schedules.naturalExpDecay(tf, 0.5, step, 10, 0.3, true),
            0.5,
            0.5,
            0.5,
            0.3704091,
            0.27440581,
            0.20328481,
            0.024893528),
        of(
            "inverse time",
            (tf, step) -> Schedules.inverseTimeDecay(tf, 0.5, step, 10, 0.3, false),
            0.5,
            0.48543692,
            0.41322312,
            0.38461539,
            0.2857143,
            0.26315787,
            0.125),
        of(
            "inverse time in stairs",
            (tf, step) -> Schedules.inverseTimeDecay(tf, 0.5, step, 10, 0.3, true),
            0.5,
            0.5,
            0.5,
            0.38461539,
            0.3125,
            0.26315787,
            0.125),
        of(
            "polynomial",
            (tf, step) -> Schedules.polynomialDecay(tf, 0.5, step, 30, 0.01, 2, false),
            0.5,
            0.46787775,
            0.29801109,
            0.22777776,
            0.023611106,
            0.01,
            0.01),
        of(
            "straight line",
            (tf, step) -> Schedules.polynomialDecay(tf, 0.5, step, 30, 0.0001, 1, false),
            0.5,
            0.48333666,
            0.38335666,
            0.33336663,
            0.083416648,
            0.0001,
            0.0001),
        of(
            "polynomial in cycles",
            (tf, step) -> Schedules.polynomialDecay(tf, 0.5, step, 30, 0.01, 0.5, true),
            0.5,
            0.49176413,
            0.43904155,
            0.41008329,
            0.21004167,
            0.01,
            0.21004167),
        of(
            "piecewise constant",
            (tf, step) ->
                Schedules.piecewiseConstant(
                    tf, step, new long[] {7, 25}, new double[] {0.5, 0.2, 0.1}),
            0.5,
            0.5,
            0.5,
            0.2,
            0.2,
            0.1,
            0.1),
        of(
            "one constant",
            (tf, step) -> Schedules.piecewiseConstant(tf, step, new long[0], new double[] {0.5}),
            0.5,
            0.5,
            0.5,
            0.5,
            0.5,
            0.5,
            0.5),
        of(
            "cosine",
            (tf, step) -> Schedules.cosineDecay(tf, 0.5, step, 30, 0.1),
            0.5,
            0.49876741,
            0.44220757,
            0.3875,
            0.080144256,
            0.05,
            0.05),
        of(
            "cosine with restarts",
            (tf, step) -> Schedules.cosineDecayRestarts(tf, 0.5, step, 10, 2, 1, 0),
            0.5,
            0.48776412,
            0.1030537,
            0.5,
            0.073223308,
            0.5,
            0.34567085),
        of(
            "cosine with lower restarts",
            (tf, step) -> Schedules.cosineDecayRestarts(tf, 0.5, step, 10, 3, 0.8, 0.1),
            0.5,
            0.48898771,
            0.14274833,
            0.41,
            0.22999997,
            0.13999999,
            0.12199999),
        of(
            "cosine with even restarts",
            (tf, step) -> Schedules.cosineDecayRestarts(tf, 0.5, step, 10, 1, 0.5, 0.1),
            0.5,
            0.48898771,
            0.14274833,
            0.275,
            0.10625,
            0.10625,
            0.050439455));
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void ratesAreThoseOfTensorFlow1(Schedule schedule, double[] rates) {
    var step = test.feedInt(0);
    var rate = schedule.apply(tf, step);
    var found =
        IntStream.of(STEPS)
            .mapToDouble(
                n -> {
                  test.refeed(step, TInt32.scalarOf(n));
                  return test.value(rate)[0];
                })
            .toArray();
    assertArrayEquals(rates, found, TOLERANCE);
  }

  /** At 1210 = 10 (1 + 3 + 9 + 27 + 81) the sixth begins, but log(243) / log(3) is below 5. */
  @Test
  void aRestartIsNotLostToRounding() {
    var step = tf.constant(1210);
    var rate = Schedules.cosineDecayRestarts(tf, 0.5, step, 10, 3, 1, 0);
    assertArrayEquals(new double[] {0.5}, test.value(rate), TOLERANCE);
  }

  private static void assertRefused(String message, Runnable schedule) {
    assertEquals(message, Refusals.argument(schedule::run));
  }

  @Test
  void aStepThatIsNotAScalarIsRefused() {
    var steps = tf.constant(new int[] {1, 2});
    assertRefused(
        "cosine decay: globalStep must be a scalar, got shape [2]",
        () -> Schedules.cosineDecay(tf, 0.5, steps, 10, 0));
  }

  @Test
  void noStepsToDecayInAreRefused() {
    var step = tf.constant(1);
    assertRefused(
        "exponential decay: decaySteps must be above 0, got 0.0",
        () -> Schedules.exponentialDecay(tf, 0.5, step, 0, 0.9, false));
  }

  @Test
  void aRateBelowZeroIsRefused() {
    var step = tf.constant(1);
    assertRefused(
        "polynomial decay: learningRate must be at least 0, got -0.5",
        () -> Schedules.polynomialDecay(tf, -0.5, step, 10, 0, 1, false));
  }

  @Test
  void cosinesThatGetShorterAreRefused() {
    var step = tf.constant(1);
    assertRefused(
        "cosine decay restarts: tMul must be at least 1, got 0.5",
        () -> Schedules.cosineDecayRestarts(tf, 0.5, step, 10, 0.5, 1, 0));
  }

  @Test
  void boundariesThatDoNotAscendAreRefused() {
    var step = tf.constant(1);
    assertRefused(
        "piecewise constant: boundaries must ascend, got [5, 5]",
        () -> Schedules.piecewiseConstant(tf, step, new long[] {5, 5}, new double[] {1, 2, 3}));
  }

  @Test
  void asManyValuesAsBoundariesAreRefused() {
    var step = tf.constant(1);
    assertRefused(
        "piecewise constant: values must be one more than the 1 boundaries, got 1",
        () -> Schedules.piecewiseConstant(tf, step, new long[] {5}, new double[] {1}));
  }

  @Test
  void anEagerEnvironmentIsRefused() {
    try (var session = EagerSession.create()) {
      var eager = Ops.create(session);
      var step = eager.constant(1);
      assertRefused(
          "inverse time decay: tf must build a graph, got an eager environment. Make it with"
              + " Ops.create(new Graph()).",
          () -> Schedules.inverseTimeDecay(eager, 0.5, step, 10, 0.3, false));
    }
  }
}
