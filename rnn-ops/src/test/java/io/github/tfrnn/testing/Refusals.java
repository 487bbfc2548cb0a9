package io.github.tfrnn.testing;

import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.function.Executable;

/** The messages with which arguments and calls are refused. */
public final class Refusals {
  private Refusals() {}

  /** The message of the IllegalArgumentException that {@code call} throws. */
  public static String argument(Executable call) {
    return String.valueOf(assertThrows(IllegalArgumentException.class, call).getMessage());
  }

  /** The message of the IllegalStateException that {@code call} throws. */
  public static String state(Executable call) {
    return String.valueOf(assertThrows(IllegalStateException.class, call).getMessage());
  }
}
