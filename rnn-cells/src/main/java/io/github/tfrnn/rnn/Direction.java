package io.github.tfrnn.rnn;

/** Which way a driver goes through the steps. */
enum Direction {
  FORWARD,

  /** From the last step to the first; a row with a length begins at its own last step. */
  BACKWARD
}
