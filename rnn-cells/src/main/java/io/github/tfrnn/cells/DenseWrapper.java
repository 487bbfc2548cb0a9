package io.github.tfrnn.cells;

import static java.util.Objects.requireNonNull;

import io.github.tfrnn.ops.Activation;
import io.github.tfrnn.ops.VariableScope;
import org.tensorflow.Operand;
import org.tensorflow.types.family.TFloating;

/** A wrapper with a dense layer before or behind the cell. */
abstract class DenseWrapper<T extends TFloating, S> extends CellWrapper<T, S> {
  final int units;
  final CellScope scope;
  private final Activation<T> activation;

  DenseWrapper(Builder<T, S, ?> builder) {
    super(builder.cell);
    units = builder.units;
    activation = builder.activation;
    scope = builder.scope();
  }

  /**
   * Applies the layer, whose {@code kernel} and {@code bias} are in {@code own}.
   *
   * @param rows shape {@code [B, depth]}
   */
  final Operand<T> mapped(VariableScope own, Operand<T> rows, long depth) {
    var linear = Linear.variables(own, depth, units, type());
    return activation.apply(own.tf(), linear.of(own.tf(), rows));
  }

  /** The settings of such a wrapper. */
  abstract static class Builder<T extends TFloating, S, B extends Builder<T, S, B>>
      extends CellBuilder<T, B> {
    private final TensorCell<T, S> cell;

    Builder(TensorCell<T, S> cell, int units, String name) {
      super(requireNonNull(cell, "cell").type(), units, name);
      this.cell = cell;
      this.activation = Activation.linear();
    }

    /** Sets the function that the layer ends with; by default there is none. */
    @Override
    public B activation(Activation<T> activation) {
      return super.activation(activation);
    }
  }
}
