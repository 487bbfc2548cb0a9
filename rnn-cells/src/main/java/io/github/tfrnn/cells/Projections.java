package io.github.tfrnn.cells;

import io.github.tfrnn.cells.ProjectsInput.Projection;
import io.github.tfrnn.ops.VariableScope;
import org.tensorflow.Operand;
import org.tensorflow.types.family.TFloating;

/** Projects the inputs of any cell. */
final class Projections {
  private Projections() {}

  /** Takes the product of a cell that has one; the inputs of another stay as they are. */
  static <T extends TFloating, S> Projection<T, S> of(
      TensorCell<T, S> cell, VariableScope scope, Operand<T> inputs) {
    if (cell instanceof ProjectsInput<T, S> projecting) {
      return projecting.project(scope, inputs);
    }
    return new Projection<>(inputs, (tf, x, state) -> cell.step(scope.withOps(tf), x, state));
  }
}
