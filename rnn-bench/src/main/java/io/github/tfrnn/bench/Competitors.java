package io.github.tfrnn.bench;

import java.util.ArrayList;
import java.util.List;

/** All that take turns on one layer: peers first, then this library. */
final class Competitors implements AutoCloseable {
  private final List<LayerProcess> processes = new ArrayList<>();
  private final List<Competitor> all = new ArrayList<>();

  private Competitors() {}

  /**
   * Builds the layer everywhere, each peer in a process of its own. Paths that do not support the
   * shape stay away.
   */
  static Competitors open(CompareSettings settings, CellKind cell, LayerShape shape) {
    var competitors = new Competitors();
    try {
      competitors.add(settings, cell, shape);
      return competitors;
    } catch (RuntimeException e) {
      competitors.close();
      throw e;
    }
  }

  private void add(CompareSettings settings, CellKind cell, LayerShape shape) {
    settings
        .peers()
        .forEach(
            (peer, command) -> {
              var process = start(command);
              for (String version : peer.versions()) {
                all.add(process.open(version, peer.competitor(version), cell, shape));
              }
            });
    for (RnnPath path : RnnPath.supporting(settings.paths(), shape.time())) {
      all.add(Competitor.ours(cell, shape, path));
    }
    var elsewhere = RnnPath.supporting(settings.withoutOneDnn(), shape.time());
    if (!elsewhere.isEmpty()) {
      var process = start(ChildJava.withoutOneDnn(LayerServer.class));
      for (RnnPath path : elsewhere) {
        all.add(process.open(path.name(), path.labelWithoutOneDnn(), cell, shape));
      }
    }
  }

  private LayerProcess start(List<String> command) {
    var process = new LayerProcess(command);
    processes.add(process);
    return process;
  }

  /** In the order of their turns. */
  List<Competitor> all() {
    return List.copyOf(all);
  }

  /** Frees the layers and ends the processes. */
  @Override
  public void close() {
    try {
      all.forEach(Competitor::close);
    } finally {
      processes.forEach(LayerProcess::close);
    }
  }
}
