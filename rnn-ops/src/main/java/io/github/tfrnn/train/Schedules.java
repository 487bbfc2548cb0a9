package io.github.tfrnn.train;

import java.util.Arrays;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TNumber;

/**
 * Learning rates that depend on the number of steps run, under their names and with the argument
 * order of TensorFlow 1.15's {@code tf.train}.
 *
 * <p>Each returns a scalar of the graph for an optimizer. In all of them {@code globalStep} is an
 * integer scalar, usually {@code GlobalStep.of(scope).value(TInt64.class)}; the training op reads
 * it before it adds to it. Formulas are computed in double precision.
 */
public final class Schedules {
  /** Forgives rounding where a quotient should be a whole number. */
  private static final double ROUNDING = 1e-9;

  private Schedules() {}

  /**
   * {@code learningRate * decayRate ^ (globalStep / decaySteps)}.
   *
   * @param decaySteps above 0
   * @param staircase whether the quotient is rounded down
   * @throws IllegalArgumentException if {@code tf} is eager, {@code globalStep} is not a scalar, or
   *     a number is out of its range
   */
  public static Operand<TFloat32> exponentialDecay(
      Ops tf,
      double learningRate,
      Operand<? extends TNumber> globalStep,
      double decaySteps,
      double decayRate,
      boolean staircase) {
    var who = "exponential decay";
    Settings.requireAboveZero(who, "decayRate", decayRate);
    var p = periods(tf, who, learningRate, globalStep, decaySteps, staircase);
    return rate(tf, learningRate, tf.math.pow(tf.constant(decayRate), p));
  }

  /**
   * {@code learningRate * e ^ (-decayRate * globalStep / decaySteps)}.
   *
   * @param decaySteps above 0
   * @param staircase whether the quotient of the steps is rounded down
   * @throws IllegalArgumentException as {@link #exponentialDecay}
   */
  public static Operand<TFloat32> naturalExpDecay(
      Ops tf,
      double learningRate,
      Operand<? extends TNumber> globalStep,
      double decaySteps,
      double decayRate,
      boolean staircase) {
    var who = "natural exp decay";
    Settings.requireAtLeastZero(who, "decayRate", decayRate);
    var p = periods(tf, who, learningRate, globalStep, decaySteps, staircase);
    return rate(tf, learningRate, tf.math.exp(tf.math.mul(tf.constant(-decayRate), p)));
  }

  /**
   * {@code learningRate / (1 + decayRate * globalStep / decaySteps)}.
   *
   * @param decaySteps above 0
   * @param staircase whether the quotient of the steps is rounded down
   * @throws IllegalArgumentException as {@link #exponentialDecay}
   */
  public static Operand<TFloat32> inverseTimeDecay(
      Ops tf,
      double learningRate,
      Operand<? extends TNumber> globalStep,
      double decaySteps,
      double decayRate,
      boolean staircase) {
    var who = "inverse time decay";
    Settings.requireAtLeastZero(who, "decayRate", decayRate);
    var p = periods(tf, who, learningRate, globalStep, decaySteps, staircase);
    var one = tf.constant(1.0);
    var divisor = tf.math.add(one, tf.math.mul(tf.constant(decayRate), p));
    return rate(tf, learningRate, tf.math.div(one, divisor));
  }

  /**
   * A polynomial from {@code learningRate} down to {@code endLearningRate}.
   *
   * <pre>{@code
   * (learningRate - endLearningRate) * (1 - min(globalStep, n) / n) ^ power + endLearningRate
   * }</pre>
   *
   * @param decaySteps n, above 0
   * @param endLearningRate 0.0001 in TensorFlow 1.15 if none is given
   * @param power 1 for a straight line
   * @param cycle whether n grows by {@code decaySteps} whenever it is passed, so that the rate
   *     jumps up again
   * @throws IllegalArgumentException as {@link #exponentialDecay}
   */
  public static Operand<TFloat32> polynomialDecay(
      Ops tf,
      double learningRate,
      Operand<? extends TNumber> globalStep,
      double decaySteps,
      double endLearningRate,
      double power,
      boolean cycle) {
    var who = "polynomial decay";
    Settings.requireAtLeastZero(who, "endLearningRate", endLearningRate);
    Settings.requireAtLeastZero(who, "power", power);
    var p = periods(tf, who, learningRate, globalStep, decaySteps, false);
    var one = tf.constant(1.0);
    // Whole cycles passed, and the one that runs: at least one.
    Operand<TFloat64> share =
        cycle ? tf.math.div(p, tf.math.maximum(one, tf.math.ceil(p))) : tf.math.minimum(p, one);
    var left = tf.math.pow(tf.math.sub(one, share), tf.constant(power));
    var above = tf.math.mul(tf.constant(learningRate - endLearningRate), left);
    return narrow(tf, tf.math.add(above, tf.constant(endLearningRate)));
  }

  /**
   * The value of the interval that {@code globalStep} lies in; a boundary belongs to the interval
   * before it.
   *
   * @param boundaries ascending; where the interval after {@code values[i]} begins
   * @param values learning rates, one more than boundaries
   * @throws IllegalArgumentException if {@code tf} is eager, {@code globalStep} is not a scalar,
   *     {@code boundaries} do not ascend, or {@code values} are not one more
   */
  public static Operand<TFloat32> piecewiseConstant(
      Ops tf, Operand<? extends TNumber> globalStep, long[] boundaries, double[] values) {
    var who = "piecewise constant";
    for (int i = 1; i < boundaries.length; i++) {
      if (boundaries[i - 1] >= boundaries[i]) {
        throw new IllegalArgumentException(
            who + ": boundaries must ascend, got " + Arrays.toString(boundaries));
      }
    }
    if (values.length != boundaries.length + 1) {
      throw new IllegalArgumentException(
          who
              + ": values must be one more than the "
              + boundaries.length
              + " boundaries, got "
              + values.length);
    }
    for (double value : values) {
      Settings.requireAtLeastZero(who, "values", value);
    }
    var step = step(tf, who, globalStep);
    var limits = Arrays.stream(boundaries).asDoubleStream().toArray();
    var passed = tf.dtypes.cast(tf.math.greater(step, tf.constant(limits)), TFloat64.class);
    var index = tf.dtypes.cast(tf.sum(passed, tf.constant(0)), org.tensorflow.types.TInt32.class);
    return narrow(tf, tf.gather(tf.constant(values), index, tf.constant(0)));
  }

  /**
   * Half a cosine from {@code learningRate} down to {@code alpha * learningRate}.
   *
   * <pre>{@code
   * learningRate * ((1 - alpha) * (1 + cos(pi * min(globalStep, n) / n)) / 2 + alpha)
   * }</pre>
   *
   * @param decaySteps n, above 0
   * @param alpha 0 in TensorFlow 1.15 if none is given
   * @throws IllegalArgumentException as {@link #exponentialDecay}
   */
  public static Operand<TFloat32> cosineDecay(
      Ops tf,
      double learningRate,
      Operand<? extends TNumber> globalStep,
      double decaySteps,
      double alpha) {
    var who = "cosine decay";
    Settings.requireAtLeastZero(who, "alpha", alpha);
    var p = periods(tf, who, learningRate, globalStep, decaySteps, false);
    var share = tf.math.minimum(p, tf.constant(1.0));
    return rate(tf, learningRate, above(tf, alpha, halfCosine(tf, share)));
  }

  /**
   * Half a cosine, begun again and again, the i-th {@code tMul ^ i} times as long and {@code mMul ^
   * i} times as high as the first.
   *
   * @param firstDecaySteps length of the first, above 0
   * @param tMul at least 1; 2 in TensorFlow 1.15 if none is given
   * @param mMul at least 0; 1 in TensorFlow 1.15 if none is given
   * @param alpha the share of {@code learningRate} that is the floor; 0 if none is given there
   * @throws IllegalArgumentException as {@link #exponentialDecay}
   */
  public static Operand<TFloat32> cosineDecayRestarts(
      Ops tf,
      double learningRate,
      Operand<? extends TNumber> globalStep,
      double firstDecaySteps,
      double tMul,
      double mMul,
      double alpha) {
    var who = "cosine decay restarts";
    Settings.require(tMul >= 1 && tMul < Double.POSITIVE_INFINITY, who, "tMul", "at least 1", tMul);
    Settings.requireAtLeastZero(who, "mMul", mMul);
    Settings.requireAtLeastZero(who, "alpha", alpha);
    var p = periods(tf, who, learningRate, globalStep, firstDecaySteps, false);
    Operand<TFloat64> restart;
    Operand<TFloat64> share;
    if (tMul == 1) {
      restart = tf.math.floor(p);
      share = tf.math.sub(p, restart);
    } else {
      // The first i of them take (tMul^i - 1) / (tMul - 1) periods.
      var one = tf.constant(1.0);
      var grown = tf.math.add(one, tf.math.mul(p, tf.constant(tMul - 1)));
      var exact = tf.math.div(tf.math.log(grown), tf.constant(Math.log(tMul)));
      restart = tf.math.floor(tf.math.add(exact, tf.constant(ROUNDING)));
      var length = tf.math.pow(tf.constant(tMul), restart);
      var begin = tf.math.div(tf.math.sub(length, one), tf.constant(tMul - 1));
      share = tf.math.div(tf.math.sub(p, begin), length);
    }
    var height = tf.math.pow(tf.constant(mMul), restart);
    return rate(tf, learningRate, above(tf, alpha, tf.math.mul(height, halfCosine(tf, share))));
  }

  private static Operand<TFloat64> periods(
      Ops tf,
      String who,
      double learningRate,
      Operand<? extends TNumber> globalStep,
      double decaySteps,
      boolean staircase) {
    Settings.requireAtLeastZero(who, "learningRate", learningRate);
    Settings.requireAboveZero(who, "decaySteps", decaySteps);
    var periods = tf.math.div(step(tf, who, globalStep), tf.constant(decaySteps));
    return staircase ? tf.math.floor(periods) : periods;
  }

  private static Operand<TFloat64> step(Ops tf, String who, Operand<? extends TNumber> globalStep) {
    Settings.requireGraph(tf, who);
    Settings.requireScalar(who, "globalStep", globalStep);
    return tf.dtypes.cast(globalStep, TFloat64.class);
  }

  private static Operand<TFloat64> halfCosine(Ops tf, Operand<TFloat64> share) {
    var wave = tf.math.cos(tf.math.mul(tf.constant(Math.PI), share));
    return tf.math.mul(tf.constant(0.5), tf.math.add(tf.constant(1.0), wave));
  }

  private static Operand<TFloat64> above(Ops tf, double floor, Operand<TFloat64> value) {
    return tf.math.add(tf.math.mul(tf.constant(1 - floor), value), tf.constant(floor));
  }

  private static Operand<TFloat32> rate(Ops tf, double learningRate, Operand<TFloat64> factor) {
    return narrow(tf, tf.math.mul(tf.constant(learningRate), factor));
  }

  private static Operand<TFloat32> narrow(Ops tf, Operand<TFloat64> value) {
    return tf.dtypes.cast(value, TFloat32.class);
  }
}
