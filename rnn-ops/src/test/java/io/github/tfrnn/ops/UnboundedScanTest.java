package io.github.tfrnn.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/** Loops of which nobody says how long they are, and carries of which nobody says how large. */
class UnboundedScanTest {
  private static final Structure<Operand<TFloat64>> ROWS =
      Structure.tensor(Leaf.of("h", TFloat64.class, Shape.of(2)));

  /** {@code h' = tanh([h] * kernel + bias)} for {@code count} steps. */
  private static Scan.Result<Operand<TFloat64>, Operand<TFloat64>> run(
      Scan<Operand<TFloat64>, ?> scan,
      Operand<TFloat64> kernel,
      Operand<TFloat64> bias,
      Operand<TInt32> count) {
    return scan.run(
        ROWS,
        (body, h, none) -> {
          var tf = body.tf();
          Operand<TFloat64> next = tf.math.tanh(tf.nn.biasAdd(tf.linalg.matMul(h, kernel), bias));
          var position = tf.math.add(body.position(), tf.constant(1));
          return new Scan.Next<>(next, next).whileTrue(tf.math.less(position, count));
        });
  }

  @ParameterizedTest(name = "{0} steps, options {1}")
  @CsvSource({
    "1, STORE",
    "5, STORE",
    "5, RECOMPUTE",
    "5, ACCUMULATE",
    "5, NOT_LOWERED",
    "40, STORE"
  })
  void itEqualsTheLoopOfAsManyStepsInValuesAndGradients(int count, Memory memory) {
    try (var test = new TestGraph()) {
      var h = test.random64(Shape.of(-1, 2), Shape.of(3, 2));
      var kernel = test.random64(Shape.of(2, 2), Shape.of(2, 2));
      var bias = test.random64(Shape.of(2), Shape.of(2));
      var steps = test.feedInt(count);
      var scan = Scan.carrying(test.tf(), ROWS, h).options(memory.options);
      var unbounded = run(scan, kernel, bias, steps);
      var bounded = run(scan.steps(steps), kernel, bias, test.tf().constant(1000));
      var sources = List.of(h, kernel, bias);
      var fetches = new ArrayList<Operand<?>>();
      for (var result : List.of(unbounded, bounded)) {
        var loss =
            test.total(List.of(test.weigh(result.outputs(), 0), test.weigh(result.carry(), 1)));
        fetches.addAll(List.of(result.outputs(), result.carry(), result.steps()));
        fetches.addAll(Gradients.of(loss, sources));
        fetches.addAll(Gradients.of(test.weigh(result.carry(), 0), sources));
      }
      var numbers = test.values(fetches);
      int half = numbers.size() / 2;
      assertEquals(count * 6, numbers.get(0).length);
      assertArrayEquals(new double[] {count}, numbers.get(2));
      for (int i = 0; i < half; i++) {
        assertArrayEquals(numbers.get(half + i), numbers.get(i), 1e-12, "tensor " + i);
        assertTrue(Arrays.stream(numbers.get(i)).anyMatch(v -> v != 0), "tensor " + i);
      }
    }
  }

  /** How the loop is built. */
  enum Memory {
    STORE(options -> options),
    RECOMPUTE(ScanOptions::recomputing),
    ACCUMULATE(ScanOptions::accumulatingWeightGradients),
    NOT_LOWERED(ScanOptions::notLowered);

    private final UnaryOperator<ScanOptions> options;

    Memory(UnaryOperator<ScanOptions> options) {
      this.options = options;
    }
  }

  @Test
  void itHasSecondGradients() {
    try (var test = new TestGraph()) {
      var h = test.random64(Shape.of(3, 2), Shape.of(3, 2));
      var kernel = test.random64(Shape.of(2, 2), Shape.of(2, 2));
      var bias = test.random64(Shape.of(2), Shape.of(2));
      var steps = test.feedInt(4);
      var scan = Scan.carrying(test.tf(), ROWS, h).options(o -> o.withGradientOrder(2));
      var unbounded = run(scan, kernel, bias, steps);
      var bounded = run(scan.steps(steps), kernel, bias, test.tf().constant(1000));
      assertArrayEquals(
          second(test, bounded.carry(), kernel), second(test, unbounded.carry(), kernel), 1e-10);
    }
  }

  @SuppressWarnings("unchecked") // the gradient has the type of x
  private static double[] second(TestGraph test, Operand<TFloat64> value, Operand<TFloat64> x) {
    var first = Gradients.of(test.weigh(value, 0), List.of(x)).get(0);
    return test.value(Gradients.of(test.weigh((Operand<TFloat64>) first, 1), List.of(x)).get(0));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aLoopThatMustNotBeginLeavesTheCarryAndGivesNoOutput(boolean sharedBatch) {
    try (var test = new TestGraph()) {
      var h = test.random64(Shape.of(-1, 2), Shape.of(3, 2));
      var kernel = test.random64(Shape.of(2, 2), Shape.of(2, 2));
      var bias = test.random64(Shape.of(2), Shape.of(2));
      var result =
          run(
              Scan.carrying(test.tf(), ROWS, h)
                  .options(o -> sharedBatch ? o : o.withIndependentRows())
                  .beginIf(test.tf().constant(false)),
              kernel,
              bias,
              test.tf().constant(5));
      var loss =
          test.total(List.of(test.weigh(result.outputs(), 0), test.weigh(result.carry(), 0)));
      var expected = Gradients.of(test.weigh(h, 0), List.of(h)).get(0);
      var actual = Gradients.of(loss, List.of(h, kernel));
      var numbers =
          test.values(
              List.of(
                  test.tf().identity(h),
                  result.carry(),
                  expected,
                  actual.get(0),
                  actual.get(1),
                  result.steps()));
      assertEquals(Shape.of(0, 3, 2), test.shapeOf(result.outputs()));
      assertArrayEquals(numbers.get(0), numbers.get(1));
      assertArrayEquals(numbers.get(2), numbers.get(3), 1e-12);
      assertArrayEquals(new double[4], numbers.get(4));
      assertArrayEquals(new double[] {0}, numbers.get(5));
    }
  }

  @Test
  void aLoopWithInputsThatMustNotBeginGivesZeros() {
    try (var test = new TestGraph()) {
      var h = test.random64(Shape.of(3, 2), Shape.of(3, 2));
      var x = test.random64(Shape.of(4, 3, 2), Shape.of(4, 3, 2));
      var result =
          Scan.carrying(test.tf(), ROWS, h)
              .over(ROWS, x)
              .beginIf(test.tf().constant(false))
              .run(
                  ROWS,
                  (body, carry, xt) -> {
                    Operand<TFloat64> next = body.tf().math.add(carry, xt);
                    return new Scan.Next<>(next, next);
                  });
      assertArrayEquals(new double[24], test.value(result.outputs()));
      assertArrayEquals(new double[] {0}, test.value(result.steps()));
    }
  }

  private static final Structure<Operand<TFloat64>> GROWING =
      Structure.tensor(Leaf.unbatched("kept", TFloat64.class, Shape.of(-1)));

  /** What a TensorArray in the state does in TensorFlow 1.x. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCarryPartGrowsWhereItsLeafLeavesTheSizeOpen(boolean recompute) {
    try (var test = new TestGraph()) {
      var tf = test.tf();
      var x = test.feed64(Shape.of(-1, 1), Shape.of(4, 1), 1, 2, 3, 4);
      var none = tf.zeros(tf.constant(new int[] {0}), TFloat64.class);
      var result =
          Scan.carrying(tf, GROWING, none)
              .over(Structure.<TFloat64>tensor(), x)
              .options(o -> o.withIndependentRows())
              .options(o -> recompute ? o.recomputing() : o)
              .run(
                  Structure.none(),
                  (body, kept, xt) -> {
                    var ops = body.tf();
                    var all = ops.math.mul(ops.concat(List.of(kept, xt), ops.constant(0)), xt);
                    return new Scan.Next<>(all, List.of());
                  });
      // x1 * x1 * x2 * x3 * x4, x2 * x2 * x3 * x4, x3 * x3 * x4, x4 * x4
      assertArrayEquals(new double[] {24, 48, 36, 16}, test.value(result.carry()), 1e-12);
      assertEquals("[?]", Shapes.text(result.carry().asOutput().shape()));
      var sum = tf.sum(result.carry(), tf.constant(0));
      var gradient = Gradients.of(sum, List.of(x)).get(0);
      assertArrayEquals(
          new double[] {48, 12 + 48, 8 + 16 + 24, 6 + 12 + 9 + 8}, test.value(gradient), 1e-12);
    }
  }
}
