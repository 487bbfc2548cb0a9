package io.github.tfrnn.cells;

import io.github.tfrnn.cells.ProjectsInput.Projection;
import io.github.tfrnn.ops.VariableScope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
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

  /** What a wrapper makes of the output of a step. */
  @FunctionalInterface
  interface Combine<T extends TFloating> {
    /**
     * Returns the output of the wrapper.
     *
     * @param beside the rows of this step of what went through the loop beside the products
     */
    Operand<T> apply(Ops tf, List<Operand<T>> beside, Operand<T> output);
  }

  /**
   * As the other one, for a wrapper whose output needs something made of the inputs: that goes
   * through the loop beside the products.
   *
   * @param beside makes it, each part {@code [time * batch, ...]}, once the cell has its weights;
   *     it may be the inputs themselves
   */
  static <T extends TFloating, S> Projection<T, S> beside(
      TensorCell<T, S> cell,
      VariableScope scope,
      Operand<T> inputs,
      Supplier<List<Operand<T>>> beside,
      Combine<T> combine) {
    var inner = of(cell, scope, inputs);
    int products = inner.inputs().size();
    var more = beside.get();
    boolean same = inner.inputs().equals(more); // what is there need not go twice
    var all = new ArrayList<>(inner.inputs());
    if (!same) {
      all.addAll(more);
    }
    return new Projection<>(
        all,
        (tf, parts, state) -> {
          var step = inner.recurrence().step(tf, parts.subList(0, products), state);
          var rest = parts.subList(same ? 0 : products, parts.size());
          return new Step<>(combine.apply(tf, rest, step.output()), step.state());
        });
  }
}
