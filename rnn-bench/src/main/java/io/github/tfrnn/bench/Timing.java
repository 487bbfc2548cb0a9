package io.github.tfrnn.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How long the runs of one time window took.
 *
 * @param median in milliseconds
 * @param shortest in milliseconds
 * @param runs how many there were
 */
record Timing(double median, double shortest, int runs) {
  private static final int FEWEST_RUNS = 2;

  /** Something to be timed. */
  @FunctionalInterface
  interface Run {
    void once();
  }

  /**
   * Runs again and again for about {@code seconds}, two times at least. A run before those is not
   * counted: whatever was timed before has left the caches full of something else.
   */
  static Timing of(double seconds, Run run) {
    run.once();
    List<Double> all = new ArrayList<>();
    long begin = System.nanoTime();
    while (all.size() < FEWEST_RUNS || System.nanoTime() - begin < seconds * 1e9) {
      long start = System.nanoTime();
      run.once();
      all.add((System.nanoTime() - start) / 1e6);
    }
    double[] milliseconds = all.stream().mapToDouble(time -> time).toArray();
    return new Timing(
        median(milliseconds), Arrays.stream(milliseconds).min().orElseThrow(), all.size());
  }

  /** The middle value, or the mean of the two in the middle. */
  static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
