package io.github.tfrnn.onednn;

/**
 * What a plan is made for.
 *
 * @param time number of steps
 * @param inputs width of the inputs
 * @param ends whether there is one input more, which marks rows that have ended
 */
record PlanKey(
    Formula formula,
    Direction direction,
    long time,
    long batch,
    long inputs,
    long units,
    boolean ends) {

  /** Multiplications of a step below which a second thread is waited for longer than it helps. */
  private static final long SMALL = 1 << 18;

  /** The width of what the plan runs over. */
  long depth() {
    return inputs + (ends ? 1 : 0);
  }

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
