package io.github.tfrnn.cells;

import io.github.tfrnn.cells.ProjectsInput.Projection;
import io.github.tfrnn.ops.VariableScope;
import org.tensorflow.Operand;
import org.tensorflow.types.family.TFloating;

/**
 * A cell that can do a part of its work for all steps at once, before the loop, because that part
 * needs the inputs only. {@link ProjectsInput} is such a cell with one tensor for an input.
 *
 * @param <X> the input of a step
 * @param <T> the type of the output
 * @param <S> the state
 */
public interface HasProjection<X, T extends TFloating, S> extends RnnCell<X, Operand<T>, S> {

  /**
   * Splits the cell into what is done with the inputs and the rest.
   *
   * @param scope as in {@link RnnCell#step}, outside of the loop over the steps
   * @param inputs all rows of the sequence, each tensor {@code [time * batch, ...]}
   */
  Projection<T, S> project(VariableScope scope, X inputs);
}
