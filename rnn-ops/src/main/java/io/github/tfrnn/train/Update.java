package io.github.tfrnn.train;

import io.github.tfrnn.ops.Variable;
import io.github.tfrnn.ops.VariableInitializer;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.family.TFloating;

/**
 * The update of one variable while it is being built.
 *
 * @param tf adds ops that wait for all gradients
 */
record Update<T extends TFloating>(
    Training training, Ops tf, Variable variable, Operand<T> gradient, Class<T> type) {

  /** What to write to. */
  Operand<T> reference() {
    return References.of(variable.value().op().env(), variable.name(), type);
  }

  Operand<T> rate() {
    return training.rate().in(training.tf(), type);
  }

  Operand<T> number(double value) {
    return Settings.number(training.tf(), value, type);
  }

  /**
   * A share that decays, such as {@code beta2}.
   *
   * @throws IllegalArgumentException if it is 1 in the precision of the variable, so that nothing
   *     would ever be learned
   */
  Operand<T> share(String what, double value) {
    double nextToOne =
        type == TBfloat16.class ? 0x1p-9 : type == TFloat16.class ? 0x1p-12 : 0x1p-25;
    if (value >= 1 - nextToOne) {
      throw refused(what, "below 1", value, "1. Set a smaller one, such as 0.99");
    }
    return number(value);
  }

  /**
   * What keeps a quotient finite.
   *
   * @throws IllegalArgumentException if it is 0 in the precision of the variable though it was not
   *     meant to be, so that weights would become NaN
   */
  Operand<T> epsilon(double value) {
    double nextToZero = type == TFloat16.class ? 0x1p-25 : 0x1p-150;
    if (value > 0 && value <= nextToZero) {
      throw refused("epsilon", "above 0", value, "0. Set a larger one, such as 1e-4");
    }
    return number(value);
  }

  private IllegalArgumentException refused(String what, String rule, double value, String fix) {
    return new IllegalArgumentException(
        training.name()
            + ": "
            + what
            + " must be "
            + rule
            + " in the precision of variable "
            + variable.name()
            + ", "
            + type.getSimpleName()
            + ", got "
            + value
            + ", which rounds to "
            + fix
            + ".");
  }

  /** A scalar converted to the type of the variable. */
  Operand<T> converted(Operand<? extends TFloating> value) {
    return training.tf().dtypes.cast(value, type);
  }

  /** Makes a slot of the variable's shape and returns its reference; slots are numbered. */
  Operand<T> slot(VariableInitializer initializer) {
    var wanted = variable.name() + "/" + training.name();
    var made = training.slot(wanted, variable.shape(), type, initializer);
    return References.of(variable.value().op().env(), made, type);
  }
}
