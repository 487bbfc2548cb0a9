package io.github.tfrnn.cells;

import static java.util.Objects.requireNonNull;

import io.github.tfrnn.ops.Activation;
import org.tensorflow.types.family.TFloating;

/** The settings that all built cells share. */
abstract class CellBuilder<T extends TFloating, B extends CellBuilder<T, B>>
    extends NamedBuilder<B> {
  final Class<T> type;
  final int units;
  Activation<T> activation = Activation.tanh();

  CellBuilder(Class<T> type, int units, String name) {
    super(name);
    this.type = requireNonNull(type, "type");
    this.units = requirePositive("units", units);
  }

  /** Takes over the settings of another builder. */
  CellBuilder(CellBuilder<T, ?> other) {
    super(other);
    type = other.type;
    units = other.units;
    activation = other.activation;
  }

  /** Sets the function that is tanh by default. */
  public B activation(Activation<T> activation) {
    this.activation = requireNonNull(activation, "activation");
    return self();
  }
}
