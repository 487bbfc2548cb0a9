package io.github.tfrnn.bench;

import io.github.tfrnn.bench.Measurement.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The times of this library divided by those of the faster peer, as a table in Markdown.
 *
 * <p>A ratio is the median, over the rounds, of one median divided by another. Below 1 this library
 * is faster.
 */
final class RatioTable {
  private static final String PEER = "Python ";

  /** For each subject and competitor, the median of each round. */
  private final Map<Subject, Map<String, Map<Integer, Double>>> medians = new LinkedHashMap<>();

  private final Set<String> ours = new LinkedHashSet<>();

  RatioTable(List<Measurement> measurements) {
    for (Measurement measurement : measurements) {
      medians
          .computeIfAbsent(measurement.of(), subject -> new LinkedHashMap<>())
          .computeIfAbsent(measurement.who(), who -> new LinkedHashMap<>())
          .put(measurement.round(), measurement.timing().median());
      if (!measurement.who().startsWith(PEER)) {
        ours.add(measurement.who());
      }
    }
  }

  /** Prints the table of the CSV files that are named. */
  public static void main(String[] files) throws IOException {
    var measurements = new ArrayList<Measurement>();
    for (String file : files) {
      Files.readAllLines(Path.of(file)).stream()
          .filter(line -> !line.equals(Measurement.HEADER))
          .map(Measurement::parse)
          .forEach(measurements::add);
    }
    System.out.print(new RatioTable(measurements).markdown());
  }

  /** One row for each subject, then the geometric means. */
  String markdown() {
    var text = new StringBuilder();
    row(text, List.of("cell", "B, T, input, units", "task", "Python, ms"), ours);
    row(text, List.of("---", "---", "---", "---:"), ours.stream().map(who -> "---:").toList());
    medians.forEach(
        (subject, times) ->
            row(
                text,
                List.of(
                    subject.cell().name(),
                    subject.shape().toString().replace("x", ", "),
                    name(subject.task()),
                    bar(times)),
                ours.stream()
                    .map(who -> times.containsKey(who) ? number(ratio(subject, who)) : "")
                    .toList()));
    for (CellKind cell : CellKind.values()) {
      for (Task task : Task.values()) {
        means(text, cell, task);
      }
    }
    return text.toString();
  }

  private void means(StringBuilder text, CellKind cell, Task task) {
    var subjects =
        medians.keySet().stream()
            .filter(subject -> subject.cell() == cell && subject.task() == task)
            .toList();
    if (!subjects.isEmpty()) {
      row(
          text,
          List.of(cell.name(), "geometric mean", name(task), ""),
          ours.stream().map(who -> number(geometricMean(subjects, who))).toList());
    }
  }

  private double geometricMean(List<Subject> subjects, String who) {
    return Math.exp(
        subjects.stream()
            .filter(subject -> times(subject).containsKey(who))
            .mapToDouble(subject -> Math.log(ratio(subject, who)))
            .average()
            .orElse(Double.NaN));
  }

  /** The time of {@code who} divided by that of the faster peer. */
  double ratio(Subject subject, String who) {
    var bar = rounds(subject, fastestPeer(times(subject)));
    var mine = rounds(subject, who);
    return Timing.median(
        mine.entrySet().stream()
            .mapToDouble(round -> round.getValue() / at(bar, round.getKey()))
            .toArray());
  }

  private static double at(Map<Integer, Double> rounds, int round) {
    var median = rounds.get(round);
    if (median == null) {
      throw new IllegalArgumentException("table: round " + round + " must have a time of a peer");
    }
    return median;
  }

  private Map<String, Map<Integer, Double>> times(Subject subject) {
    return medians.getOrDefault(subject, Map.of());
  }

  private Map<Integer, Double> rounds(Subject subject, String who) {
    return times(subject).getOrDefault(who, Map.of());
  }

  private static String fastestPeer(Map<String, Map<Integer, Double>> times) {
    return times.keySet().stream()
        .filter(who -> who.startsWith(PEER))
        .min(Comparator.comparingDouble(who -> median(times, who)))
        .orElseThrow(
            () -> new IllegalArgumentException("table: must have times of a peer, got none"));
  }

  private static double median(Map<String, Map<Integer, Double>> times, String who) {
    return Timing.median(
        times.getOrDefault(who, Map.of()).values().stream().mapToDouble(time -> time).toArray());
  }

  private static String bar(Map<String, Map<Integer, Double>> times) {
    var peer = fastestPeer(times);
    return String.format(
        Locale.ROOT, "%.1f (%s)", median(times, peer), peer.substring(PEER.length()));
  }

  private static String name(Task task) {
    return task.name().toLowerCase(Locale.ROOT);
  }

  private static String number(double ratio) {
    return Double.isNaN(ratio) ? "" : String.format(Locale.ROOT, "%.2f", ratio);
  }

  private static void row(StringBuilder text, Iterable<String> first, Iterable<String> rest) {
    var cells = new ArrayList<String>();
    first.forEach(cells::add);
    rest.forEach(cells::add);
    text.append(cells.stream().collect(Collectors.joining(" | ", "| ", " |\n")));
  }
}
