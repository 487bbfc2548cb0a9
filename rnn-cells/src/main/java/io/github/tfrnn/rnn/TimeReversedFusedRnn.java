package io.github.tfrnn.rnn;

import static java.util.Objects.requireNonNull;

import io.github.tfrnn.ops.Sequences;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import java.util.function.UnaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * Runs a {@link FusedRnnCell} from the last step of each row to the first: inputs are reversed, and
 * the outputs reversed again.
 *
 * <p>With lengths, each row is reversed inside its length, and its padding stays behind it, also
 * for a list of inputs, where TensorFlow 1.15 forgot the lengths. The state is that after the first
 * step. Source: {@code tf.contrib.rnn.TimeReversedFusedRNN} of TensorFlow 1.15.
 */
public final class TimeReversedFusedRnn<T extends TFloating, S> implements FusedRnnCell<T, S> {
  private final FusedRnnCell<T, S> cell;

  private TimeReversedFusedRnn(FusedRnnCell<T, S> cell) {
    this.cell = requireNonNull(cell, "cell");
  }

  /** Returns {@code cell} run backwards. */
  public static <T extends TFloating, S> TimeReversedFusedRnn<T, S> of(FusedRnnCell<T, S> cell) {
    return new TimeReversedFusedRnn<>(cell);
  }

  @Override
  public Structure<Operand<T>> outputSize() {
    return cell.outputSize();
  }

  @Override
  public Structure<S> stateSize() {
    return cell.stateSize();
  }

  @Override
  public RnnResult<Operand<T>, S> run(
      VariableScope scope, Operand<T> inputs, UnaryOperator<RnnOptions<S>> options) {
    var lengths = options.apply(RnnOptions.defaults()).lengths();
    UnaryOperator<Operand<T>> reverse =
        x ->
            lengths.isPresent()
                ? Sequences.reverse(scope.tf(), x, lengths.get(), true)
                : reverse(scope.tf(), x);
    var result = cell.run(scope, reverse.apply(inputs), options);
    return new RnnResult<>(reverse.apply(result.outputs()), result.state(), result.engine());
  }

  private static <T extends TFloating> Operand<T> reverse(Ops tf, Operand<T> x) {
    return tf.reverse(x, tf.constant(new int[] {0}));
  }
}
