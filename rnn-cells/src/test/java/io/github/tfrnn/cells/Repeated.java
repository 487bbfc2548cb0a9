package io.github.tfrnn.cells;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/** Numbers of units that are all alike, because their weights are. */
final class Repeated {
  private Repeated() {}

  /** Each of {@code values} {@code times} times. */
  static double[] each(int times, double... values) {
    return Arrays.stream(values)
        .flatMap(value -> DoubleStream.generate(() -> value).limit(times))
        .toArray();
  }
}
