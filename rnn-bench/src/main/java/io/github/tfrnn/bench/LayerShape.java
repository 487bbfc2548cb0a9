package io.github.tfrnn.bench;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The sizes of a layer and its inputs.
 *
 * @param batch B, rows
 * @param time T, steps
 * @param depth D, width of the inputs
 * @param units H
 */
public record LayerShape(int batch, int time, int depth, int units) {
  /** The shapes that every comparison of this project runs, from one row to wide layers. */
  static final List<LayerShape> ALL =
      List.of(
          new LayerShape(1, 100, 128, 128),
          new LayerShape(32, 20, 64, 64),
          new LayerShape(32, 100, 128, 128),
          new LayerShape(32, 100, 256, 512),
          new LayerShape(64, 50, 512, 512),
          new LayerShape(128, 28, 28, 128));

  /** Those of {@link LayerBenchmark}: all, and one of many steps. */
  static final List<LayerShape> BENCHMARKED =
      Stream.concat(ALL.stream(), Stream.of(new LayerShape(32, 1_000, 128, 128))).toList();

  /**
   * Reads what {@link #toString} writes.
   *
   * @throws IllegalArgumentException if it is not four positive numbers with x between
   */
  static LayerShape parse(String text) {
    var parts = text.split("x", -1);
    if (parts.length != 4
        || !Arrays.stream(parts).allMatch(part -> part.matches("[1-9]\\d{0,8}"))) {
      throw new IllegalArgumentException(
          "shape: must be batch, time, depth and units as in 32x100x128x128, got " + text);
    }
    int[] sizes = Arrays.stream(parts).mapToInt(Integer::parseInt).toArray();
    return new LayerShape(sizes[0], sizes[1], sizes[2], sizes[3]);
  }

  /** The same layer over another number of steps. */
  LayerShape withTime(int steps) {
    return new LayerShape(batch, steps, depth, units);
  }

  /** {@code 32, 100, 128, 128}. */
  String inTable() {
    return toString().replace("x", ", ");
  }

  /** {@code 32x100x128x128}. */
  @Override
  public String toString() {
    return batch + "x" + time + "x" + depth + "x" + units;
  }
}
