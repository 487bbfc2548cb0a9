package io.github.tfrnn.rnn;

import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import java.util.List;
import java.util.function.UnaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.op.core.Stack;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.types.family.TFloating;

/**
 * A cell that takes a whole sequence at once, with time first.
 *
 * <p>{@link LstmBlockFusedCell} runs it as one op, {@link FusedRnnCellAdaptor} runs any cell, and
 * {@link TimeReversedFusedRnn} runs another one backwards. Source: {@code
 * tf.contrib.rnn.FusedRNNCell} of TensorFlow 1.15.
 *
 * @param <T> type of inputs and outputs
 * @param <S> the state
 */
public interface FusedRnnCell<T extends TFloating, S> {

  /** The output of one step, with its shape for one row. */
  Structure<Operand<T>> outputSize();

  /** The tensors of the state, with their shapes for one row. */
  Structure<S> stateSize();

  /**
   * Emits the ops of a sequence.
   *
   * @param scope where the weights live, and whose ops to build with
   * @param inputs shape {@code [time, batch, depth]}
   * @param options {@link RnnOptions#sequenceLength} and {@link RnnOptions#initialState} count for
   *     every such cell; time comes first also without {@link RnnOptions#timeMajor}
   * @return outputs of all steps, {@code [time, batch, ...]}, and the last state of each row: as
   *     those of {@link Rnn}
   * @throws IllegalArgumentException if inputs, lengths or state do not fit
   */
  RnnResult<Operand<T>, S> run(
      VariableScope scope, Operand<T> inputs, UnaryOperator<RnnOptions<S>> options);

  /** As the other one, with the default options. */
  default RnnResult<Operand<T>, S> run(VariableScope scope, Operand<T> inputs) {
    return run(scope, inputs, options -> options);
  }

  /**
   * As the other one, with the inputs as a list.
   *
   * @param inputs one for each step, {@code [batch, depth]}
   * @return one output for each step, and the last state of each row
   * @throws IllegalArgumentException also if there are no inputs
   */
  default RnnResult<List<Operand<T>>, S> runList(
      VariableScope scope, List<Operand<T>> inputs, UnaryOperator<RnnOptions<S>> options) {
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException(scope.name() + ": inputs must not be empty, got no step");
    }
    var tf = scope.tf();
    var result = run(scope, tf.stack(inputs, Stack.axis(0L)), options);
    var outputs = tf.unstack(result.outputs(), (long) inputs.size(), Unstack.axis(0L)).output();
    return new RnnResult<>(List.copyOf(outputs), result.state());
  }
}
