package io.github.tfrnn.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.runner.options.CommandLineOptions;

class LayerBenchmarksTest {
  private static List<String> runs(String... arguments) throws Exception {
    return LayerBenchmarks.runs(new CommandLineOptions(arguments)).stream()
        .map(run -> run.getParameter("shape").get() + " " + run.getParameter("path").get())
        .toList();
  }

  @Test
  void shapesAreRunWithThePathsThatSupportThem() throws Exception {
    assertEquals(
        List.of("[1x1000x2x2] [STORED, STATIC]", "[1x1001x2x2] [STORED]"),
        runs("-p", "shape=1x1000x2x2,1x1001x2x2", "-p", "path=STORED,STATIC"));
  }

  @Test
  void aShapeThatNoPathSupportsIsLeftOut() throws Exception {
    assertEquals(List.of(), runs("-p", "shape=1x1001x2x2", "-p", "path=STATIC"));
  }

  @Test
  void allIsRunByDefault() throws Exception {
    var runs = runs();
    assertEquals(LayerShape.BENCHMARKED.size(), runs.size());
    assertTrue(runs.get(0).startsWith("[1x100x128x128] [AUTO, STORED, "), runs::toString);
  }

  @Test
  void theShapesOfTheBenchmarkAreThoseOfTheList() throws Exception {
    assertArrayEquals(
        LayerShape.BENCHMARKED.stream().map(LayerShape::toString).toArray(),
        LayerBenchmark.class.getField("shape").getAnnotation(Param.class).value());
  }
}
