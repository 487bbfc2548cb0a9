package io.github.tfrnn.rnn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.cells.TensorCell;
import io.github.tfrnn.ops.Gradients;
import io.github.tfrnn.rnn.BothDrivers.Used;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat64;

/** What stands in the inputs behind the end of a row does not matter. */
class PaddingTest {
  private static final int[] LENGTHS = {3, 1, 0};

  /** The inputs of a batch where what lies behind the lengths is {@code padding}. */
  private static Operand<TFloat64> inputs(TestGraph test, double padding) {
    var shape = Shape.of(BothDrivers.BATCH, BothDrivers.TIME, BothDrivers.DEPTH);
    double[] values = test.random((int) shape.size());
    int row = BothDrivers.TIME * BothDrivers.DEPTH;
    for (int b = 0; b < LENGTHS.length; b++) {
      Arrays.fill(values, b * row + LENGTHS[b] * BothDrivers.DEPTH, (b + 1) * row, padding);
    }
    return test.feed64(shape, shape, values);
  }

  private static <S> List<double[]> numbers(TensorCell<TFloat64, S> cell, double padding) {
    var test = new TestGraph();
    try (var both =
        new BothDrivers<>(
            test,
            cell,
            inputs(test, padding),
            BothDrivers.<S>lengths(test.feedInts(LENGTHS)),
            options -> options)) {
      List<Operand<?>> fetches = new ArrayList<>();
      for (var results : List.of(both.stepped, both.looped)) {
        fetches.addAll(results.used(Used.ALL));
        fetches.addAll(Gradients.of(both.loss(results, Used.ALL), both.sources()));
      }
      return test.values(fetches);
    }
  }

  @ParameterizedTest
  @EnumSource(DriverCells.class)
  void notANumberInThePaddingChangesNeitherValuesNorGradients(DriverCells cell) {
    var clean = numbers(cell.make(), 0);
    var dirty = numbers(cell.make(), Double.NaN);
    assertEquals(clean.size(), dirty.size());
    for (int i = 0; i < clean.size(); i++) {
      assertArrayEquals(clean.get(i), dirty.get(i), 0, "tensor " + i);
    }
  }
}
