package io.github.tfrnn.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.testing.Refusals;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TType;

/**
 * In how many parts the partitioners cut. The rows named after a test are those of
 * partitioned_variables_test.py of TensorFlow 1; the others are computed from the formulas.
 */
class PartitionerTest {

  static Stream<Arguments> cuts() {
    var f32 = TFloat32.class;
    var deep = Shape.of(4, 8, 16, 32);
    var wide = Shape.of(64, 1024, 1, 3);
    return Stream.of(
        // testFixedSizePartitioner and testFixedSizePartitionerInt64.
        Arguments.of(Partitioner.fixedSize(5), Shape.of(10, 10), f32, List.of(5, 1)),
        Arguments.of(Partitioner.fixedSize(4), Shape.of(20), TInt64.class, List.of(4)),
        // Computed.
        Arguments.of(Partitioner.fixedSize(3, 1), Shape.of(2, 7), f32, List.of(1, 3)),
        Arguments.of(Partitioner.fixedSize(5), Shape.of(3), f32, List.of(3)),
        // testVariableAxisSizePartitioner.
        Arguments.of(Partitioner.axisSize(131072), deep, f32, List.of(1, 1, 1, 1)),
        Arguments.of(size(65536, 1), deep, f32, List.of(1, 1, 1, 1)),
        Arguments.of(size(32768, 2), deep, f32, List.of(1, 1, 2, 1)),
        Arguments.of(size(2048, 3), deep, f32, List.of(1, 1, 1, 32)),
        Arguments.of(size(1024, 3), deep, f32, List.of(1, 1, 1, 32)),
        Arguments.of(Partitioner.axisSize(1024, 3, 33), deep, f32, List.of(1, 1, 1, 32)),
        Arguments.of(Partitioner.axisSize(1024, 3, 2), deep, f32, List.of(1, 1, 1, 2)),
        // Computed: a slice of axis 3 has 512 elements.
        Arguments.of(size(16384, 3), deep, f32, List.of(1, 1, 1, 4)),
        Arguments.of(size(16384, 3), deep, TFloat64.class, List.of(1, 1, 1, 8)),
        Arguments.of(size(16384, 3), deep, TString.class, List.of(1, 1, 1, 16)),
        Arguments.of(size(7 * 2048, 3), deep, f32, List.of(1, 1, 1, 5)),
        // testMinMaxVariablePartitioner.
        Arguments.of(min(100, 0, 2), Shape.of(2048), f32, List.of(4)),
        Arguments.of(Partitioner.minMax(100), Shape.of(2048, 1024), f32, List.of(32, 1)),
        Arguments.of(Partitioner.minMax(16), Shape.of(2048, 1024), f32, List.of(16, 1)),
        Arguments.of(Partitioner.minMax(1), Shape.of(2048, 1024), f32, List.of(1, 1)),
        Arguments.of(min(100, 0, 128), Shape.of(2048, 1024), f32, List.of(64, 1)),
        Arguments.of(min(100, 0, 512), Shape.of(2048, 1024), f32, List.of(16, 1)),
        Arguments.of(min(100, 1, 256), wide, f32, List.of(1, 3, 1, 1)),
        Arguments.of(min(100, 3, 256), wide, f32, List.of(1, 1, 1, 3)),
        Arguments.of(min(100, 0, 256), Shape.of(16, 128, 1024), f32, List.of(16, 1, 1)),
        Arguments.of(min(100, 0, 256), Shape.of(4, 512, 1024), f32, List.of(4, 1, 1)),
        // Computed.
        Arguments.of(min(100, 0, 2), Shape.of(32), f32, List.of(1)),
        Arguments.of(min(100, 0, 2), Shape.of(512), TString.class, List.of(4)));
  }

  private static Partitioner size(long bytes, int axis) {
    return Partitioner.axisSize(bytes, axis, Integer.MAX_VALUE);
  }

  private static Partitioner min(int parts, int axis, long kibibytes) {
    return Partitioner.minMax(parts, axis, kibibytes << 10);
  }

  @ParameterizedTest(name = "{index}: {1} of {2} gives {3}")
  @MethodSource("cuts")
  void cutsAlongOneAxis(
      Partitioner partitioner, Shape shape, Class<? extends TType> type, List<Integer> expected) {
    assertEquals(expected, partitioner.partitions(shape, type));
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    assertEquals(
        "fixed size partitioner: parts must be at least 1, got 0",
        Refusals.argument(() -> Partitioner.fixedSize(0)));
    assertEquals(
        "fixed size partitioner: axis must be at least 0, got -1",
        Refusals.argument(() -> Partitioner.fixedSize(2, -1)));
    assertEquals(
        "axis size partitioner: maxBytes must be at least 1, got 0",
        Refusals.argument(() -> Partitioner.axisSize(0)));
    assertEquals(
        "axis size partitioner: maxParts must be at least 1, got 0",
        Refusals.argument(() -> Partitioner.axisSize(1, 0, 0)));
    assertEquals(
        "min max partitioner: minBytes must be at least 1, got 0",
        Refusals.argument(() -> Partitioner.minMax(1, 0, 0)));
  }

  @Test
  void anAxisThatTheVariableDoesNotHaveIsRefused() {
    var partitioner = Partitioner.minMax(2, 2, 1);
    assertEquals(
        "Cannot partition variable along axis 2 when shape is only [3, 4] (min max partitioner)",
        Refusals.argument(() -> partitioner.partitions(Shape.of(3, 4), TFloat32.class)));
  }
}
