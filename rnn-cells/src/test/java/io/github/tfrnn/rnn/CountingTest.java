package io.github.tfrnn.rnn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.testing.TestGraph;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TIntegral;

/** Both drivers count: every length, layout and size gives what a hand can write down. */
class CountingTest {
  private static final int WIDTH = 2;

  /** The ways to run a cell over inputs {@code [time, batch, width]}. */
  enum Driver {
    STATIC,
    DYNAMIC_BATCH_MAJOR,
    DYNAMIC_TIME_MAJOR;

    /** Returns outputs {@code [time, batch, width]} and the state. */
    RnnResult<Operand<TFloat32>, Operand<TFloat32>> run(
        TestGraph test, Operand<TFloat32> x, UnaryOperator<RnnOptions<Operand<TFloat32>>> options) {
      var tf = test.tf();
      var cell = new CountingCell(WIDTH);
      if (this == STATIC) {
        var steps = tf.unstack(x, x.shape().get(0)).output();
        var result = Rnn.staticRnn(test.scope(), cell, steps, options);
        return new RnnResult<>(tf.stack(result.outputs()), result.state());
      }
      if (this == DYNAMIC_TIME_MAJOR) {
        return Rnn.dynamicRnn(test.scope(), cell, x, o -> options.apply(o).timeMajor());
      }
      var exchanged = tf.constant(new int[] {1, 0, 2});
      var result = Rnn.dynamicRnn(test.scope(), cell, tf.linalg.transpose(x, exchanged), options);
      return new RnnResult<>(tf.linalg.transpose(result.outputs(), exchanged), result.state());
    }
  }

  /** Number of steps, and the lengths of the rows. */
  record Case(int time, List<Integer> lengths) {
    Case(int time, Integer... lengths) {
      this(time, List.of(lengths));
    }

    Operand<TInt32> feed(TestGraph test) {
      return test.feedInts(lengths.stream().mapToInt(Integer::intValue).toArray());
    }
  }

  static Stream<Arguments> cases() {
    return Stream.of(
            new Case(5, 2, 3, 1),
            new Case(5, 0, 5, 3),
            new Case(5, 0, 0, 0),
            new Case(5, 5, 5, 5),
            new Case(5, 9, 2, 4),
            new Case(5, 3),
            new Case(1, 1, 0, 1),
            new Case(1, 0),
            new Case(0, 0, 0, 0),
            new Case(0, 2))
        .flatMap(
            counted ->
                Arrays.stream(Driver.values())
                    .filter(driver -> driver != Driver.STATIC || counted.time() > 0)
                    .map(driver -> Arguments.of(driver, counted)));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("cases")
  void paddedStepsGiveZeroOutputAndKeepTheState(Driver driver, Case counted) {
    try (var test = new TestGraph()) {
      check(test, driver, counted, counted.feed(test));
    }
  }

  @ParameterizedTest
  @EnumSource(Driver.class)
  void lengthsMayBeLongs(Driver driver) {
    try (var test = new TestGraph()) {
      var counted = new Case(5, 2, 3, 1);
      var longs = test.tf().dtypes.cast(counted.feed(test), TInt64.class);
      check(test, driver, counted, longs);
    }
  }

  private static void check(
      TestGraph test, Driver driver, Case counted, Operand<? extends TIntegral> lengths) {
    int batch = counted.lengths().size();
    var shape = Shape.of(counted.time(), batch, WIDTH);
    var x = test.random32(shape, shape);
    var result = driver.run(test, x, options -> options.sequenceLength(lengths));
    var in = test.value(test.tf().identity(x));
    var outputs = new double[in.length];
    var states = new double[batch * WIDTH];
    for (int t = 0; t < counted.time(); t++) {
      for (int k = 0; k < batch * WIDTH; k++) {
        if (t < counted.lengths().get(k / WIDTH)) {
          outputs[t * batch * WIDTH + k] = in[t * batch * WIDTH + k] + 1;
          states[k]++;
        }
      }
    }
    var numbers = test.values(List.of(result.outputs(), result.state()));
    assertArrayEquals(outputs, numbers.get(0), 1e-6);
    assertArrayEquals(states, numbers.get(1), 0);
    assertEquals(shape, test.shapeOf(result.outputs()));
  }

  /** testRNN of TensorFlow 1.15. */
  @ParameterizedTest
  @EnumSource(Driver.class)
  void withoutLengthsAllRowsRunToTheEnd(Driver driver) {
    try (var test = new TestGraph()) {
      var x = test.random32(Shape.of(8, 3, WIDTH), Shape.of(8, 3, WIDTH));
      var result = driver.run(test, x, options -> options);
      var difference = test.tf().math.sub(result.outputs(), x);
      var ones = new double[8 * 3 * WIDTH];
      Arrays.fill(ones, 1);
      assertArrayEquals(ones, test.value(difference), 1e-6);
      assertArrayEquals(new double[] {8, 8, 8, 8, 8, 8}, test.value(result.state()), 0);
    }
  }

  @ParameterizedTest
  @EnumSource(Driver.class)
  void countingGoesOnFromTheInitialState(Driver driver) {
    try (var test = new TestGraph()) {
      var x = test.random32(Shape.of(4, 2, WIDTH), Shape.of(4, 2, WIDTH));
      var initial = test.feed32(Shape.of(-1, WIDTH), Shape.of(2, WIDTH), 10, 20, 30, 40);
      var lengths = test.feedInts(0, 3);
      var result =
          driver.run(test, x, options -> options.initialState(initial).sequenceLength(lengths));
      assertArrayEquals(new double[] {10, 20, 33, 43}, test.value(result.state()), 0);
    }
  }
}
