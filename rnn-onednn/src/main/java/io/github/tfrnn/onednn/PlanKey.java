package io.github.tfrnn.onednn;

/**
 * What a plan is made for.
 *
 * @param time number of steps
 * @param depth width of the inputs, the one that marks ended rows among them
 */
record PlanKey(
    Formula formula, Direction direction, long time, long batch, long depth, long units) {

  /** Multiplications of a step below which a second thread is waited for longer than it helps. */
  private static final long SMALL = 1 << 20;

  /** Whether one thread is to do the work. */
  boolean isSmall() {
    return batch * units * units * formula.gateCount() < SMALL;
  }

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
