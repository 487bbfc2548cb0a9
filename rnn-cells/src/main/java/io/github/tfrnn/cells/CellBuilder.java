package io.github.tfrnn.cells;

import static java.util.Objects.requireNonNull;

import io.github.tfrnn.ops.Activation;
import org.tensorflow.types.family.TFloating;

/** The settings that all built cells with a choice of activation share. */
abstract class CellBuilder<T extends TFloating, B extends CellBuilder<T, B>>
    extends NamedCellBuilder<T, B> {
  Activation<T> activation = Activation.tanh();

  CellBuilder(Class<T> type, int units, String name) {
    super(type, units, name);
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
