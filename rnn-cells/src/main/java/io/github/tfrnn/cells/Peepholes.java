package io.github.tfrnn.cells;

import io.github.tfrnn.ops.VariableScope;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * The weights through which the gates of an LSTM see its memory, each of shape {@code [H]}, or
 * empty for a gate that does not.
 */
record Peepholes<T extends TFloating>(
    Optional<Operand<T>> f, Optional<Operand<T>> i, Optional<Operand<T>> o) {

  static <T extends TFloating> Peepholes<T> none() {
    return new Peepholes<>(Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** Makes {@code w_f_diag}, {@code w_i_diag}, {@code w_o_diag}, or none. */
  static <T extends TFloating> Peepholes<T> variables(VariableScope own, LstmSettings<T> settings) {
    return new Peepholes<>(
        variable(own, "w_f_diag", settings),
        variable(own, "w_i_diag", settings),
        variable(own, "w_o_diag", settings));
  }

  /** Makes one of them, if the settings ask for peepholes. */
  static <T extends TFloating> Optional<Operand<T>> variable(
      VariableScope own, String name, LstmSettings<T> settings) {
    return settings.peepholes()
        ? Optional.of(own.variable(name, Shape.of(settings.units()), settings.type()))
        : Optional.empty();
  }

  /** Returns {@code gate + w * c}, or the gate alone. */
  static <T extends TFloating> Operand<T> see(
      Ops tf, Operand<T> gate, Optional<Operand<T>> diagonal, Operand<T> c) {
    return diagonal.<Operand<T>>map(w -> tf.math.add(gate, tf.math.mul(w, c))).orElse(gate);
  }
}
