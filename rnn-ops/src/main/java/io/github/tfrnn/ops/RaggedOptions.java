package io.github.tfrnn.ops;

import java.util.OptionalInt;

/**
 * How {@link RaggedBatch} lays rows out: {@code options -> options.multiple(8).timeMajor()}.
 *
 * <p>Each method returns a changed copy. By default rows are padded with zeros to the longest of
 * them, batch first.
 */
public final class RaggedOptions {
  private static final RaggedOptions DEFAULTS =
      new RaggedOptions(0, OptionalInt.empty(), 1, OptionalInt.empty(), false);

  private final double padding;
  private final OptionalInt steps;
  private final int multiple;
  private final OptionalInt depth;
  private final boolean timeMajor;

  private RaggedOptions(
      double padding, OptionalInt steps, int multiple, OptionalInt depth, boolean timeMajor) {
    this.padding = padding;
    this.steps = steps;
    this.multiple = multiple;
    this.depth = depth;
    this.timeMajor = timeMajor;
  }

  static RaggedOptions defaults() {
    return DEFAULTS;
  }

  /** Fills the steps past the end of a row with this value; ids need a whole number. */
  public RaggedOptions padding(double value) {
    return new RaggedOptions(value, steps, multiple, depth, timeMajor);
  }

  /**
   * Pads to {@code count} steps, whatever the rows hold; a longer row is refused.
   *
   * @throws IllegalArgumentException if {@code count} is below zero
   */
  public RaggedOptions steps(int count) {
    requireAtLeast("steps", 0, count);
    return new RaggedOptions(padding, OptionalInt.of(count), multiple, depth, timeMajor);
  }

  /**
   * Rounds the number of steps up to a multiple of {@code factor}, so that batches have few
   * different shapes.
   *
   * @throws IllegalArgumentException if {@code factor} is below one
   */
  public RaggedOptions multiple(int factor) {
    requireAtLeast("multiple", 1, factor);
    return new RaggedOptions(padding, steps, factor, depth, timeMajor);
  }

  /**
   * Says how many features a step has, for batches in which every row may be empty.
   *
   * @throws IllegalArgumentException if {@code size} is below zero
   */
  public RaggedOptions depth(int size) {
    requireAtLeast("depth", 0, size);
    return new RaggedOptions(padding, steps, multiple, OptionalInt.of(size), timeMajor);
  }

  /** Lays the values out as {@code [time, batch, ...]}. */
  public RaggedOptions timeMajor() {
    return new RaggedOptions(padding, steps, multiple, depth, true);
  }

  private static void requireAtLeast(String what, int least, int got) {
    if (got < least) {
      throw new IllegalArgumentException(
          "ragged batch: " + what + " must be at least " + least + ", got " + got);
    }
  }

  double padding() {
    return padding;
  }

  OptionalInt steps() {
    return steps;
  }

  int multiple() {
    return multiple;
  }

  OptionalInt depth() {
    return depth;
  }

  boolean isTimeMajor() {
    return timeMajor;
  }
}
