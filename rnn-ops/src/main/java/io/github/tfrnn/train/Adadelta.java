package io.github.tfrnn.train;

import io.github.tfrnn.ops.Initializers;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.types.family.TFloating;

/**
 * Adadelta, {@code tf.train.AdadeltaOptimizer}.
 *
 * <pre>{@code
 * a = rho * a + (1 - rho) * g^2
 * d = g * sqrt(u + epsilon) / sqrt(a + epsilon)
 * u = rho * u + (1 - rho) * d^2
 * w = w - learningRate * d
 * }</pre>
 *
 * <p>Defaults are {@code rho} 0.95 and {@code epsilon} 1e-8. The slots {@code a} and {@code u} are
 * {@code <variable>/Adadelta} and {@code Adadelta_1} and begin with zeros. In the paper the
 * learning rate is 1. Source: Zeiler 2012.
 */
public final class Adadelta extends Optimizer {
  private static final String NAME = "Adadelta";

  private final LearningRate rate;
  private final double rho;
  private final double epsilon;

  private Adadelta(LearningRate rate, double rho, double epsilon) {
    super(NAME, rate);
    this.rate = rate;
    this.rho = Settings.requireShare(NAME, "rho", rho);
    this.epsilon = Settings.requireAtLeastZero(NAME, "epsilon", epsilon);
  }

  private static Adadelta of(LearningRate rate) {
    return new Adadelta(rate, 0.95, 1e-8);
  }

  /**
   * Returns the rule with a fixed learning rate and the defaults.
   *
   * @throws IllegalArgumentException if {@code learningRate} is below 0 or not finite
   */
  public static Adadelta of(double learningRate) {
    return of(LearningRate.of(NAME, learningRate));
  }

  /**
   * Returns the rule with a learning rate of the graph, such as one of {@link Schedules}.
   *
   * @param learningRate scalar
   * @throws IllegalArgumentException if {@code learningRate} is not a scalar
   */
  public static Adadelta of(Operand<? extends TFloating> learningRate) {
    return of(LearningRate.of(NAME, learningRate));
  }

  /**
   * Returns this rule with another decay of the averages.
   *
   * @throws IllegalArgumentException if {@code value} is not in [0, 1)
   */
  public Adadelta withRho(double value) {
    return new Adadelta(rate, value, epsilon);
  }

  /**
   * Returns this rule with another epsilon.
   *
   * @throws IllegalArgumentException if {@code value} is below 0 or not finite
   */
  public Adadelta withEpsilon(double value) {
    return new Adadelta(rate, rho, value);
  }

  @Override
  <T extends TFloating> Op update(Update<T> update) {
    // Checked before anything is made.
    var share = update.share("rho", rho);
    var small = update.epsilon(epsilon);
    return update
        .tf()
        .train
        .applyAdadelta(
            update.reference(),
            update.slot(Initializers.zeros()),
            update.slot(Initializers.zeros()),
            update.rate(),
            share,
            small,
            update.gradient());
  }
}
