package io.github.tfrnn.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What it costs to have a layer, in a process of its own.
 *
 * @param ops in the graph: the layer, for training also loss, gradient and update
 * @param buildSeconds to add them and to open a session
 * @param firstSeconds of the first run, in which the runtime prepares the graph
 * @param laterSeconds of a later one
 * @param peakMebibytes the most resident memory that the process ever had
 */
record BuildCost(
    int ops, double buildSeconds, double firstSeconds, double laterSeconds, double peakMebibytes) {

  private static final int LATER_RUNS = 3;

  /** Measures cell, shape, path and task of the arguments and prints a {@link #line}. */
  public static void main(String[] arguments) {
    var cost =
        measure(
            CellKind.valueOf(arguments[0]),
            LayerShape.parse(arguments[1]),
            RnnPath.valueOf(arguments[2]),
            Task.valueOf(arguments[3]));
    System.out.println(cost.line());
  }

  /** What {@link #main} measures. */
  static String[] arguments(Measurement.Subject of, RnnPath path) {
    return new String[] {of.cell().name(), of.shape().toString(), path.name(), of.task().name()};
  }

  /** Measures in this process. Anything else that it did counts too. */
  private static BuildCost measure(CellKind cell, LayerShape shape, RnnPath path, Task task) {
    // Classes are loaded and native code is unpacked by a small layer first.
    try (var layer = new Layer(cell, new LayerShape(1, 2, 1, 1), path, task)) {
      layer.run(task);
    }
    long begin = System.nanoTime();
    try (var layer = new Layer(cell, shape, path, task)) {
      double build = secondsSince(begin);
      begin = System.nanoTime();
      layer.run(task);
      double first = secondsSince(begin);
      double[] later = new double[LATER_RUNS];
      for (int i = 0; i < later.length; i++) {
        begin = System.nanoTime();
        layer.run(task);
        later[i] = secondsSince(begin);
      }
      return new BuildCost(layer.ops(), build, first, Timing.median(later), highWaterMark());
    }
  }

  private static double secondsSince(long begin) {
    return (System.nanoTime() - begin) / 1e9;
  }

  /** The high-water mark that Linux keeps for the process. */
  private static double highWaterMark() {
    try (var lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
              .filter(line -> line.startsWith("VmHWM:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .findFirst()
              .orElseThrow()
          / 1024.0;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "build cost: the memory of a process is read on Linux only", e);
    }
  }

  /** A line that {@link #parse} reads. */
  String line() {
    return String.format(
        Locale.ROOT,
        "%d,%.4f,%.4f,%.4f,%.1f",
        ops,
        buildSeconds,
        firstSeconds,
        laterSeconds,
        peakMebibytes);
  }

  /**
   * Reads what {@link #line} writes.
   *
   * @throws IllegalArgumentException if it is no such line
   */
  static BuildCost parse(String line) {
    var fields = line.split(",", -1);
    if (fields.length != 5) {
      throw new IllegalArgumentException("build cost: must be five numbers, got " + line);
    }
    return new BuildCost(
        Integer.parseInt(fields[0]),
        Double.parseDouble(fields[1]),
        Double.parseDouble(fields[2]),
        Double.parseDouble(fields[3]),
        Double.parseDouble(fields[4]));
  }
}
