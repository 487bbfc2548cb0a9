package io.github.tfrnn.bench;

import io.github.tfrnn.bench.Measurement.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Times layers over few and over many steps, in turn, and prints how the time grew: a table in
 * Markdown.
 *
 * <p>Settings, each {@code NAME=VALUE}: {@code cells}, {@code shapes} with the fewer steps, {@code
 * paths}, {@code factor}, how many times as many steps the longer layer takes, {@code rounds} and
 * {@code seconds}, the length of a turn.
 */
public final class Scaling {
  private final List<CellKind> cells;
  private final List<LayerShape> shapes;
  private final List<RnnPath> paths;
  private final int factor;
  private final int rounds;
  private final double seconds;

  /**
   * Reads the settings.
   *
   * @throws IllegalArgumentException if an argument is no setting, or its value cannot be
   */
  Scaling(String... arguments) {
    var settings =
        new Settings("scaling")
            .with("cells", List.of(CellKind.values()))
            .with(
                "shapes",
                List.of(new LayerShape(32, 100, 64, 64), new LayerShape(1, 100, 128, 128)))
            .with("paths", List.of(RnnPath.AUTO, RnnPath.STORED))
            .with("factor", "100")
            .with("rounds", "5")
            .with("seconds", "0.3")
            .read(arguments);
    cells = settings.constants("cells", List.of(CellKind.values()));
    shapes = settings.shapes();
    paths = settings.constants("paths", List.of(RnnPath.values()));
    factor = settings.count("factor");
    rounds = settings.count("rounds");
    seconds = settings.seconds();
  }

  /** Prints the table, and how many lines of it are within their limit. */
  public static void main(String[] arguments) {
    var scaling = new Scaling(arguments);
    System.out.print(Growth.header());
    var all = new ArrayList<Growth>();
    scaling.run(
        growth -> {
          System.out.print(growth.row());
          all.add(growth);
        });
    long linear = all.stream().filter(Growth::isLinear).count();
    System.out.printf("%n%d of %d are within the limit.%n", linear, all.size());
  }

  /** Measures one layer after another. */
  void run(Consumer<Growth> to) {
    for (CellKind cell : cells) {
      for (LayerShape shape : shapes) {
        run(cell, shape).forEach(to);
      }
    }
  }

  private List<Growth> run(CellKind cell, LayerShape shape) {
    var longer = shape.withTime(shape.time() * factor);
    var pairs = new ArrayList<Pair>();
    try {
      for (RnnPath path : RnnPath.supporting(paths, longer.time())) {
        pairs.add(
            new Pair(
                path, Competitor.ours(cell, shape, path), Competitor.ours(cell, longer, path)));
      }
      return Stream.of(Task.values())
          .flatMap(task -> inTurn(new Subject(cell, shape, task), pairs).stream())
          .toList();
    } finally {
      pairs.forEach(Pair::close);
    }
  }

  private List<Growth> inTurn(Subject of, List<Pair> pairs) {
    var times = pairs.stream().map(pair -> new ArrayList<Growth.Round>()).toList();
    pairs.forEach(pair -> pair.shorter().time(of.task(), seconds)); // warm-up
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < pairs.size(); i++) {
        times.get(i).add(pairs.get(i).round(of.task(), seconds));
      }
    }
    return IntStream.range(0, pairs.size())
        .mapToObj(i -> new Growth(of, pairs.get(i).path(), factor, times.get(i)))
        .toList();
  }

  /** A layer over few steps and one over many. */
  private record Pair(RnnPath path, Competitor shorter, Competitor longer) {
    Growth.Round round(Task task, double seconds) {
      return new Growth.Round(
          shorter.time(task, seconds).median(), longer.time(task, seconds).median());
    }

    void close() {
      shorter.close();
      longer.close();
    }
  }
}
