package io.github.tfrnn.cells;

import java.util.List;
import org.tensorflow.types.family.TFloating;

/**
 * The state of a {@link GridLstmCell}: {@code GridLSTMStateTuple} of TensorFlow 1.15, in its order.
 *
 * @param blocks for each frequency block the states of its frequency steps; h is what TensorFlow
 *     1.15 calls m
 */
public record GridLstmState<T extends TFloating>(List<List<LstmState<T>>> blocks) {

  /** Copies the lists. */
  public GridLstmState {
    blocks = blocks.stream().map(List::copyOf).toList();
  }

  /**
   * Returns the state of one frequency step: {@code state_f01_b00} of TensorFlow 1.15 is {@code
   * step(0, 1)}.
   *
   * @throws IndexOutOfBoundsException if there is no such block or step
   */
  public LstmState<T> step(int block, int frequency) {
    return blocks.get(block).get(frequency);
  }
}
