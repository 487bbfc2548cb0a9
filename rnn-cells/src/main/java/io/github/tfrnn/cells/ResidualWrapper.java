package io.github.tfrnn.cells;

import static java.util.Objects.requireNonNull;

import io.github.tfrnn.ops.Shapes;
import io.github.tfrnn.ops.VariableScope;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * Adds the input of a cell to its output, so that a stack of such cells trains like a shallow one.
 *
 * <pre>{@code
 * output = x + cell(x, state)
 * }</pre>
 *
 * <p>Another function of the two takes the place of the sum where asked for. The state is that of
 * the cell, and so are the variables and their names. In a loop the product of the cell's inputs is
 * still made once for all steps; the inputs go through the loop beside it.
 *
 * <p>Sources: Wu and others 2016; {@code tf.nn.rnn_cell.ResidualWrapper} of TensorFlow 1.15.
 */
public final class ResidualWrapper<T extends TFloating, S> extends CellWrapper<T, S> {
  private static final String NAME = "residual_wrapper";

  private final Residual<T> residual;
  private final boolean sum;

  private ResidualWrapper(TensorCell<T, S> cell, Residual<T> residual, boolean sum) {
    super(requireNonNull(cell, "cell"));
    this.residual = requireNonNull(residual, "residual");
    this.sum = sum;
  }

  /** What is made of the input and the output of a cell. */
  @FunctionalInterface
  public interface Residual<T extends TFloating> {
    /**
     * Returns the output of the wrapper.
     *
     * @param tf the ops to build with
     * @param inputs shape {@code [B, D]}
     * @param outputs shape {@code [B, H]}
     * @return shape {@code [B, H]}
     */
    Operand<T> apply(Ops tf, Operand<T> inputs, Operand<T> outputs);
  }

  /** Returns a cell whose output is the sum of its input and the output of {@code cell}. */
  public static <T extends TFloating, S> ResidualWrapper<T, S> of(TensorCell<T, S> cell) {
    return new ResidualWrapper<>(cell, (tf, inputs, outputs) -> tf.math.add(inputs, outputs), true);
  }

  /**
   * Returns a cell whose output is a function of its input and the output of {@code cell}.
   *
   * @param residual called once for each step that is built, with what belongs to that step
   */
  public static <T extends TFloating, S> ResidualWrapper<T, S> of(
      TensorCell<T, S> cell, Residual<T> residual) {
    return new ResidualWrapper<>(cell, residual, false);
  }

  /**
   * {@inheritDoc}
   *
   * @param x shape {@code [B, D]}, where D is the width of the output unless a function is given
   * @throws IllegalArgumentException if input or state do not fit the cell; if input and output
   *     have different shapes and are to be added; if the function given returns another shape than
   *     that of the output
   */
  @Override
  public Step<Operand<T>, S> step(VariableScope scope, Operand<T> x, S state) {
    requireSum(scope, x);
    var step = cell.step(scope, x, state);
    return new Step<>(combined(scope, scope.tf(), x, step.output()), step.state());
  }

  /** Whether those of the cell are, and the sum is the usual one. */
  @Override
  public boolean hasIndependentRows() {
    return sum && super.hasIndependentRows();
  }

  @Override
  public Projection<T, S> project(VariableScope scope, Operand<T> inputs) {
    requireSum(scope, inputs);
    return Projections.beside(
        cell,
        scope,
        inputs,
        () -> List.of(inputs),
        (tf, x, output) -> combined(scope, tf, x.get(0), output));
  }

  private Operand<T> combined(VariableScope scope, Ops tf, Operand<T> x, Operand<T> output) {
    var result = residual.apply(tf, x, output);
    var expected = outputSize().leaves().get(0).withBatch(-1);
    if (!result.shape().isCompatibleWith(expected)) {
      throw new IllegalArgumentException(
          who(scope, NAME)
              + ": the residual function must return the shape of the output, "
              + Shapes.text(expected)
              + ", got "
              + Shapes.text(result.shape()));
    }
    return result;
  }

  private void requireSum(VariableScope scope, Operand<T> x) {
    if (sum) {
      Fit.sameAsOutput(
          who(scope, NAME), this, x, "Give the wrapper a function that joins the two.");
    }
  }
}
