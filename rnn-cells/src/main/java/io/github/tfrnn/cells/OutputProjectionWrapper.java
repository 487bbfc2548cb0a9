package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.family.TFloating;

/**
 * Maps the output of a cell to another width; the state stays that of the cell.
 *
 * <pre>{@code
 * y, state' = cell(x, state)
 * output    = activation(y * kernel + bias)
 * }</pre>
 *
 * <p>With {@code H} columns in the cell's output and {@code U} units, its scope, {@code
 * output_projection_wrapper} by default, holds the scope of the cell and then {@code kernel}, shape
 * {@code [H, U]}, and {@code bias}, shape {@code [U]}, zeros at first. A map of all outputs after
 * the loop ({@code Dense}) is faster where no cell above needs the mapped output in the loop.
 * Source: {@code tf.contrib.rnn.OutputProjectionWrapper} of TensorFlow 1.15.
 */
public final class OutputProjectionWrapper<T extends TFloating, S> extends DenseWrapper<T, S> {
  private OutputProjectionWrapper(Builder<T, S> builder) {
    super(builder);
  }

  /**
   * Begins a wrapper.
   *
   * @param cell whose output is mapped
   * @param units U, the width of the output, at least 1
   * @throws IllegalArgumentException if {@code units < 1}
   */
  public static <T extends TFloating, S> Builder<T, S> builder(TensorCell<T, S> cell, int units) {
    return new Builder<>(cell, units);
  }

  @Override
  public Structure<Operand<T>> outputSize() {
    return Structure.tensor(Leaf.of("output", type(), Shape.of(units)));
  }

  /**
   * {@inheritDoc}
   *
   * @param x as the cell takes it
   * @return output of shape {@code [B, U]}, and the state of the cell
   */
  @Override
  public Step<Operand<T>, S> step(VariableScope scope, Operand<T> x, S state) {
    return this.scope.within(scope, own -> mapped(own, cell.step(own, x, state)));
  }

  @Override
  public Projection<T, S> project(VariableScope scope, Operand<T> inputs) {
    var projection = Projections.of(cell, this.scope.enter(scope), inputs);
    return new Projection<>(
        projection.inputs(),
        (tf, projected, state) -> {
          var step = projection.recurrence().step(tf, projected, state);
          return this.scope.within(scope.withOps(tf), own -> mapped(own, step));
        });
  }

  private Step<Operand<T>, S> mapped(VariableScope own, Step<Operand<T>, S> step) {
    long depth = Fit.depth(own.name(), step.output(), type());
    return new Step<>(mapped(own, step.output(), depth), step.state());
  }

  /** Settings of an {@link OutputProjectionWrapper}. */
  public static final class Builder<T extends TFloating, S>
      extends DenseWrapper.Builder<T, S, Builder<T, S>> {
    private Builder(TensorCell<T, S> cell, int units) {
      super(cell, units, "output_projection_wrapper");
    }

    @Override
    Builder<T, S> self() {
      return this;
    }

    /** Returns the wrapper; it adds nothing to a graph before its first step. */
    public OutputProjectionWrapper<T, S> build() {
      return new OutputProjectionWrapper<>(this);
    }
  }
}
