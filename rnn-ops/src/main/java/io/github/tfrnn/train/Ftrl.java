package io.github.tfrnn.train;

import io.github.tfrnn.ops.Initializers;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.types.family.TFloating;

/**
 * Follow the regularized leader, {@code tf.train.FtrlOptimizer}.
 *
 * <pre>{@code
 * g' = g + 2 * l2Shrinkage * w
 * n  = a + g^2
 * z  = z + g' - (n^-p - a^-p) / learningRate * w
 * w  = (sign(z) * l1 - z) / (n^-p / learningRate + 2 * l2)     where |z| > l1, else 0
 * a  = n
 * }</pre>
 *
 * <p>Defaults are {@code p}, the power of the learning rate, -0.5, and no penalty. The slots {@code
 * a} and {@code z} are {@code <variable>/Ftrl}, which begins with 0.1 everywhere, and {@code
 * Ftrl_1}, which begins with zeros. The first update forgets the initial weights. Source: McMahan
 * and others 2013.
 */
public final class Ftrl extends Optimizer {
  private static final String NAME = "Ftrl";

  private final LearningRate rate;
  private final double power;
  private final double initialAccumulator;
  private final double l1;
  private final double l2;
  private final double l2Shrinkage;

  private Ftrl(
      LearningRate rate,
      double power,
      double initialAccumulator,
      double l1,
      double l2,
      double l2Shrinkage) {
    super(NAME, rate);
    this.rate = rate;
    this.power = Settings.require(power <= 0, NAME, "power", "at most 0", power);
    this.initialAccumulator =
        Settings.requireAtLeastZero(NAME, "initialAccumulator", initialAccumulator);
    this.l1 = Settings.requireAtLeastZero(NAME, "l1", l1);
    this.l2 = Settings.requireAtLeastZero(NAME, "l2", l2);
    this.l2Shrinkage = Settings.requireAtLeastZero(NAME, "l2Shrinkage", l2Shrinkage);
  }

  private static Ftrl of(LearningRate rate) {
    return new Ftrl(rate, -0.5, 0.1, 0, 0, 0);
  }

  /**
   * Returns the rule with a fixed learning rate and the defaults.
   *
   * @throws IllegalArgumentException if {@code learningRate} is below 0 or not finite
   */
  public static Ftrl of(double learningRate) {
    return of(LearningRate.of(NAME, learningRate));
  }

  /**
   * Returns the rule with a learning rate of the graph, such as one of {@link Schedules}.
   *
   * @param learningRate scalar
   * @throws IllegalArgumentException if {@code learningRate} is not a scalar
   */
  public static Ftrl of(Operand<? extends TFloating> learningRate) {
    return of(LearningRate.of(NAME, learningRate));
  }

  /**
   * Returns this rule with another power of the learning rate; 0 keeps the rate as it is.
   *
   * @throws IllegalArgumentException if {@code value} is above 0
   */
  public Ftrl withPower(double value) {
    return new Ftrl(rate, value, initialAccumulator, l1, l2, l2Shrinkage);
  }

  /**
   * Returns this rule with another beginning of the slot a.
   *
   * @throws IllegalArgumentException if {@code value} is below 0 or not finite
   */
  public Ftrl withInitialAccumulator(double value) {
    return new Ftrl(rate, power, value, l1, l2, l2Shrinkage);
  }

  /**
   * Returns this rule with a penalty on the sum of the weights' sizes, which makes them sparse.
   *
   * @throws IllegalArgumentException if {@code value} is below 0 or not finite
   */
  public Ftrl withL1(double value) {
    return new Ftrl(rate, power, initialAccumulator, value, l2, l2Shrinkage);
  }

  /**
   * Returns this rule with a penalty on the sum of the weights' squares.
   *
   * @throws IllegalArgumentException if {@code value} is below 0 or not finite
   */
  public Ftrl withL2(double value) {
    return new Ftrl(rate, power, initialAccumulator, l1, value, l2Shrinkage);
  }

  /**
   * Returns this rule with a penalty on the sum of the weights' squares that goes into the
   * gradient.
   *
   * @throws IllegalArgumentException if {@code value} is below 0 or not finite
   */
  public Ftrl withL2Shrinkage(double value) {
    return new Ftrl(rate, power, initialAccumulator, l1, l2, value);
  }

  @Override
  <T extends TFloating> Op update(Update<T> update) {
    return update
        .tf()
        .train
        .applyFtrl(
            update.reference(),
            update.slot(Initializers.constant(initialAccumulator)),
            update.slot(Initializers.zeros()),
            update.gradient(),
            update.rate(),
            update.number(l1),
            update.number(l2),
            update.number(l2Shrinkage),
            update.number(power));
  }
}
