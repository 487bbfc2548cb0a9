package io.github.tfrnn.cells;

import static java.util.Objects.requireNonNull;

import org.tensorflow.types.family.TFloating;

/**
 * The state of a {@link BidirectionalGridLstmCell}: {@code BidirectionalGridLSTMStateTuple} of
 * TensorFlow 1.15, in its order.
 *
 * @param forward of the grid that goes up in frequency
 * @param backward of the one that goes down, its first step that of the highest window
 */
public record BidirectionalGridLstmState<T extends TFloating>(
    GridLstmState<T> forward, GridLstmState<T> backward) {

  /** Checks that nothing is null. */
  public BidirectionalGridLstmState {
    requireNonNull(forward, "forward");
    requireNonNull(backward, "backward");
  }
}
