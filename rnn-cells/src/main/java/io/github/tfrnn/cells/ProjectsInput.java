package io.github.tfrnn.cells;

import io.github.tfrnn.ops.VariableScope;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * A cell whose step begins with a product of its input. A driver then makes that product for the
 * whole sequence, as one large product before the loop, and the loop runs what is left.
 *
 * <p>The weights, their names and the numbers are those of {@link RnnCell#step}.
 */
public interface ProjectsInput<T extends TFloating, S>
    extends TensorCell<T, S>, HasProjection<Operand<T>, T, S> {

  /**
   * Splits the cell into the product of the inputs and the rest.
   *
   * @param scope as in {@link RnnCell#step}, outside of any loop
   * @param inputs all rows of the sequence, {@code [time * batch, depth]}
   */
  @Override
  Projection<T, S> project(VariableScope scope, Operand<T> inputs);

  /**
   * The two halves of a cell.
   *
   * @param inputs the products, {@code [time * batch, columns]}
   * @param recurrence what remains of a step
   */
  record Projection<T extends TFloating, S>(Operand<T> inputs, Recurrence<T, S> recurrence) {}

  /** A step from a row block of the products. */
  @FunctionalInterface
  interface Recurrence<T extends TFloating, S> {
    /**
     * Emits the rest of a step.
     *
     * @param tf the ops to build with, of the loop's body
     * @param projected {@code [batch, columns]}
     * @param state the state, as in {@link RnnCell#step}
     */
    Step<Operand<T>, S> step(Ops tf, Operand<T> projected, S state);
  }
}
