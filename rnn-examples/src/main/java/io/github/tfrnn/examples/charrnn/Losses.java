package io.github.tfrnn.examples.charrnn;

import io.github.tfrnn.examples.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * How the loss fell, in nats per character.
 *
 * @param points in the order of training
 */
record Losses(List<Point> points) {
  private static final String HEADER = "step,epoch,training,held_out";

  /** Copies the list. */
  Losses {
    points = List.copyOf(points);
  }

  /**
   * One moment of training.
   *
   * @param step how many windows were trained on
   * @param epoch the same in passes over the text
   * @param training the mean loss of the windows since the point before
   * @param heldOut the loss on the text that was held out, where it was measured
   */
  record Point(long step, double epoch, double training, OptionalDouble heldOut) {}

  /** No point yet. */
  static Losses none() {
    return new Losses(List.of());
  }

  /** Returns the losses with one more point. */
  Losses and(Point point) {
    var more = new ArrayList<>(points);
    more.add(point);
    return new Losses(more);
  }

  /** Writes one line for each point, for a spreadsheet. */
  void save(Path file) throws IOException {
    var lines = new ArrayList<String>();
    lines.add(HEADER);
    for (Point p : points) {
      var heldOut = p.heldOut().isPresent() ? Double.toString(p.heldOut().getAsDouble()) : "";
      lines.add(p.step() + "," + p.epoch() + "," + p.training() + "," + heldOut);
    }
    Files.write(file, lines);
  }

  /**
   * Reads what {@link #save} wrote.
   *
   * @throws UserError if the file is something else
   */
  static Losses load(Path file) throws IOException {
    var points = new ArrayList<Point>();
    var lines = Files.readAllLines(file);
    for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
      points.add(point(file, line));
    }
    return new Losses(points);
  }

  private static Point point(Path file, String line) {
    try {
      var parts = line.split(",", -1);
      return new Point(
          Long.parseLong(parts[0]),
          Double.parseDouble(parts[1]),
          Double.parseDouble(parts[2]),
          parts[3].isEmpty()
              ? OptionalDouble.empty()
              : OptionalDouble.of(Double.parseDouble(parts[3])));
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      throw new UserError(file + " must have lines of " + HEADER + ", got \"" + line + "\"", e);
    }
  }
}
