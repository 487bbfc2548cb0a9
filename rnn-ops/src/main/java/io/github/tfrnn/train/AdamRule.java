package io.github.tfrnn.train;

import io.github.tfrnn.ops.Initializers;
import java.util.List;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/** The update that {@link Adam} and {@link AdamW} share. */
record AdamRule(String name, double beta1, double beta2, double epsilon) {

  AdamRule {
    Settings.requireShare(name, "beta1", beta1);
    Settings.requireShare(name, "beta2", beta2);
    Settings.requireAtLeastZero(name, "epsilon", epsilon);
  }

  static AdamRule of(String name) {
    return new AdamRule(name, 0.9, 0.999, 1e-8);
  }

  AdamRule withBeta1(double value) {
    return new AdamRule(name, value, beta2, epsilon);
  }

  AdamRule withBeta2(double value) {
    return new AdamRule(name, beta1, value, epsilon);
  }

  AdamRule withEpsilon(double value) {
    return new AdamRule(name, beta1, beta2, value);
  }

  <T extends TFloating> Op update(Update<T> update, Ops tf) {
    // Checked before anything is made.
    var share1 = update.share("beta1", beta1);
    var share2 = update.share("beta2", beta2);
    var small = update.epsilon(epsilon);
    var training = update.training();
    var power1 = update.converted(training.shared("beta1_power", beta1));
    var power2 = update.converted(training.shared("beta2_power", beta2));
    return tf.train.applyAdam(
        update.reference(),
        update.slot(Initializers.zeros()),
        update.slot(Initializers.zeros()),
        power1,
        power2,
        update.rate(),
        share1,
        share2,
        small,
        update.gradient());
  }

  /** The powers of the next step. The weights read those of this one, so they come first. */
  List<Op> finish(Training training, Ops after) {
    return List.of(
        power(training, after, "beta1_power", beta1), power(training, after, "beta2_power", beta2));
  }

  private static Op power(Training training, Ops after, String name, double beta) {
    var power = training.shared(name, beta);
    var factor = Settings.number(training.tf(), beta, TFloat32.class);
    return after.assign(power, after.math.mul(power, factor));
  }
}
