package io.github.tfrnn.cells;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.ops.Gradients;
import io.github.tfrnn.ops.Scan;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/** The random masks of {@link DropoutMask}: how often, when the same, and when not. */
class DropoutMaskTest {
  private static final Structure<Operand<TFloat64>> DOUBLES = Structure.tensor();
  private static final KeepProbability HALF = KeepProbability.of("test", "keep", 0.5);

  /** Ones, of which a mask shows; the number of rows is not known before the graph runs. */
  private static Operand<TFloat64> ones(TestGraph test, long... sizes) {
    var shape = Shape.of(sizes);
    var ones = DoubleStream.generate(() -> 1).limit(shape.size()).toArray();
    return test.feed64(shape.tail().prepend(-1), shape, ones);
  }

  private static VariableScope cell(TestGraph test) {
    return test.scope().scope("cell");
  }

  /** The masks of a loop over {@code x}, {@code [time, batch, depth]}. */
  private static Operand<TFloat64> looped(
      DropoutMask mask, VariableScope own, Operand<TFloat64> x, boolean recompute) {
    var tf = own.tf();
    return Scan.carrying(tf, DOUBLES, tf.constant(0.0))
        .over(DOUBLES, x)
        .options(o -> recompute ? o.recomputing() : o)
        .run(
            DOUBLES,
            (body, carry, xt) ->
                new Scan.Next<>(carry, mask.drop(own.withOps(body.tf()), HALF, xt)))
        .outputs();
  }

  private static Operand<TFloat64> looped(
      DropoutMask mask, VariableScope own, Operand<TFloat64> x) {
    return looped(mask, own, x, false);
  }

  /** The masks of steps called one after the other. */
  private static Operand<TFloat64> unrolled(
      DropoutMask mask, VariableScope own, Operand<TFloat64> xt, int time) {
    var steps = new ArrayList<Operand<TFloat64>>();
    for (int t = 0; t < time; t++) {
      steps.add(mask.drop(own, HALF, xt));
    }
    return own.tf().stack(steps);
  }

  private static double[] part(double[] all, int index, int size) {
    return Arrays.copyOfRange(all, index * size, (index + 1) * size);
  }

  private static void assertDifferent(double[] a, double[] b) {
    assertFalse(Arrays.equals(a, b), "masks are the same");
  }

  @ParameterizedTest(name = "keep {0}")
  @ValueSource(doubles = {0.25, 0.5, 0.9})
  void theShareIsKeptAndScaled(double keep) {
    try (var test = new TestGraph()) {
      var probability = KeepProbability.of("test", "keep", keep);
      var y = DropoutMask.named("x").drop(cell(test), probability, ones(test, 2000, 7));
      var values = test.value(y);
      long kept = Arrays.stream(values).filter(v -> v != 0).count();
      // Three standard deviations of a share of 14000.
      assertEquals(keep, kept / 14000.0, 3 * Math.sqrt(keep * (1 - keep) / 14000));
      assertTrue(Arrays.stream(values).allMatch(v -> v == 0 || Math.abs(v - 1 / keep) < 1e-12));
    }
  }

  @Test
  void aProbabilityKnownAtRunTimeGivesTheMasksOfTheNumber() {
    try (var test = new TestGraph()) {
      var x = ones(test, 20, 8);
      var fed =
          KeepProbability.of("test", "keep", test.feed64(Shape.scalar(), Shape.scalar(), 0.5));
      var number = DropoutMask.named("x").drop(cell(test), HALF, x);
      var operand = DropoutMask.named("x").drop(cell(test), fed, x);
      var values = test.values(List.of(number, operand));
      assertArrayEquals(values.get(0), values.get(1), 1e-6);
      assertEquals(2, Arrays.stream(values.get(0)).distinct().count());
    }
  }

  @Test
  void aProbabilityOfNoneDropsAllAndOneOfAllNothing() {
    try (var test = new TestGraph()) {
      var x = ones(test, 3, 5);
      var scalar = test.tf().placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
      var fed = KeepProbability.of("test", "keep", scalar);
      var none = KeepProbability.of("test", "keep", 0);
      var y = DropoutMask.named("x").drop(cell(test), fed, x);
      test.refeed(scalar, TFloat32.scalarOf(0));
      var zeros = new double[15];
      assertArrayEquals(zeros, test.value(y));
      assertArrayEquals(zeros, test.value(DropoutMask.named("x").drop(cell(test), none, x)));
      test.refeed(scalar, TFloat32.scalarOf(1));
      assertArrayEquals(DoubleStream.generate(() -> 1).limit(15).toArray(), test.value(y));
    }
  }

  @Test
  void theNumberOneAddsNoOp() {
    try (var test = new TestGraph()) {
      var x = ones(test, 3, 5);
      var mask = DropoutMask.named("x");
      assertSame(x, mask.drop(cell(test), KeepProbability.ALL, x));
      assertSame(x, mask.dropAll(cell(test), KeepProbability.ALL, x));
      assertSame(x, mask.dropAlike(cell(test), KeepProbability.ALL, x));
    }
  }

  @Test
  void runsDifferAndNewSessionsRepeat() {
    try (var test = new TestGraph();
        var other = new TestGraph()) {
      var y = DropoutMask.named("x").drop(cell(test), HALF, ones(test, 4, 6));
      var first = test.value(y);
      var second = test.value(y);
      assertDifferent(first, second);

      var again = DropoutMask.named("x").drop(cell(other), HALF, ones(other, 4, 6));
      assertArrayEquals(first, other.value(again));
      assertArrayEquals(second, other.value(again));
    }
  }

  @Test
  void masksOfOneRunAreOneWhateverIsFetched() {
    try (var test = new TestGraph();
        var other = new TestGraph()) {
      var own = cell(test);
      var y = DropoutMask.named("x").drop(own, HALF, ones(test, 4, 6));
      var z = DropoutMask.named("z").drop(own, HALF, ones(test, 4, 6));
      test.values(List.of(y, z));
      var second = test.value(y);

      var again = DropoutMask.named("x").drop(cell(other), HALF, ones(other, 4, 6));
      other.value(again);
      assertArrayEquals(second, other.value(again));
    }
  }

  @Test
  void namesScopesAndSeedsHaveMasksOfTheirOwn() {
    try (var test = new TestGraph()) {
      var x = ones(test, 4, 6);
      var masks =
          List.of(
              DropoutMask.named("x").drop(cell(test), HALF, x),
              DropoutMask.named("y").drop(cell(test), HALF, x),
              DropoutMask.named("x").drop(test.scope().scope("cell_1"), HALF, x),
              DropoutMask.named("x").drop(cell(test).withSeed(5), HALF, x),
              DropoutMask.named("x").drop(cell(test).withSeed(-6), HALF, x));
      var different = test.values(masks).stream().map(Arrays::toString).distinct();
      assertEquals(5, different.count());
    }
  }

  @ParameterizedTest(name = "width {0}")
  @ValueSource(ints = {1, 3, 4, 6, 8})
  void loopAndUnrolledStepsAndAllRowsAtOnceHaveTheSameMasks(int width) {
    try (var test = new TestGraph()) {
      var x = ones(test, 5, 3, width);
      var xt = ones(test, 3, width);
      var rows = ones(test, 15, width);
      var values =
          test.values(
              List.of(
                  looped(DropoutMask.named("x"), cell(test), x),
                  unrolled(DropoutMask.named("x"), cell(test), xt, 5),
                  DropoutMask.named("x").dropAll(cell(test), HALF, rows)));
      assertArrayEquals(values.get(0), values.get(1));
      assertArrayEquals(values.get(0), values.get(2));
      int size = 3 * width;
      var steps = List.of(0, 1, 2, 3, 4);
      var different = steps.stream().map(t -> Arrays.toString(part(values.get(0), t, size)));
      assertTrue(different.distinct().count() > (width == 1 ? 1 : 4), "steps differ");
    }
  }

  @Test
  void eachUseOfOneObjectHasMasksOfItsOwn() {
    try (var test = new TestGraph()) {
      var mask = DropoutMask.named("x");
      var own = cell(test);
      var x = ones(test, 3, 4, 8);
      var rows = ones(test, 12, 8);
      var values =
          test.values(
              List.of(
                  unrolled(mask, own, ones(test, 4, 8), 3),
                  looped(mask, own, x),
                  looped(mask, own, x),
                  mask.dropAll(own, HALF, rows),
                  unrolled(mask, own, ones(test, 4, 8), 3)));
      var steps = new ArrayList<String>();
      for (var value : values) {
        for (int t = 0; t < 3; t++) {
          steps.add(Arrays.toString(part(value, t, 32)));
        }
      }
      assertEquals(15, steps.stream().distinct().count());
    }
  }

  @Test
  void stepsOfNestedLoopsHaveMasksOfTheirOwn() {
    try (var test = new TestGraph()) {
      var mask = DropoutMask.named("x");
      var own = cell(test);
      var tf = test.tf();
      var x = ones(test, 4, 2, 16);
      var all =
          Scan.carrying(tf, DOUBLES, tf.constant(0.0))
              .steps(tf.constant(3))
              .run(
                  DOUBLES,
                  (body, carry, none) ->
                      new Scan.Next<>(carry, looped(mask, own.withOps(body.tf()), x)))
              .outputs();
      var values = test.value(all);
      var steps = new ArrayList<String>();
      for (int t = 0; t < 12; t++) {
        steps.add(Arrays.toString(part(values, t, 32)));
      }
      assertEquals(12, steps.stream().distinct().count());
    }
  }

  @ParameterizedTest(name = "recompute {0}")
  @ValueSource(booleans = {false, true})
  void theGradientOfALoopHasTheMasksOfTheLoop(boolean recompute) {
    try (var test = new TestGraph()) {
      var x = ones(test, 5, 3, 6);
      var y = looped(DropoutMask.named("x"), cell(test), x, recompute);
      var sum = test.tf().sum(y, test.tf().constant(new int[] {0, 1, 2}));
      var values = test.values(List.of(y, Gradients.of(sum, List.of(x)).get(0)));
      assertArrayEquals(values.get(0), values.get(1));
      assertEquals(2, Arrays.stream(values.get(0)).distinct().count());

      var types = new ArrayList<String>();
      test.graph().operations().forEachRemaining(op -> types.add(op.type()));
      assertTrue(types.contains("StatelessWhile") && !types.contains("While"), "types " + types);
    }
  }

  @Test
  void oneMaskServesAllRowsAndStepsWhereAsked() {
    try (var test = new TestGraph()) {
      var mask = DropoutMask.named("x");
      var own = cell(test);
      var tf = test.tf();
      var outputs =
          Scan.carrying(tf, DOUBLES, tf.constant(0.0))
              .over(DOUBLES, ones(test, 4, 3, 9))
              .run(
                  DOUBLES,
                  (body, carry, xt) ->
                      new Scan.Next<>(carry, mask.dropAlike(own.withOps(body.tf()), HALF, xt)))
              .outputs();
      var unrolled = mask.dropAlike(own, HALF, ones(test, 3, 9));
      var values = test.values(List.of(outputs, unrolled));
      var row = part(values.get(0), 0, 9);
      for (int i = 0; i < 12; i++) {
        assertArrayEquals(row, part(values.get(0), i, 9));
      }
      assertArrayEquals(row, part(values.get(1), 2, 9));
      assertEquals(2, Arrays.stream(row).distinct().count());
      assertDifferent(row, part(test.value(unrolled), 0, 9));
    }
  }

  @Test
  void tensorsOfMoreDimensionsAreDroppedElementByElement() {
    try (var test = new TestGraph()) {
      var own = cell(test);
      var y = DropoutMask.named("x").drop(own, HALF, ones(test, 4, 3, 5));
      var alike = DropoutMask.named("x").dropAlike(own, HALF, ones(test, 4, 3, 5));
      assertEquals(Shape.of(4, 3, 5), test.shapeOf(y));
      assertEquals(Shape.of(4, 3, 5), test.shapeOf(alike));
      assertDifferent(part(test.value(y), 0, 15), part(test.value(y), 1, 15));
    }
  }

  @Test
  void allTypesHaveTheSameMasks() {
    try (var test = new TestGraph()) {
      var x = ones(test, 4, 6);
      var narrow = test.tf().dtypes.cast(x, TBfloat16.class);
      var values =
          test.values(
              List.of(
                  DropoutMask.named("x").drop(cell(test), HALF, x),
                  DropoutMask.named("x").drop(cell(test), HALF, narrow)));
      assertArrayEquals(values.get(0), values.get(1));
    }
  }

  @Test
  void aGraphDrawsOneNumberInARun() {
    try (var test = new TestGraph()) {
      var x = ones(test, 4, 6);
      DropoutMask.named("x").drop(cell(test), HALF, x);
      looped(DropoutMask.named("y"), cell(test), ones(test, 2, 4, 6));
      var draws = new ArrayList<String>();
      test.graph()
          .operations()
          .forEachRemaining(
              op -> {
                if (op.type().equals("RandomUniformInt")) {
                  draws.add(op.name());
                }
              });
      assertEquals(List.of("tfrnn/run_seed"), draws);
    }
  }

  /** A loaded graph goes on with the number of the graph that was saved. */
  @Test
  void aGraphThatWasLoadedKeepsItsNumber() {
    try (var test = new TestGraph();
        var other = new TestGraph()) {
      var x = test.tf().constant(new double[][] {{1, 1, 1, 1, 1, 1, 1, 1}});
      var y = DropoutMask.named("x").drop(cell(test), HALF, x);
      other.graph().importGraphDef(test.graph().toGraphDef());
      var z =
          DropoutMask.named("x")
              .drop(
                  cell(other),
                  HALF,
                  other.tf().constant(new double[][] {new double[] {1, 1, 1, 1, 1, 1, 1, 1}}));
      assertArrayEquals(test.value(y), other.value(z));
    }
  }

  @Test
  void refusesWhatIsNoProbability() {
    assertEquals(
        "cell: keep must be between 0 and 1, got 1.5",
        Refusals.argument(() -> KeepProbability.of("cell", "keep", 1.5)));
    assertEquals(
        "cell: keep must be between 0 and 1, got NaN",
        Refusals.argument(() -> KeepProbability.of("cell", "keep", Double.NaN)));
    try (var test = new TestGraph();
        var other = new TestGraph()) {
      assertEquals(
          "cell: keep must be a scalar, got shape [2]",
          Refusals.argument(
              () -> KeepProbability.of("cell", "keep", test.tf().constant(new float[] {1, 1}))));
      var elsewhere = KeepProbability.of("cell", "keep", other.tf().constant(0.5f));
      assertEquals(
          "cell: keep must belong to the graph of the scope, outside of any loop, got Const of"
              + " another graph",
          Refusals.argument(
              () -> DropoutMask.named("x").drop(cell(test), elsewhere, ones(test, 1, 2))));
    }
  }

  @Test
  void refusesUnknownSizesAfterTheBatch() {
    try (var test = new TestGraph()) {
      Ops tf = test.tf();
      var x = tf.placeholder(TFloat64.class, Placeholder.shape(Shape.of(2, -1)));
      assertEquals(
          "cell: x must have shape [batch, depth...] with known depths, got [2, ?]",
          Refusals.argument(() -> DropoutMask.named("x").drop(cell(test), HALF, x)));
    }
  }

  @Test
  void masksOfTwoSessionsOfOneGraphAreTheSame() {
    try (var test = new TestGraph()) {
      var x = test.tf().constant(new double[][] {{1, 1, 1, 1, 1, 1, 1, 1}});
      var y = DropoutMask.named("x").drop(cell(test), HALF, x);
      try (var session = new Session(test.graph());
          var result = session.runner().fetch(y).run()) {
        assertArrayEquals(test.value(y), TestGraph.elements(result.get(0)));
      }
    }
  }
}
