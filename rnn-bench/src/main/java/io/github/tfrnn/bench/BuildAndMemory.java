package io.github.tfrnn.bench;

import io.github.tfrnn.bench.Measurement.Subject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Prints how long a layer takes from nothing to its first run, beside a later run and the memory of
 * it all, by path: a table in Markdown. Each line is measured in a child process.
 *
 * <p>Settings, each {@code NAME=VALUE}: {@code cells}, {@code shapes}, {@code tasks}, {@code paths}
 * and {@code without-onednn}, the paths that are also measured where that module is not on the
 * class path.
 */
public final class BuildAndMemory {
  private static final LayerShape LAYER = new LayerShape(32, 100, 64, 64);

  private BuildAndMemory() {}

  /** Prints the table. */
  public static void main(String[] arguments) {
    var settings =
        new Settings("build and memory")
            .with("cells", "LSTM")
            .with("shapes", List.of(LAYER, LAYER.withTime(1_000), LAYER.withTime(10_000)))
            .with("tasks", List.of(Task.values()))
            .with("paths", List.of(RnnPath.values()))
            .with("without-onednn", List.of(RnnPath.AUTO))
            .read(arguments);
    var cells = settings.constants("cells", List.of(CellKind.values()));
    var tasks = settings.constants("tasks", List.of(Task.values()));
    var paths = settings.constants("paths", List.of(RnnPath.values()));
    var elsewhere = settings.constants("without-onednn", RnnPath.elsewhere());
    System.out.print(header());
    for (CellKind cell : cells) {
      for (LayerShape shape : settings.shapes()) {
        for (Task task : tasks) {
          rows(new Subject(cell, shape, task), paths, elsewhere);
        }
      }
    }
  }

  private static void rows(Subject of, List<RnnPath> paths, List<RnnPath> elsewhere) {
    int steps = of.shape().time();
    for (RnnPath path : RnnPath.supporting(paths, steps)) {
      var child = ChildJava.command(BuildCost.class, BuildCost.arguments(of, path));
      System.out.print(row(of, path.label(), inChild(child)));
    }
    for (RnnPath path : RnnPath.supporting(elsewhere, steps)) {
      var child = ChildJava.withoutOneDnn(BuildCost.class, BuildCost.arguments(of, path));
      System.out.print(row(of, path.labelWithoutOneDnn(), inChild(child)));
    }
  }

  private static String header() {
    return Markdown.row(
            Subject.HEADS,
            "path",
            "ops",
            "building, s",
            "first run, s",
            "later run, s",
            "peak, MiB")
        + Markdown.rule(4, 5);
  }

  static String row(Subject of, String path, BuildCost cost) {
    return Markdown.row(
        of.columns(),
        path,
        Markdown.number("%,d", cost.ops()),
        Markdown.number("%.2f", cost.buildSeconds()),
        Markdown.number("%.2f", cost.firstSeconds()),
        Markdown.number("%.4f", cost.laterSeconds()),
        Markdown.number("%,.0f", cost.peakMebibytes()));
  }

  /** Measures in a new process, which runs {@link BuildCost#main}. */
  static BuildCost inChild(List<String> command) {
    try {
      var child =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      var lines = new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8);
      try (var output = new BufferedReader(lines)) {
        var line = output.readLine();
        if (child.waitFor() != 0 || line == null) {
          throw new IllegalStateException(
              "build and memory: a child must end well, got exit code "
                  + child.exitValue()
                  + " of "
                  + command);
        }
        return BuildCost.parse(line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("build and memory: interrupted", e);
    }
  }
}
