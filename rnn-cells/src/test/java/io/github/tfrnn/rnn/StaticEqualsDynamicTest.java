package io.github.tfrnn.rnn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.cells.TensorCell;
import io.github.tfrnn.ops.Gradients;
import io.github.tfrnn.rnn.BothDrivers.Used;
import io.github.tfrnn.testing.FiniteDifferences;
import io.github.tfrnn.testing.TestGraph;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat64;

/** Both drivers give the same values and the same gradients, whatever is used of their results. */
class StaticEqualsDynamicTest {
  private static final double TOLERANCE = 1e-12;

  /** One full row, one that ends early and one that never begins; or none for whole rows. */
  enum Lengths {
    NONE,
    MIXED
  }

  /** What the dynamic loop does about the values inside a step. */
  enum Memory {
    STORE,
    RECOMPUTE
  }

  static Stream<Arguments> cases() {
    return Arrays.stream(DriverCells.values())
        .flatMap(
            cell ->
                Stream.of(
                    Arguments.of(cell, Lengths.NONE, Memory.STORE),
                    Arguments.of(cell, Lengths.MIXED, Memory.STORE),
                    Arguments.of(cell, Lengths.MIXED, Memory.RECOMPUTE)));
  }

  @ParameterizedTest(name = "{0}, lengths {1}, {2}")
  @MethodSource("cases")
  void valuesAndGradientsAreEqual(DriverCells cell, Lengths lengths, Memory memory) {
    try (var both = both(new TestGraph(), cell.make(), lengths, memory)) {
      // One run for all, as each new set of fetches costs an optimization of the graph.
      var stepped = both.everything(both.stepped);
      var looped = both.everything(both.looped);
      var fetches = Stream.of(stepped, looped).flatMap(map -> map.values().stream()).toList();
      var numbers = both.test.values(fetches);
      var names = List.copyOf(stepped.keySet());
      for (int i = 0; i < names.size(); i++) {
        assertArrayEquals(numbers.get(i), numbers.get(names.size() + i), TOLERANCE, names.get(i));
        boolean reached = Arrays.stream(numbers.get(i)).anyMatch(v -> v != 0);
        assertTrue(reached || !names.get(i).endsWith("ALL"), names.get(i) + " is all zeros");
      }
    }
  }

  private static <S> BothDrivers<S> both(
      TestGraph test, TensorCell<TFloat64, S> cell, Lengths lengths, Memory memory) {
    UnaryOperator<RnnOptions<S>> all = options -> options;
    return new BothDrivers<>(
        test,
        cell,
        BothDrivers.inputs(test),
        lengths == Lengths.NONE ? all : BothDrivers.lengths(test.feedInts(3, 1, 0)),
        memory == Memory.STORE ? all : RnnOptions::recompute);
  }

  @ParameterizedTest
  @EnumSource(DriverCells.class)
  void gradientsOfTheLoopMatchFiniteDifferences(DriverCells cell) {
    try (var both = both(new TestGraph(), cell.make(), Lengths.MIXED, Memory.STORE)) {
      // Fed, so that they can be moved.
      both.test
          .scope()
          .variables()
          .forEach(
              variable ->
                  both.test.refeed(
                      variable.value(),
                      TFloat64.tensorOf(
                          variable.shape(),
                          DataBuffers.of(both.test.random((int) variable.shape().size())))));
      var loss = both.loss(both.looped, Used.ALL);
      var sources = both.sources();
      var gradients = both.test.values(Gradients.of(loss, sources));
      for (int i = 0; i < sources.size(); i++) {
        var source = sources.get(i);
        var slopes =
            IntStream.range(0, gradients.get(i).length)
                .mapToDouble(k -> FiniteDifferences.slope(both.test, loss, source, k))
                .toArray();
        assertArrayEquals(slopes, gradients.get(i), 1e-8, "gradient " + i);
      }
    }
  }
}
