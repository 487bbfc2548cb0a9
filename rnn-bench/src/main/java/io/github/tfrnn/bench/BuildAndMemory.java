package io.github.tfrnn.bench;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * Prints how long graphs take to build, and how much memory training takes, by path and number of
 * steps: a table in Markdown. Each line is measured in a child process.
 */
public final class BuildAndMemory {
  private static final List<Integer> TIMES = List.of(100, 1_000, 10_000);
  private static final LayerShape LAYER = new LayerShape(32, 1, 64, 64);

  private BuildAndMemory() {}

  /** Without arguments prints the table; with cell, shape and path one line, for the parent. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length == 3) {
      var cost =
          BuildCost.measure(
              CellKind.valueOf(arguments[0]),
              LayerShape.parse(arguments[1]),
              RnnPath.valueOf(arguments[2]));
      System.out.println(cost.line());
      return;
    }
    System.out.printf(
        "LSTM, batch %d, input %d, units %d; the peak is that of a process that only trains%n%n",
        LAYER.batch(), LAYER.depth(), LAYER.units());
    System.out.println(
        "| path | T | ops | building, s | first step, s | step, s | peak, MiB |\n"
            + "| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
    for (int time : TIMES) {
      for (RnnPath path : RnnPath.values()) {
        if (path.supports(time)) {
          var shape = new LayerShape(LAYER.batch(), time, LAYER.depth(), LAYER.units());
          System.out.println(row(path, time, inChild(CellKind.LSTM, shape, path)));
        }
      }
    }
  }

  static String row(RnnPath path, int time, BuildCost cost) {
    return String.format(
        Locale.ROOT,
        "| %s | %,d | %,d | %.2f | %.2f | %.3f | %,.0f |",
        path.label(),
        time,
        cost.ops(),
        cost.buildSeconds(),
        cost.firstStepSeconds(),
        cost.stepSeconds(),
        cost.peakMebibytes());
  }

  /** Measures in a new process of Java. */
  static BuildCost inChild(CellKind cell, LayerShape shape, RnnPath path)
      throws IOException, InterruptedException {
    var java = System.getProperty("java.home") + File.separator + "bin" + File.separator + "java";
    var child =
        new ProcessBuilder(
                java,
                "-cp",
                System.getProperty("java.class.path"),
                BuildAndMemory.class.getName(),
                cell.name(),
                shape.toString(),
                path.name())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var output =
        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
      var line = output.readLine();
      if (child.waitFor() != 0 || line == null) {
        throw new IllegalStateException(
            "build and memory: "
                + path
                + " "
                + shape
                + " must end well, got exit code "
                + child.exitValue());
      }
      return BuildCost.parse(line);
    }
  }
}
