package io.github.tfrnn.rnn;

import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;

/**
 * Keeps the state of a network between runs, inside the graph: in variables, in a queue, per
 * sequence. Source: the {@code state_saver} of TensorFlow 1.15.
 */
public interface StateSaver {

  /**
   * Returns what was saved last, or what a new sequence begins with.
   *
   * @param tf the ops to build with
   * @param name of a part of the state
   * @return {@code [batch, ...]}, of the type and shape that the cell asks for
   */
  Operand<?> state(Ops tf, String name);

  /**
   * Adds the op that saves a part of the state.
   *
   * @param tf the ops to build with
   * @param name of the part
   * @param value {@code [batch, ...]}
   * @return the op that is to run whenever the last output or the last state is used
   */
  Op saveState(Ops tf, String name, Operand<?> value);
}
