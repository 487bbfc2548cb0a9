package io.github.tfrnn.cells;

import static java.util.Objects.requireNonNull;

import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.ops.Xla;
import org.tensorflow.Operand;
import org.tensorflow.types.family.TFloating;

/**
 * A cell whose steps XLA compiles, each into one kernel, on their own and in the loop of a driver.
 *
 * <p>Values, states, gradients and variables are those of the cell; so are the names of the
 * variables, for the wrapper has no scope of its own. The shapes of inputs and state must be fully
 * known while the graph is built, the batch size too. A cell that begins with a product of its
 * input still has that product made before the loop, outside of what is compiled. To compile a
 * whole loop, see {@link Xla}. There are no second derivatives.
 *
 * <p>Source: {@code tf.contrib.rnn.CompiledWrapper} of TensorFlow 1.15, which marks the ops of the
 * cell as a scope for XLA. Its {@code compile_stateful} chooses among ops; here all are compiled.
 */
public final class CompiledWrapper<T extends TFloating, S> extends CellWrapper<T, S> {

  private CompiledWrapper(TensorCell<T, S> cell) {
    super(requireNonNull(cell, "cell"));
  }

  /** Returns {@code cell} with compiled steps. */
  public static <T extends TFloating, S> CompiledWrapper<T, S> of(TensorCell<T, S> cell) {
    return new CompiledWrapper<>(cell);
  }

  /**
   * Returns a cell of any input and output with compiled steps. What it does for all steps before
   * the loop, where it has that, becomes a part of each step.
   */
  public static <X, Y, S> RnnCell<X, Y, S> of(RnnCell<X, Y, S> cell) {
    return new CompiledCell<>(requireNonNull(cell, "cell"));
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException also if a shape is not fully known
   */
  @Override
  public Step<Operand<T>, S> step(VariableScope scope, Operand<T> x, S state) {
    return CompiledCell.compiled(cell, scope.tf(), ops -> cell.step(scope.withOps(ops), x, state));
  }

  /** No: it compiles a step for one number of rows. */
  @Override
  public boolean hasIndependentRows() {
    return false;
  }

  @Override
  public Projection<T, S> project(VariableScope scope, Operand<T> inputs) {
    var projection = Projections.of(cell, scope, inputs);
    return new Projection<>(
        projection.inputs(),
        (tf, projected, state) ->
            CompiledCell.compiled(
                cell, tf, ops -> projection.recurrence().step(ops, projected, state)));
  }
}
