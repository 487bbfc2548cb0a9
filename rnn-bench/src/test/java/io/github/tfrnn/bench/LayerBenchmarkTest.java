package io.github.tfrnn.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class LayerBenchmarkTest {
  private static final String SHAPE = "3x4x5x2";
  private static final float TOLERANCE = 1e-5f;

  private static LayerBenchmark open(CellKind cell, RnnPath path) {
    var benchmark = new LayerBenchmark();
    benchmark.cell = cell;
    benchmark.shape = SHAPE;
    benchmark.path = path;
    benchmark.open();
    return benchmark;
  }

  private static Stream<Arguments> cellsAndPaths() {
    return RnnPath.supporting(List.of(RnnPath.values()), LayerShape.parse(SHAPE).time()).stream()
        .filter(path -> path != RnnPath.STORED)
        .flatMap(path -> Stream.of(CellKind.values()).map(cell -> Arguments.of(cell, path)));
  }

  @ParameterizedTest
  @MethodSource("cellsAndPaths")
  void allPathsDoTheSame(CellKind cell, RnnPath path) {
    var stored = open(cell, RnnPath.STORED);
    var other = open(cell, path);
    try {
      assertEquals(stored.forward(), other.forward(), TOLERANCE);
      for (int step = 0; step < 3; step++) {
        assertEquals(stored.trainingStep(), other.trainingStep(), TOLERANCE);
      }
    } finally {
      stored.close();
      other.close();
    }
  }

  @ParameterizedTest
  @EnumSource(CellKind.class)
  void aTrainingStepMakesTheLossSmaller(CellKind cell) {
    var benchmark = open(cell, RnnPath.STORED);
    try {
      float before = benchmark.trainingStep();
      assertTrue(before > 0, () -> "loss " + before);
      float after = benchmark.trainingStep();
      assertTrue(after < before, () -> before + " then " + after);
    } finally {
      benchmark.close();
    }
  }

  @Test
  void aPathThatDoesNotSupportTheShapeIsRefused() {
    var benchmark = new LayerBenchmark();
    benchmark.shape = "1x1001x2x2";
    benchmark.path = RnnPath.STATIC;
    var e = assertThrows(IllegalArgumentException.class, benchmark::open);
    assertEquals("layer benchmark: path must support 1x1001x2x2 here, got STATIC", e.getMessage());
  }

  @Test
  void onlyShortSequencesAreUnrolled() {
    assertTrue(RnnPath.STATIC.supports(1_000));
    assertEquals(false, RnnPath.STATIC.supports(1_001));
    assertTrue(RnnPath.STORED.supports(10_000));
  }
}
