package io.github.tfrnn.onednn;

/**
 * What a plan is made for.
 *
 * @param time number of steps
 * @param depth width of the inputs, the one that marks ended rows among them
 */
record PlanKey(Formula formula, Direction direction, long time, long batch, long depth, long units) {

  /** What the plan computes. */
  enum Direction {
    /** Outputs. */
    INFERENCE,
    /** Outputs, and what the gradient needs. */
    TRAINING,
    /** The gradient. */
    BACKWARD
  }
}
