package io.github.tfrnn.train;

import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.types.family.TFloating;

/**
 * Gradient descent, {@code tf.train.GradientDescentOptimizer}: without slots.
 *
 * <pre>{@code
 * w = w - learningRate * g
 * }</pre>
 */
public final class GradientDescent extends Optimizer {
  private static final String NAME = "GradientDescent";

  private GradientDescent(LearningRate rate) {
    super(NAME, rate);
  }

  /**
   * Returns the rule with a fixed learning rate.
   *
   * @throws IllegalArgumentException if {@code learningRate} is below 0 or not finite
   */
  public static GradientDescent of(double learningRate) {
    return new GradientDescent(LearningRate.of(NAME, learningRate));
  }

  /**
   * Returns the rule with a learning rate of the graph, such as one of {@link Schedules}.
   *
   * @param learningRate scalar
   * @throws IllegalArgumentException if {@code learningRate} is not a scalar
   */
  public static GradientDescent of(Operand<? extends TFloating> learningRate) {
    return new GradientDescent(LearningRate.of(NAME, learningRate));
  }

  @Override
  <T extends TFloating> Op update(Update<T> update) {
    return update
        .tf()
        .train
        .applyGradientDescent(update.reference(), update.rate(), update.gradient());
  }
}
