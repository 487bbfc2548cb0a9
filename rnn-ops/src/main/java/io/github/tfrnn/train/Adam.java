package io.github.tfrnn.train;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * Adam, {@code tf.train.AdamOptimizer}.
 *
 * <pre>{@code
 * m = beta1 * m + (1 - beta1) * g
 * v = beta2 * v + (1 - beta2) * g^2
 * w = w - learningRate * sqrt(1 - beta2^t) / (1 - beta1^t) * m / (sqrt(v) + epsilon)
 * }</pre>
 *
 * <p>Defaults are {@code beta1} 0.9, {@code beta2} 0.999 and {@code epsilon} 1e-8; t counts from 1.
 * The slots {@code m} and {@code v} are {@code <variable>/Adam} and {@code Adam_1} and begin with
 * zeros. The powers of the betas are the scalars {@code beta1_power} and {@code beta2_power} of
 * single precision, changed after all weights. Source: Kingma and Ba 2015, the form before section
 * 2.1, in which epsilon is not corrected for t.
 */
public final class Adam extends Optimizer {
  private static final String NAME = "Adam";

  private final LearningRate rate;
  private final AdamRule rule;

  private Adam(LearningRate rate, AdamRule rule) {
    super(NAME, rate);
    this.rate = rate;
    this.rule = rule;
  }

  /**
   * Returns the rule with a fixed learning rate and the defaults.
   *
   * @param learningRate 0.001 in TensorFlow 1.15 if none is given
   * @throws IllegalArgumentException if {@code learningRate} is below 0 or not finite
   */
  public static Adam of(double learningRate) {
    return new Adam(LearningRate.of(NAME, learningRate), AdamRule.of(NAME));
  }

  /**
   * Returns the rule with a learning rate of the graph, such as one of {@link Schedules}.
   *
   * @param learningRate scalar
   * @throws IllegalArgumentException if {@code learningRate} is not a scalar
   */
  public static Adam of(Operand<? extends TFloating> learningRate) {
    return new Adam(LearningRate.of(NAME, learningRate), AdamRule.of(NAME));
  }

  /**
   * Returns this rule with another decay of the average gradient.
   *
   * @throws IllegalArgumentException if {@code value} is not in [0, 1)
   */
  public Adam withBeta1(double value) {
    return new Adam(rate, rule.withBeta1(value));
  }

  /**
   * Returns this rule with another decay of the average squared gradient.
   *
   * @throws IllegalArgumentException if {@code value} is not in [0, 1)
   */
  public Adam withBeta2(double value) {
    return new Adam(rate, rule.withBeta2(value));
  }

  /**
   * Returns this rule with another epsilon, which keeps the quotient finite.
   *
   * @throws IllegalArgumentException if {@code value} is below 0 or not finite
   */
  public Adam withEpsilon(double value) {
    return new Adam(rate, rule.withEpsilon(value));
  }

  @Override
  <T extends TFloating> Op update(Update<T> update) {
    return rule.update(update, update.tf());
  }

  @Override
  List<Op> finish(Training training, Ops after) {
    return rule.finish(training, after);
  }
}
