package io.github.tfrnn.cells;

import io.github.tfrnn.ops.VariableScope;
import org.tensorflow.Operand;
import org.tensorflow.types.family.TFloating;

/**
 * Maps the input of a cell to another width first.
 *
 * <pre>{@code
 * x'             = activation(x * kernel + bias)
 * output, state' = cell(x', state)
 * }</pre>
 *
 * <p>With input width {@code D} and {@code U} units, its scope, {@code input_projection_wrapper} by
 * default, holds {@code kernel}, shape {@code [D, U]}; {@code bias}, shape {@code [U]}, zeros at
 * first; and then the scope of the cell. The inputs of a sequence are mapped all at once, before
 * the loop. Source: {@code tf.contrib.rnn.InputProjectionWrapper} of TensorFlow 1.15.
 */
public final class InputProjectionWrapper<T extends TFloating, S> extends DenseWrapper<T, S> {
  private InputProjectionWrapper(Builder<T, S> builder) {
    super(builder);
  }

  /**
   * Begins a wrapper.
   *
   * @param cell what gets the mapped input
   * @param units U, the width of that input, at least 1
   * @throws IllegalArgumentException if {@code units < 1}
   */
  public static <T extends TFloating, S> Builder<T, S> builder(TensorCell<T, S> cell, int units) {
    return new Builder<>(cell, units);
  }

  /**
   * {@inheritDoc}
   *
   * @param x shape {@code [B, D]}; D must be known while the graph is built
   */
  @Override
  public Step<Operand<T>, S> step(VariableScope scope, Operand<T> x, S state) {
    return this.scope.within(
        scope,
        own -> {
          long depth = Fit.depth(own.name(), x, type());
          Fit.state(own.name(), stateSize(), state, x);
          return cell.step(own, mapped(own, x, depth), state);
        });
  }

  @Override
  public Projection<T, S> project(VariableScope scope, Operand<T> inputs) {
    var own = this.scope.enter(scope);
    long depth = Fit.depth(own.name(), inputs, type());
    var projection = Projections.of(cell, own, mapped(own, inputs, depth));
    return new Projection<>(
        projection.inputs(),
        (tf, projected, state) -> {
          var step = projection.recurrence().step(tf, projected, state);
          this.scope.made();
          return step;
        });
  }

  /** Settings of an {@link InputProjectionWrapper}. */
  public static final class Builder<T extends TFloating, S>
      extends DenseWrapper.Builder<T, S, Builder<T, S>> {
    private Builder(TensorCell<T, S> cell, int units) {
      super(cell, units, "input_projection_wrapper");
    }

    @Override
    Builder<T, S> self() {
      return this;
    }

    /** Returns the wrapper; it adds nothing to a graph before its first step. */
    public InputProjectionWrapper<T, S> build() {
      return new InputProjectionWrapper<>(this);
    }
  }
}
