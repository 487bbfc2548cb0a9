package io.github.tfrnn.examples.charrnn;

import java.time.Duration;

/**
 * Time since a moment.
 *
 * @param since the moment, as {@link System#nanoTime} gives it
 */
record Stopwatch(long since) {

  static Stopwatch start() {
    return new Stopwatch(System.nanoTime());
  }

  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - since);
  }

  /** The same in seconds, above zero. */
  double seconds() {
    return Math.max(1, System.nanoTime() - since) / 1e9;
  }
}
