package io.github.tfrnn.rnn;

/**
 * What runs a cell over sequences in {@link Rnn#dynamicRnn} and {@link BidirectionalRnn}.
 * Variables, their names, their order and first values, and the numbers do not depend on it, so a
 * checkpoint of one engine goes on with another.
 */
public enum Engine {
  /** The fastest one that can run the case: {@link #ONEDNN} where it can, else {@link #LOOP}. */
  AUTO,

  /** The ops of the cell in a loop of the graph, which runs every cell everywhere. */
  LOOP,

  /**
   * One op over the whole sequence that calls oneDNN, the library that PyTorch uses on a CPU. It
   * needs the module {@code rnn-onednn} on the class path, Linux and a CPU, and runs LSTM, GRU and
   * tanh cells in single precision, without peepholes, clips, projection and wrappers, alone or
   * stacked, with gradients of first order. Such a graph is not exported: for a SavedModel the
   * graph is built again with {@link #LOOP} and the checkpoint restored.
   */
  ONEDNN
}
