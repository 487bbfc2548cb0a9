package io.github.tfrnn.bench;

import java.util.Locale;

/** What is timed. */
public enum Task {
  /** The outputs of all steps are fetched. */
  FORWARD,
  /** Forward, mean of the squared outputs, gradients and an update by gradient descent. */
  TRAINING;

  /** What tables call it. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
