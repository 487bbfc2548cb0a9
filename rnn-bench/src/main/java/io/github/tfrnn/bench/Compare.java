package io.github.tfrnn.bench;

import java.util.function.Consumer;

/**
 * Times this library and its peers on the same layers, in turn, and prints each turn as a line of
 * CSV. {@link RatioTable} makes the tables.
 *
 * <p>Times of a shared machine drift. So the competitors take short turns, and only times of one
 * round are compared with each other.
 */
public final class Compare {
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
          // Processes of their own for each layer, so that all sides begin with fresh memory.
          try (var competitors = Competitors.open(settings, cell, shape)) {
            compare(settings, competitors, cell, shape, pass * settings.rounds(), to);
          }
        }
      }
    }
  }

  private static void compare(
      CompareSettings settings,
      Competitors competitors,
      CellKind cell,
      LayerShape shape,
      int firstRound,
      Consumer<Measurement> to) {
    for (Task task : Task.values()) {
      var subject = new Measurement.Subject(cell, shape, task);
      competitors.all().forEach(each -> each.time(task, settings.seconds())); // warm-up
      for (int round = 0; round < settings.rounds(); round++) {
        for (Competitor competitor : competitors.all()) {
          var timing = competitor.time(task, settings.seconds());
          to.accept(new Measurement(subject, firstRound + round, competitor.name(), timing));
        }
      }
    }
  }
}
