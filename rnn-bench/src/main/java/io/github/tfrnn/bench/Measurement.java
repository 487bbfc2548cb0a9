package io.github.tfrnn.bench;

import java.util.List;
import java.util.Locale;

/**
 * One time window of a comparison.
 *
 * @param of what was timed
 * @param round the windows of one round followed one another, each competitor's in turn
 * @param who the competitor
 */
record Measurement(Subject of, int round, String who, Timing timing) {
  static final String HEADER = "cell,shape,task,round,who,median_ms,min_ms,runs";

  /** A layer and what is done with it. */
  record Subject(CellKind cell, LayerShape shape, Task task) {
    /** The heads of its columns in a table. */
    static final List<String> HEADS = List.of("cell", "B, T, input, units", "task");

    /** Its columns in a table. */
    List<String> columns() {
      return List.of(cell.name(), shape.inTable(), task.label());
    }
  }

  /** The same, so many rounds later. */
  Measurement later(int rounds) {
    return new Measurement(of, round + rounds, who, timing);
  }

  /** A line of a CSV file with {@link #HEADER}. */
  String line() {
    return String.format(
        Locale.ROOT,
        "%s,%s,%s,%d,%s,%.4f,%.4f,%d",
        of.cell(),
        of.shape(),
        of.task(),
        round,
        who,
        timing.median(),
        timing.shortest(),
        timing.runs());
  }

  /**
   * Reads what {@link #line} writes.
   *
   * @throws IllegalArgumentException if it is no such line
   */
  static Measurement parse(String line) {
    var fields = line.split(",", -1);
    if (fields.length != HEADER.split(",", -1).length) {
      throw new IllegalArgumentException("measurement: must be \"" + HEADER + "\", got " + line);
    }
    return new Measurement(
        new Subject(
            CellKind.valueOf(fields[0]), LayerShape.parse(fields[1]), Task.valueOf(fields[2])),
        Integer.parseInt(fields[3]),
        fields[4],
        new Timing(
            Double.parseDouble(fields[5]),
            Double.parseDouble(fields[6]),
            Integer.parseInt(fields[7])));
  }
}
