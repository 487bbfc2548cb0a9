package io.github.tfrnn.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt64;

/** {@link Scan#position}: each step knows which one it is, however deep in loops. */
class ScanPositionTest {
  private static final Structure<Operand<TInt64>> LONGS = Structure.tensor();
  private static final Structure<Operand<TFloat64>> DOUBLES = Structure.tensor();

  private static Operand<TInt64> position(Ops tf) {
    return Scan.position(tf).orElseThrow();
  }

  private static Scan<Operand<TInt64>, List<Operand<?>>> loop(Ops tf, int steps) {
    return Scan.carrying(tf, LONGS, tf.constant(0L)).steps(tf.constant(steps));
  }

  /** The positions of a loop of {@code steps} inside another. */
  private static Operand<TInt64> positions(Ops tf, int steps) {
    return loop(tf, steps)
        .run(LONGS, (body, carry, none) -> new Scan.Next<>(carry, position(body.tf())))
        .outputs();
  }

  @Test
  void thereIsNoneOutsideOfLoops() {
    try (var test = new TestGraph()) {
      assertEquals(Optional.empty(), Scan.position(test.tf()));
      assertEquals(Optional.empty(), Scan.position(test.scope().tf()));
    }
  }

  @Test
  void stepsOfALoopAreCounted() {
    try (var test = new TestGraph()) {
      assertArrayEquals(new double[] {0, 1, 2}, test.value(positions(test.tf(), 3)));
    }
  }

  @Test
  void aLoopInReverseCountsDown() {
    try (var test = new TestGraph()) {
      var sums =
          loop(test.tf(), 3)
              .reverse()
              .run(
                  LONGS,
                  (body, last, none) -> {
                    var next =
                        body.tf()
                            .math
                            .add(
                                body.tf().math.mul(last, body.tf().constant(10L)),
                                position(body.tf()));
                    return new Scan.Next<>(next, next);
                  });
      assertArrayEquals(new double[] {210}, test.value(sums.carry()));
    }
  }

  @Test
  void aBodyAskedTwiceAddsNothing() {
    try (var test = new TestGraph()) {
      loop(test.tf(), 3)
          .run(
              LONGS,
              (body, carry, none) -> {
                assertEquals(
                    position(body.tf()).asOutput(),
                    position(body.tf().withSubScope("again")).asOutput());
                return new Scan.Next<>(carry, carry);
              });
    }
  }

  @Test
  void noTwoStepsOfNestedLoopsAreAlike() {
    try (var test = new TestGraph()) {
      var all =
          loop(test.tf(), 3)
              .run(
                  LONGS,
                  (body, carry, none) -> {
                    var middle =
                        loop(body.tf(), 4)
                            .run(
                                LONGS,
                                (inner, c, nothing) ->
                                    new Scan.Next<>(c, positions(inner.tf(), 5)));
                    return new Scan.Next<>(carry, middle.outputs());
                  });
      // As a double holds no more bits.
      var low = test.tf().bitwise.bitwiseAnd(all.outputs(), test.tf().constant((1L << 50) - 1));
      assertEquals(60, Arrays.stream(test.value(low)).distinct().count());
    }
  }

  @Test
  void theFirstStepInsideALoopIsThatOfTheLoopAround() {
    try (var test = new TestGraph()) {
      var all =
          loop(test.tf(), 3)
              .run(LONGS, (body, c, none) -> new Scan.Next<>(c, positions(body.tf(), 1)));
      assertArrayEquals(new double[] {0, 1, 2}, test.value(all.outputs()));
    }
  }

  @ParameterizedTest(name = "recompute {0}")
  @ValueSource(booleans = {false, true})
  void aMaskSeededWithItIsTheSameInTheGradient(boolean recompute) {
    try (var test = new TestGraph()) {
      var x = test.random64(Shape.of(-1, 2, 3), Shape.of(4, 2, 3));
      var tf = test.tf();
      var dropped =
          Scan.carrying(tf, DOUBLES, tf.constant(0.0))
              .over(DOUBLES, x)
              .options(o -> recompute ? o.recomputing() : o)
              .run(DOUBLES, (body, carry, xt) -> new Scan.Next<>(carry, masked(body.tf(), xt)))
              .outputs();
      var loops = new ArrayList<String>();
      test.graph().operations().forEachRemaining(op -> loops.add(op.type()));
      assertTrue(loops.contains("StatelessWhile") && !loops.contains("While"), "types " + loops);

      var gradient = Gradients.of(tf.sum(dropped, tf.constant(new int[] {0, 1, 2})), List.of(x));
      var ratio = tf.math.div(dropped, x);
      var values = test.values(List.of(ratio, gradient.get(0)));
      assertArrayEquals(values.get(0), values.get(1), 1e-12);
      assertEquals(24, Arrays.stream(values.get(1)).distinct().count(), "different numbers");
    }
  }

  private static Operand<TFloat64> masked(Ops tf, Operand<TFloat64> x) {
    var seed = tf.stack(List.of(tf.constant(5L), position(tf)));
    var numbers =
        tf.random.statelessRandomUniform(tf.constant(new int[] {2, 3}), seed, TFloat64.class);
    return tf.math.mul(x, numbers);
  }
}
