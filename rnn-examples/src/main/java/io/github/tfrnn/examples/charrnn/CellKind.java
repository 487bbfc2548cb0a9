package io.github.tfrnn.examples.charrnn;

/** The recurrent cells that a character model is made of. */
enum CellKind {
  /** Long short-term memory. */
  LSTM,
  /** Gated recurrent unit. */
  GRU
}
