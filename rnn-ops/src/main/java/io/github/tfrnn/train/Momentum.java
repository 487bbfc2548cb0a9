package io.github.tfrnn.train;

import io.github.tfrnn.ops.Initializers;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.train.ApplyMomentum;
import org.tensorflow.types.family.TFloating;

/**
 * Gradient descent with momentum, {@code tf.train.MomentumOptimizer}.
 *
 * <pre>{@code
 * a = momentum * a + g
 * w = w - learningRate * a
 * w = w - learningRate * (g + momentum * a)      with Nesterov's momentum
 * }</pre>
 *
 * <p>The slot {@code a} is {@code <variable>/Momentum} and begins with zeros. Source of Nesterov's
 * momentum: Sutskever, Martens, Dahl and Hinton 2013.
 */
public final class Momentum extends Optimizer {
  private static final String NAME = "Momentum";

  private final LearningRate rate;
  private final double momentum;
  private final boolean nesterov;

  private Momentum(LearningRate rate, double momentum, boolean nesterov) {
    super(NAME, rate);
    this.rate = rate;
    this.momentum = Settings.requireAtLeastZero(NAME, "momentum", momentum);
    this.nesterov = nesterov;
  }

  /**
   * Returns the rule with a fixed learning rate, without Nesterov's momentum.
   *
   * @throws IllegalArgumentException if a number is below 0 or not finite
   */
  public static Momentum of(double learningRate, double momentum) {
    return new Momentum(LearningRate.of(NAME, learningRate), momentum, false);
  }

  /**
   * Returns the rule with a learning rate of the graph, such as one of {@link Schedules}.
   *
   * @param learningRate scalar
   * @throws IllegalArgumentException if {@code learningRate} is not a scalar, or {@code momentum}
   *     is below 0 or not finite
   */
  public static Momentum of(Operand<? extends TFloating> learningRate, double momentum) {
    return new Momentum(LearningRate.of(NAME, learningRate), momentum, false);
  }

  /** Returns this rule with Nesterov's momentum. */
  public Momentum withNesterov() {
    return new Momentum(rate, momentum, true);
  }

  @Override
  <T extends TFloating> Op update(Update<T> update) {
    return update
        .tf()
        .train
        .applyMomentum(
            update.reference(),
            update.slot(Initializers.zeros()),
            update.rate(),
            update.gradient(),
            update.number(momentum),
            ApplyMomentum.useNesterov(nesterov));
  }
}
