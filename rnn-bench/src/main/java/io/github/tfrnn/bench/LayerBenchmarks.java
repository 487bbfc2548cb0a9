package io.github.tfrnn.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs {@link LayerBenchmark} with JMH, each shape with the paths that support it, and prints one
 * table in the end.
 */
public final class LayerBenchmarks {
  private LayerBenchmarks() {}

  /** Takes the options of JMH's command line, such as {@code -p shape=32x100x128x128 -f 3}. */
  public static void main(String[] arguments) throws CommandLineOptionException, RunnerException {
    Collection<RunResult> results = new ArrayList<>();
    for (Options run : runs(new CommandLineOptions(arguments))) {
      results.addAll(new Runner(run).run());
    }
    ResultFormatFactory.getInstance(ResultFormatType.TEXT, System.out).writeOut(results);
  }

  /** One run for each shape that is asked for, without the paths that do not support it. */
  static List<Options> runs(Options asked) {
    var shapes = chosen(asked, "shape", LayerShape.BENCHMARKED);
    var paths = chosen(asked, "path", List.of(RnnPath.values()));
    var runs = new ArrayList<Options>();
    for (String shape : shapes) {
      int steps = LayerShape.parse(shape).time();
      var supporting =
          RnnPath.supporting(paths.stream().map(RnnPath::valueOf).toList(), steps).stream()
              .map(RnnPath::name)
              .toArray(String[]::new);
      if (supporting.length > 0) {
        runs.add(
            new OptionsBuilder()
                .parent(asked)
                .param("shape", shape)
                .param("path", supporting)
                .build());
      }
    }
    return runs;
  }

  private static Collection<String> chosen(Options asked, String parameter, List<?> all) {
    return asked.getParameter(parameter).orElse(all.stream().map(Object::toString).toList());
  }
}
