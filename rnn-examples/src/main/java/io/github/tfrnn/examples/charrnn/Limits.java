package io.github.tfrnn.examples.charrnn;

import java.time.Duration;
import java.util.Optional;

/**
 * When training ends, whichever comes first.
 *
 * @param epochs passes over the text, counted from the very beginning
 * @param steps windows trained on, counted from the very beginning
 * @param time how long this process trains
 */
record Limits(int epochs, Optional<Integer> steps, Optional<Duration> time) {

  /**
   * Checks the numbers.
   *
   * @throws io.github.tfrnn.examples.UserError if one is out of range
   */
  Limits {
    Range.whole("epochs", epochs, 1, 1_000_000);
    steps.ifPresent(count -> Range.whole("steps", count, 1, Integer.MAX_VALUE));
  }

  /** Limits of an option {@code --minutes}. */
  static Limits of(int epochs, Optional<Integer> steps, Optional<Double> minutes) {
    minutes.ifPresent(value -> Range.positive("minutes", value, 1e6));
    return new Limits(
        epochs, steps, minutes.map(value -> Duration.ofMillis(Math.round(value * 60_000))));
  }

  /** The last step, with {@code windows} to an epoch. */
  long lastStep(int windows) {
    long byEpochs = (long) epochs * windows;
    return steps.map(count -> Math.min(count, byEpochs)).orElse(byEpochs);
  }

  /** Whether this process has trained long enough. */
  boolean isOver(Duration trained) {
    return time.isPresent() && trained.compareTo(time.get()) >= 0;
  }
}
