package io.github.tfrnn.train;

import io.github.tfrnn.ops.Variable;
import io.github.tfrnn.ops.VariableInitializer;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
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
