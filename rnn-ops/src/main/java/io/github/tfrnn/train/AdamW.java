package io.github.tfrnn.train;

import io.github.tfrnn.ops.Variable;
import java.util.List;
import java.util.function.Predicate;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * Adam with decoupled weight decay, {@code tf.contrib.opt.AdamWOptimizer}.
 *
 * <pre>{@code
 * w = w - weightDecay * w, then the update of Adam
 * }</pre>
 *
 * <p>The decay is not multiplied by the learning rate, as it is in other libraries: where those
 * take {@code d}, take {@code learningRate * d} here. Settings and slots are those of {@link Adam},
 * the slots under the names {@code <variable>/AdamW} and {@code AdamW_1}. Source: Loshchilov and
 * Hutter 2019.
 */
public final class AdamW extends Optimizer {
  private static final String NAME = "AdamW";

  private final LearningRate rate;
  private final LearningRate weightDecay;
  private final Predicate<Variable> decayed;
  private final AdamRule rule;

  private AdamW(
      LearningRate rate, LearningRate weightDecay, Predicate<Variable> decayed, AdamRule rule) {
    super(NAME, rate);
    this.rate = rate;
    this.weightDecay = weightDecay;
    this.decayed = decayed;
    this.rule = rule;
  }

  /**
   * Returns the rule with a fixed learning rate and decay of all variables.
   *
   * @throws IllegalArgumentException if a number is below 0 or not finite
   */
  public static AdamW of(double learningRate, double weightDecay) {
    return new AdamW(
        LearningRate.of(NAME, learningRate),
        LearningRate.of(NAME, "weightDecay", weightDecay),
        any -> true,
        AdamRule.of(NAME));
  }

  /**
   * Returns the rule with a learning rate and a decay of the graph, such as those of {@link
   * Schedules}; usually both are scaled alike.
   *
   * @param learningRate scalar
   * @param weightDecay scalar
   * @throws IllegalArgumentException if one of them is not a scalar
   */
  public static AdamW of(
      Operand<? extends TFloating> learningRate, Operand<? extends TFloating> weightDecay) {
    return new AdamW(
        LearningRate.of(NAME, learningRate),
        LearningRate.of(NAME, "weightDecay", weightDecay),
        any -> true,
        AdamRule.of(NAME));
  }

  /** Returns this rule with decay of those variables only that {@code decayed} accepts. */
  public AdamW decayOnly(Predicate<Variable> decayed) {
    return new AdamW(rate, weightDecay, decayed, rule);
  }

  /**
   * Returns this rule with another decay of the average gradient.
   *
   * @throws IllegalArgumentException if {@code value} is not in [0, 1)
   */
  public AdamW withBeta1(double value) {
    return new AdamW(rate, weightDecay, decayed, rule.withBeta1(value));
  }

  /**
   * Returns this rule with another decay of the average squared gradient.
   *
   * @throws IllegalArgumentException if {@code value} is not in [0, 1)
   */
  public AdamW withBeta2(double value) {
    return new AdamW(rate, weightDecay, decayed, rule.withBeta2(value));
  }

  /**
   * Returns this rule with another epsilon, which keeps the quotient finite.
   *
   * @throws IllegalArgumentException if {@code value} is below 0 or not finite
   */
  public AdamW withEpsilon(double value) {
    return new AdamW(rate, weightDecay, decayed, rule.withEpsilon(value));
  }

  @Override
  <T extends TFloating> Op update(Update<T> update) {
    var tf = update.tf();
    if (!decayed.test(update.variable())) {
      return rule.update(update, tf);
    }
    var reference = update.reference();
    var share = weightDecay.in(update.training().tf(), update.type());
    var decay = tf.assignSub(reference, tf.math.mul(reference, share));
    return rule.update(update, tf.withControlDependencies(decay));
  }

  @Override
  List<Op> finish(Training training, Ops after) {
    return rule.finish(training, after);
  }
}
