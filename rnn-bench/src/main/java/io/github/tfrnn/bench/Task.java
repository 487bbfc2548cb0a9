package io.github.tfrnn.bench;

/** What is timed. */
public enum Task {
  /** The outputs of all steps are fetched. */
  FORWARD,
  /** Forward, mean of the squared outputs, gradients and an update by gradient descent. */
  TRAINING
}
