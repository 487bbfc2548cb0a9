package io.github.tfrnn.cells;

import io.github.tfrnn.cells.Linear.Halves;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * A frequency block of a grid LSTM with its weights.
 *
 * @param products the kernels of the LSTM over frequency and of that over time side by side, or the
 *     one that both share
 * @param frequency the update of the LSTM over frequency
 * @param time that of the LSTM over time
 * @param shared whether both have the same weights
 */
record GridLstmBlock<T extends TFloating>(
    Halves<T> products, LstmUpdate<T> frequency, LstmUpdate<T> time, boolean shared) {

  /**
   * Goes up in frequency.
   *
   * @param projected the products of the windows
   * @param states the states of the frequency steps
   * @param outputs gets two outputs of each step, that of the LSTM over time first
   * @return the new states
   */
  List<LstmState<T>> step(
      Ops tf,
      List<Operand<T>> projected,
      List<LstmState<T>> states,
      List<? super Operand<T>> outputs) {
    var next = new ArrayList<LstmState<T>>();
    Operand<T> c = tf.zerosLike(states.get(0).c());
    Operand<T> h = c;
    for (int k = 0; k < states.size(); k++) {
      var state = states.get(k);
      var z = products.of(tf, projected.get(k), tf.concat(List.of(state.h(), h), tf.constant(1)));
      var gates = gates(tf, z, List.of(c, state.c()));
      c = frequency.memory(tf, gates.get(0), c);
      var timeC = time.memory(tf, gates.get(1), state.c());

      var memories = List.of(c, timeC);
      var opening = frequency.opening(tf, gates.get(0), memories);
      var timeOpening = shared ? opening : time.opening(tf, gates.get(1), memories);
      h = frequency.output(tf, opening, c);
      var timeH = time.output(tf, timeOpening, timeC);
      outputs.add(timeH);
      outputs.add(h);
      next.add(new LstmState<>(timeC, timeH));
    }
    return next;
  }

  /** The gates over frequency, and those over time. */
  private List<LstmUpdate.Gates<T>> gates(Ops tf, Operand<T> z, List<Operand<T>> memories) {
    if (shared) {
      var gates = frequency.gates(tf, z, memories);
      return List.of(gates, gates);
    }
    var columns = tf.split(tf.constant(1), z, 2L).output();
    return List.of(
        frequency.gates(tf, columns.get(0), memories), time.gates(tf, columns.get(1), memories));
  }
}
