package io.github.tfrnn.rnn;

import static java.util.Objects.requireNonNull;

import io.github.tfrnn.cells.TensorCell;
import io.github.tfrnn.ops.Shapes;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import java.util.function.UnaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.op.core.Stack;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.types.family.TFloating;

/**
 * Any cell as a {@link FusedRnnCell}, run by {@link Rnn#staticRnn} or {@link Rnn#dynamicRnn}, in
 * the scope {@code rnn} that those enter.
 *
 * <p>Source: {@code tf.contrib.rnn.FusedRNNCellAdaptor} of TensorFlow 1.15.
 */
public final class FusedRnnCellAdaptor<T extends TFloating, S> implements FusedRnnCell<T, S> {
  private final TensorCell<T, S> cell;
  private final boolean dynamic;

  private FusedRnnCellAdaptor(TensorCell<T, S> cell, boolean dynamic) {
    this.cell = requireNonNull(cell, "cell");
    this.dynamic = dynamic;
  }

  /** Unrolls {@code cell}; the number of steps must be known while the graph is built. */
  public static <T extends TFloating, S> FusedRnnCellAdaptor<T, S> unrolling(
      TensorCell<T, S> cell) {
    return new FusedRnnCellAdaptor<>(cell, false);
  }

  /** Runs {@code cell} in a loop: {@code use_dynamic_rnn=True}. */
  public static <T extends TFloating, S> FusedRnnCellAdaptor<T, S> looping(TensorCell<T, S> cell) {
    return new FusedRnnCellAdaptor<>(cell, true);
  }

  @Override
  public Structure<Operand<T>> outputSize() {
    return cell.outputSize();
  }

  @Override
  public Structure<S> stateSize() {
    return cell.stateSize();
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException also if an unrolled cell gets an unknown number of steps or
   *     none, or an option of loops
   */
  @Override
  public RnnResult<Operand<T>, S> run(
      VariableScope scope, Operand<T> inputs, UnaryOperator<RnnOptions<S>> options) {
    if (dynamic) {
      return Rnn.dynamicRnn(scope, cell, inputs, any -> options.apply(any).timeMajor());
    }
    var tf = scope.tf();
    var steps = tf.unstack(inputs, steps(scope, inputs), Unstack.axis(0L)).output();
    var result = Rnn.staticRnn(scope, cell, steps, options);
    return new RnnResult<>(tf.stack(result.outputs(), Stack.axis(0L)), result.state());
  }

  private static long steps(VariableScope scope, Operand<?> inputs) {
    var shape = inputs.shape();
    if (shape.numDimensions() < 3 || shape.get(0) < 1) {
      throw new IllegalArgumentException(
          scope.name()
              + ": inputs must have shape [time, batch, depth] with a known time of at least 1,"
              + " got "
              + Shapes.text(shape)
              + ". FusedRnnCellAdaptor.looping takes any number of steps.");
    }
    return shape.get(0);
  }
}
