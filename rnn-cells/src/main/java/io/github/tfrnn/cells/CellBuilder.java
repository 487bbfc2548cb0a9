package io.github.tfrnn.cells;

import static java.util.Objects.requireNonNull;

import io.github.tfrnn.ops.Activation;
import org.tensorflow.types.family.TFloating;

/** The settings of cells with units and one function for them. */
abstract class CellBuilder<T extends TFloating, B extends CellBuilder<T, B>>
    extends UnitsBuilder<T, B> {
  Activation<T> activation = Activation.tanh();

  CellBuilder(Class<T> type, int units, String name) {
    super(type, units, name);
  }

  /** As the other one, for a cell that calls its units by another name. */
  CellBuilder(Class<T> type, int units, String what, String name) {
    super(type, units, what, name);
  }

  /** Takes over the settings of another builder. */
  CellBuilder(CellBuilder<T, ?> other) {
    super(other);
    activation = other.activation;
  }

  /** Sets the function that is tanh by default. */
  public B activation(Activation<T> activation) {
    this.activation = requireNonNull(activation, "activation");
    return self();
  }
}
