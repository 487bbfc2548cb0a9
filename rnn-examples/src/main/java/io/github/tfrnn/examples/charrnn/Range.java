package io.github.tfrnn.examples.charrnn;

import io.github.tfrnn.examples.UserError;

/** Checks the numbers that options are given. */
final class Range {
  private Range() {}

  /** Refuses a whole number outside of {@code least..most}. */
  static void whole(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw new UserError(
          "--%s must be between %d and %d, got %d".formatted(option, least, most, value));
    }
  }

  /** Refuses a number that is not above zero, or above {@code most}. */
  static void positive(String option, double value, double most) {
    if (!(value > 0 && value <= most)) {
      throw new UserError(
          "--%s must be above 0 and at most %s, got %s".formatted(option, text(most), text(value)));
    }
  }

  /** Writes 1.0 as 1. */
  static String text(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
