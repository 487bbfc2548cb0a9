package io.github.tfrnn.train;

import io.github.tfrnn.ops.Initializers;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.types.family.TFloating;

/**
 * RMSProp, {@code tf.train.RMSPropOptimizer}.
 *
 * <pre>{@code
 * s = decay * s + (1 - decay) * g^2
 * c = decay * c + (1 - decay) * g                    if centered, else c = 0
 * a = momentum * a + learningRate * g / sqrt(s - c^2 + epsilon)
 * w = w - a
 * }</pre>
 *
 * <p>Defaults are {@code decay} 0.9, {@code momentum} 0, {@code epsilon} 1e-10, not centered. The
 * slot {@code s} is {@code <variable>/RMSProp} and begins with ones. Then come {@code RMSProp_1}
 * and {@code RMSProp_2}, which begin with zeros: {@code c}, if centered, and {@code a}. Sources:
 * Tieleman and Hinton 2012; centered: Graves 2013.
 */
public final class RmsProp extends Optimizer {
  private static final String NAME = "RMSProp";

  private final LearningRate rate;
  private final double decay;
  private final double momentum;
  private final double epsilon;
  private final boolean centered;

  private RmsProp(
      LearningRate rate, double decay, double momentum, double epsilon, boolean centered) {
    super(NAME, rate);
    this.rate = rate;
    this.decay = Settings.requireShare(NAME, "decay", decay);
    this.momentum = Settings.requireAtLeastZero(NAME, "momentum", momentum);
    this.epsilon = Settings.requireAtLeastZero(NAME, "epsilon", epsilon);
    this.centered = centered;
  }

  private static RmsProp of(LearningRate rate) {
    return new RmsProp(rate, 0.9, 0, 1e-10, false);
  }

  /**
   * Returns the rule with a fixed learning rate and the defaults.
   *
   * @throws IllegalArgumentException if {@code learningRate} is below 0 or not finite
   */
  public static RmsProp of(double learningRate) {
    return of(LearningRate.of(NAME, learningRate));
  }

  /**
   * Returns the rule with a learning rate of the graph, such as one of {@link Schedules}.
   *
   * @param learningRate scalar
   * @throws IllegalArgumentException if {@code learningRate} is not a scalar
   */
  public static RmsProp of(Operand<? extends TFloating> learningRate) {
    return of(LearningRate.of(NAME, learningRate));
  }

  /**
   * Returns this rule with another decay of the averages.
   *
   * @throws IllegalArgumentException if {@code value} is not in [0, 1)
   */
  public RmsProp withDecay(double value) {
    return new RmsProp(rate, value, momentum, epsilon, centered);
  }

  /**
   * Returns this rule with momentum.
   *
   * @throws IllegalArgumentException if {@code value} is below 0 or not finite
   */
  public RmsProp withMomentum(double value) {
    return new RmsProp(rate, decay, value, epsilon, centered);
  }

  /**
   * Returns this rule with another epsilon, which stands under the root.
   *
   * @throws IllegalArgumentException if {@code value} is below 0 or not finite
   */
  public RmsProp withEpsilon(double value) {
    return new RmsProp(rate, decay, momentum, value, centered);
  }

  /** Returns this rule dividing by the deviation of the gradient about its average. */
  public RmsProp centered() {
    return new RmsProp(rate, decay, momentum, epsilon, true);
  }

  @Override
  <T extends TFloating> Op update(Update<T> update) {
    var train = update.tf().train;
    // Checked before anything is made.
    var share = update.share("decay", decay);
    var small = update.epsilon(epsilon);
    var squares = update.slot(Initializers.ones());
    if (!centered) {
      return train.applyRmsProp(
          update.reference(),
          squares,
          update.slot(Initializers.zeros()),
          update.rate(),
          share,
          update.number(momentum),
          small,
          update.gradient());
    }
    var mean = update.slot(Initializers.zeros());
    return train.applyCenteredRmsProp(
        update.reference(),
        mean,
        squares,
        update.slot(Initializers.zeros()),
        update.rate(),
        share,
        update.number(momentum),
        small,
        update.gradient());
  }
}
