package io.github.tfrnn.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Times this library and its peer on the same layers, in turn, and prints each turn as a line of
 * CSV. {@link RatioTable} makes the table.
 *
 * <p>Times of a shared machine drift. So the competitors take short turns, and only times of one
 * round are compared with each other.
 */
public final class Compare {
  /** Two ways of TensorFlow 1 to build a loop; the faster one is the bar. */
  static final List<String> PEER_VERSIONS = List.of("v2", "v1");

  private Compare() {}

  /** Runs what {@link CompareSettings} reads from the arguments. */
  public static void main(String[] arguments) {
    var settings = CompareSettings.parse(arguments);
    System.out.println(Measurement.HEADER);
    run(settings, measurement -> System.out.println(measurement.line()));
  }

  static void run(CompareSettings settings, Consumer<Measurement> to) {
    for (int pass = 0; pass < settings.passes(); pass++) {
      for (LayerShape shape : settings.shapes()) {
        for (CellKind cell : settings.cells()) {
          int first = pass * settings.rounds();
          // A process of its own for each layer, so that both sides begin with fresh memory.
          if (settings.peer().isEmpty()) {
            compare(settings, cell, shape, first, List.of(), to);
          } else {
            try (var python = new PythonPeer(settings.peer())) {
              compare(settings, cell, shape, first, peers(python, cell, shape), to);
            }
          }
        }
      }
    }
  }

  private static List<Competitor> peers(PythonPeer python, CellKind cell, LayerShape shape) {
    return PEER_VERSIONS.stream().map(version -> python.open(version, cell, shape)).toList();
  }

  private static void compare(
      CompareSettings settings,
      CellKind cell,
      LayerShape shape,
      int firstRound,
      List<Competitor> peers,
      Consumer<Measurement> to) {
    var competitors = new ArrayList<>(peers);
    try {
      for (RnnPath path : settings.paths()) {
        if (path.supports(shape.time())) {
          competitors.add(Competitor.ours(cell, shape, path));
        }
      }
      for (Task task : Task.values()) {
        var subject = new Measurement.Subject(cell, shape, task);
        competitors.forEach(competitor -> competitor.time(task, settings.seconds())); // warm-up
        for (int round = 0; round < settings.rounds(); round++) {
          for (Competitor competitor : competitors) {
            var timing = competitor.time(task, settings.seconds());
            to.accept(new Measurement(subject, firstRound + round, competitor.name(), timing));
          }
        }
      }
    } finally {
      competitors.forEach(Competitor::close);
    }
  }
}
