package io.github.tfrnn.bench;

import io.github.tfrnn.bench.Measurement.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;

/** Ratios as tables in Markdown, one for each peer. */
final class RatioTable {
  /** Ratios whose subjects are counted up to them. */
  private static final List<Double> LIMITS = List.of(1.0, 1.2);

  private final Ratios ratios;

  RatioTable(List<Measurement> measurements) {
    ratios = new Ratios(measurements);
  }

  /** Prints the tables of the CSV files that are named. */
  public static void main(String[] files) throws IOException {
    System.out.print(new RatioTable(read(files)).markdown());
  }

  /** The measurements of CSV files. Each file has rounds of its own. */
  static List<Measurement> read(String... files) throws IOException {
    var measurements = new ArrayList<Measurement>();
    for (String file : files) {
      int rounds = measurements.stream().mapToInt(Measurement::round).max().orElse(-1) + 1;
      Files.readAllLines(Path.of(file)).stream()
          .filter(line -> !line.equals(Measurement.HEADER))
          .map(line -> Measurement.parse(line).later(rounds))
          .forEach(measurements::add);
    }
    return measurements;
  }

  /**
   * A table for each peer that was timed.
   *
   * @throws IllegalArgumentException if none was
   */
  String markdown() {
    var text = new StringBuilder();
    for (Peer peer : Peer.values()) {
      var subjects =
          ratios.subjects().stream()
              .filter(subject -> ratios.fastest(subject, peer).isPresent())
              .toList();
      if (!subjects.isEmpty()) {
        text.append(text.isEmpty() ? "" : "\n");
        table(text, peer, subjects);
      }
    }
    if (text.isEmpty()) {
      throw new IllegalArgumentException("table: must have times of a peer, got none");
    }
    return text.toString();
  }

  /** One row for each subject, then the geometric means, then how many are within the limits. */
  private void table(StringBuilder text, Peer peer, List<Subject> subjects) {
    text.append("Time divided by that of ").append(peer.description()).append(":\n\n");
    row(text, Subject.HEADS, peer.label() + ", ms", who -> who);
    text.append(Markdown.rule(3, 1 + ratios.ours().size()));
    for (Subject subject : subjects) {
      row(
          text,
          subject.columns(),
          bar(subject, peer),
          who -> Markdown.ratio(ratios.of(subject, who, peer)));
    }
    for (CellKind cell : CellKind.values()) {
      for (Task task : Task.values()) {
        var some = subjects.stream().filter(it -> it.cell() == cell && it.task() == task).toList();
        if (!some.isEmpty()) {
          mean(text, cell.name(), task.label(), peer, some);
        }
      }
    }
    mean(text, "all", "all", peer, subjects);
    for (double limit : LIMITS) {
      row(
          text,
          List.of("all", "at most " + Markdown.number("%.1f", limit), "all"),
          "",
          who -> within(limit, ratios(subjects, who, peer)));
    }
  }

  private void mean(
      StringBuilder text, String cells, String tasks, Peer peer, List<Subject> subjects) {
    row(
        text,
        List.of(cells, "geometric mean", tasks),
        "",
        who -> Markdown.ratio(geometricMean(ratios(subjects, who, peer))));
  }

  private double[] ratios(List<Subject> subjects, String who, Peer peer) {
    return subjects.stream()
        .map(subject -> ratios.of(subject, who, peer))
        .flatMapToDouble(OptionalDouble::stream)
        .toArray();
  }

  private static OptionalDouble geometricMean(double[] ratios) {
    var logarithm = Arrays.stream(ratios).map(Math::log).average();
    return logarithm.stream().map(Math::exp).findFirst();
  }

  private static String within(double limit, double[] ratios) {
    long count = Arrays.stream(ratios).filter(ratio -> ratio <= limit).count();
    return count + " of " + ratios.length;
  }

  private String bar(Subject subject, Peer peer) {
    var version = ratios.fastest(subject, peer).orElseThrow();
    var milliseconds = Markdown.number("%.1f", ratios.median(subject, version));
    return peer.versions().size() == 1
        ? milliseconds
        : milliseconds + " (" + peer.version(version) + ")";
  }

  /** The first cells of a row, then one for each competitor of this library. */
  private void row(
      StringBuilder text, List<String> first, String peer, Function<String, String> each) {
    var rest = Stream.concat(Stream.of(peer), ratios.ours().stream().map(each));
    text.append(Markdown.row(first, rest.toArray(String[]::new)));
  }
}
