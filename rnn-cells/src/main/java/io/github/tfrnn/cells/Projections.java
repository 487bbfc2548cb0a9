package io.github.tfrnn.cells;

import io.github.tfrnn.cells.ProjectsInput.Projection;
import io.github.tfrnn.ops.Shapes;
import io.github.tfrnn.ops.VariableScope;
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
     * @param beside the rows of this step of what went through the loop beside the product
     */
    Operand<T> apply(Ops tf, Operand<T> beside, Operand<T> output);
  }

  /**
   * As the other one, for a wrapper whose output needs something made of the inputs: that goes
   * through the loop as more columns of the product.
   *
   * @param beside makes it, {@code [time * batch, ..., columns]}, once the cell has its weights; it
   *     may be the inputs themselves
   */
  static <T extends TFloating, S> Projection<T, S> beside(
      TensorCell<T, S> cell,
      VariableScope scope,
      Operand<T> inputs,
      Supplier<Operand<T>> beside,
      Combine<T> combine) {
    var inner = of(cell, scope, inputs);
    var more = beside.get();
    if (inner.inputs() == more) {
      return new Projection<>(
          more, (tf, x, state) -> combined(tf, inner.recurrence().step(tf, x, state), x, combine));
    }
    int axis = lastAxis(scope, inner.inputs(), more);
    var widths = new long[] {inner.inputs().shape().get(axis), more.shape().get(axis)};
    return new Projection<>(
        scope.tf().concat(List.of(inner.inputs(), more), scope.tf().constant(axis)),
        (tf, both, state) -> {
          var parts = tf.splitV(both, tf.constant(widths), tf.constant(axis), 2L).output();
          var step = inner.recurrence().step(tf, parts.get(0), state);
          return combined(tf, step, parts.get(1), combine);
        });
  }

  private static <T extends TFloating, S> Step<Operand<T>, S> combined(
      Ops tf, Step<Operand<T>, S> step, Operand<T> beside, Combine<T> combine) {
    return new Step<>(combine.apply(tf, beside, step.output()), step.state());
  }

  /** The axis of the columns, in which alone the product and what goes beside it may differ. */
  private static int lastAxis(VariableScope scope, Operand<?> product, Operand<?> beside) {
    var one = product.shape();
    var two = beside.shape();
    int axis = one.numDimensions() - 1;
    if (axis < 1
        || two.numDimensions() != axis + 1
        || one.get(axis) < 0
        || two.get(axis) < 0
        || !one.take(axis).isCompatibleWith(two.take(axis))) {
      throw new IllegalArgumentException(
          scope.name()
              + ": the product of the inputs must have the shape of the inputs but for its columns,"
              + " to go through the loop with them, got "
              + Shapes.text(one)
              + " and "
              + Shapes.text(two));
    }
    return axis;
  }
}
