package io.github.tfrnn.bench;

import io.github.tfrnn.bench.Measurement.Subject;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * How the time of a layer grew with the number of steps.
 *
 * @param of the layer with the fewer steps, and what was done with it
 * @param path how it was run
 * @param factor how many times as many steps the longer one took
 * @param rounds the times of both, in turn
 */
record Growth(Subject of, RnnPath path, int factor, List<Round> rounds) {
  /** How much faster than the number of steps the time may grow. */
  private static final double SLACK = 1.25;

  /**
   * The medians of one round, in milliseconds.
   *
   * @param shorter of the layer with the fewer steps
   * @param longer of the other one
   */
  record Round(double shorter, double longer) {}

  /** The median, over the rounds, of the longer time divided by the shorter one. */
  double ratio() {
    return median(round -> round.longer() / round.shorter());
  }

  /** The ratio that is still about that of the numbers of steps. */
  double limit() {
    return SLACK * factor;
  }

  /** Whether the ratio is within the limit. */
  boolean isLinear() {
    return ratio() <= limit();
  }

  /** The heads of a table of {@link #row}s. */
  static String header() {
    return Markdown.row(Subject.HEADS, "path", "ms", "longer T", "longer, ms", "ratio", "limit")
        + Markdown.rule(4, 5);
  }

  /** One line of the table. */
  String row() {
    return Markdown.row(
        of.columns(),
        path.label(),
        Markdown.number("%.2f", median(Round::shorter)),
        Markdown.number("%,d", of.shape().time() * factor),
        Markdown.number("%.1f", median(Round::longer)),
        Markdown.number("%.1f", ratio()),
        Markdown.number("%.0f", limit()));
  }

  private double median(ToDoubleFunction<Round> value) {
    return Timing.median(rounds.stream().mapToDouble(value).toArray());
  }
}
