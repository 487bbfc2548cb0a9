package io.github.tfrnn.train;

import io.github.tfrnn.ops.Initializers;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.types.family.TFloating;

/**
 * Adagrad, {@code tf.train.AdagradOptimizer}.
 *
 * <pre>{@code
 * a = a + g^2
 * w = w - learningRate * g / sqrt(a)
 * }</pre>
 *
 * <p>The slot {@code a} is {@code <variable>/Adagrad} and begins with 0.1 everywhere. Source:
 * Duchi, Hazan and Singer 2011.
 */
public final class Adagrad extends Optimizer {
  private static final String NAME = "Adagrad";

  private final LearningRate rate;
  private final double initialAccumulator;

  private Adagrad(LearningRate rate, double initialAccumulator) {
    super(NAME, rate);
    this.rate = rate;
    this.initialAccumulator =
        Settings.requireAboveZero(NAME, "initialAccumulator", initialAccumulator);
  }

  /**
   * Returns the rule with a fixed learning rate.
   *
   * @throws IllegalArgumentException if {@code learningRate} is below 0 or not finite
   */
  public static Adagrad of(double learningRate) {
    return new Adagrad(LearningRate.of(NAME, learningRate), 0.1);
  }

  /**
   * Returns the rule with a learning rate of the graph, such as one of {@link Schedules}.
   *
   * @param learningRate scalar
   * @throws IllegalArgumentException if {@code learningRate} is not a scalar
   */
  public static Adagrad of(Operand<? extends TFloating> learningRate) {
    return new Adagrad(LearningRate.of(NAME, learningRate), 0.1);
  }

  /**
   * Returns this rule with another beginning of the slot.
   *
   * @throws IllegalArgumentException if {@code value} is not above 0 or not finite
   */
  public Adagrad withInitialAccumulator(double value) {
    return new Adagrad(rate, value);
  }

  @Override
  <T extends TFloating> Op update(Update<T> update) {
    return update
        .tf()
        .train
        .applyAdagrad(
            update.reference(),
            update.slot(Initializers.constant(initialAccumulator)),
            update.rate(),
            update.gradient());
  }
}
