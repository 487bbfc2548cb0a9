package io.github.tfrnn.ops.spi;

/** The formulas of layers that engines know; gate columns are those of TensorFlow 1. */
public enum LayerKind {
  /** {@code BasicLSTMCell}: columns i, j, f, o, tanh, no peepholes, no clip, no projection. */
  LSTM,

  /** {@code GRUCell}: columns r, u; the reset gate works on h before the product; tanh. */
  GRU,

  /** {@code BasicRNNCell} with tanh. */
  TANH_RNN
}
