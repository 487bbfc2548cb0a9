package io.github.tfrnn.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.stream.DoubleStream;

/** Numbers of single precision that were computed in two ways. */
final class Closeness {
  private static final double RELATIVE = 1e-5;

  private Closeness() {}

  /** Requires each number to be near the one expected, measured by the largest of them. */
  static void assertClose(double[] expected, double[] actual, String what) {
    double largest = DoubleStream.of(expected).map(Math::abs).max().orElse(0);
    assertArrayEquals(expected, actual, RELATIVE * Math.max(largest, 1), what);
  }
}
