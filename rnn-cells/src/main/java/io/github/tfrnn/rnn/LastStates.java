package io.github.tfrnn.rnn;

import io.github.tfrnn.ops.Sequences;
import java.util.List;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/**
 * Takes the last state of each row from the states of all steps.
 *
 * @param time number of steps, a scalar
 * @param padding the lengths of the rows, if they have any
 */
record LastStates(Ops tf, Operand<TInt32> time, Optional<Padding> padding) {

  /**
   * Returns the state after the last step of each row; of none, the initial one.
   *
   * @param initial shape {@code [B, H]}
   * @param steps shape {@code [T, B, H]}
   */
  <T extends TFloating> Operand<T> of(Operand<T> initial, Operand<T> steps) {
    return padding.isEmpty()
        ? afterAll(initial, steps)
        : ended(initial, steps, padding.get().lengths());
  }

  private <T extends TFloating> Operand<T> afterAll(Operand<T> initial, Operand<T> steps) {
    long known = steps.shape().get(0);
    return known > 0
        ? tf.gather(steps, tf.constant((int) known - 1), tf.constant(0))
        : tf.gather(after(initial, steps), time, tf.constant(0));
  }

  private <T extends TFloating> Operand<T> ended(
      Operand<T> initial, Operand<T> steps, Operand<TInt32> lengths) {
    var taken = tf.math.maximum(lengths, tf.constant(0));
    var row = tf.math.add(taken, tf.constant(1));
    return Sequences.lastOutput(tf, after(initial, steps), row, true);
  }

  /** The states after 0, 1, ... steps, {@code [T + 1, B, H]}. */
  private <T extends TFloating> Operand<T> after(Operand<T> initial, Operand<T> steps) {
    return tf.concat(List.of(tf.expandDims(initial, tf.constant(0)), steps), tf.constant(0));
  }
}
