package io.github.tfrnn.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.testing.TestGraph;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/** What a loop computes, and what it refuses. */
class ScanTest {
  private static final Structure<Operand<TFloat64>> DOUBLES = Structure.tensor();

  /** Adds up what comes in. */
  private static Scan.Next<Operand<TFloat64>, Operand<TFloat64>> sum(
      Scan.Body body, Operand<TFloat64> sum, Operand<TFloat64> x) {
    Operand<TFloat64> next = body.tf().math.add(sum, x);
    return new Scan.Next<>(next, next);
  }

  private static Operand<TFloat64> sequence(TestGraph test) {
    return test.feed64(Shape.of(-1, 1), Shape.of(4, 1), 1, 2, 4, 8);
  }

  private static Operand<TFloat64> zero(TestGraph test) {
    return test.tf().constant(new double[] {0});
  }

  @Test
  void stepsRunInOrder() {
    try (var test = new TestGraph()) {
      var sums =
          Scan.carrying(test.tf(), DOUBLES, zero(test))
              .over(DOUBLES, sequence(test))
              .run(DOUBLES, ScanTest::sum);
      assertArrayEquals(new double[] {1, 3, 7, 15}, test.value(sums.outputs()));
      assertArrayEquals(new double[] {15}, test.value(sums.carry()));
      assertArrayEquals(new double[] {4}, test.value(sums.steps()));
    }
  }

  @Test
  void stepsRunBackwardsInReverse() {
    try (var test = new TestGraph()) {
      var sums =
          Scan.carrying(test.tf(), DOUBLES, zero(test))
              .over(DOUBLES, sequence(test))
              .reverse()
              .run(DOUBLES, ScanTest::sum);
      assertArrayEquals(new double[] {15, 14, 12, 8}, test.value(sums.outputs()));
    }
  }

  @Test
  void outputsAreZeroWhereNoStepRan() {
    try (var test = new TestGraph()) {
      var sums =
          Scan.carrying(test.tf(), DOUBLES, zero(test))
              .over(DOUBLES, sequence(test))
              .steps(test.feedInt(2))
              .run(DOUBLES, ScanTest::sum);
      assertArrayEquals(new double[] {1, 3, 0, 0}, test.value(sums.outputs()));
      assertArrayEquals(new double[] {3}, test.value(sums.carry()));
    }
  }

  @Test
  void zeroStepsLeaveTheCarryAndGiveAnEmptySequence() {
    try (var test = new TestGraph()) {
      var none = test.feed64(Shape.of(-1, -1, 2), Shape.of(0, 3, 2));
      var state = test.feed64(Shape.of(-1, 2), Shape.of(3, 2), 1, 2, 3, 4, 5, 6);
      var sums =
          Scan.carrying(test.tf(), DOUBLES, state).over(DOUBLES, none).run(DOUBLES, ScanTest::sum);
      assertEquals(Shape.of(0, 3, 2), test.shapeOf(sums.outputs()));
      assertArrayEquals(new double[] {1, 2, 3, 4, 5, 6}, test.value(sums.carry()));
    }
  }

  @Test
  void theStepKnowsItsPosition() {
    try (var test = new TestGraph()) {
      var result =
          Scan.carrying(test.tf(), Structure.none(), List.of())
              .steps(test.feedInt(3))
              .run(
                  Structure.<TInt32>tensor(),
                  (body, none, nothing) -> new Scan.Next<>(none, body.position()));
      assertArrayEquals(new double[] {0, 1, 2}, test.value(result.outputs()));
    }
  }

  @Test
  void theLoopEndsAfterTheStepThatSaysSo() {
    try (var test = new TestGraph()) {
      var sums =
          Scan.carrying(test.tf(), DOUBLES, zero(test))
              .over(DOUBLES, sequence(test))
              .run(
                  DOUBLES,
                  (body, sum, x) -> {
                    Operand<TFloat64> next = body.tf().math.add(sum, x);
                    var small = body.tf().math.less(next, body.tf().constant(new double[] {3}));
                    Operand<TBool> more = body.tf().reshape(small, body.tf().constant(new int[0]));
                    return new Scan.Next<>(next, next).whileTrue(more);
                  });
      assertArrayEquals(new double[] {1, 3, 0, 0}, test.value(sums.outputs()));
      assertArrayEquals(new double[] {2}, test.value(sums.steps()));
      var loss = test.tf().sum(sums.outputs(), test.tf().constant(new int[] {0, 1}));
      var x = test.graph().addGradients(loss.asOutput(), new Output<?>[] {});
      assertEquals(0, x.length);
    }
  }

  @Test
  void theGradientOfAStoppedLoopSeesOnlyTheStepsThatRan() {
    try (var test = new TestGraph()) {
      var x = sequence(test);
      var sums =
          Scan.carrying(test.tf(), DOUBLES, zero(test))
              .over(DOUBLES, x)
              .run(
                  DOUBLES,
                  (body, sum, xt) -> {
                    var tf = body.tf();
                    Operand<TFloat64> next = tf.math.add(sum, tf.math.square(xt));
                    return new Scan.Next<>(next, next)
                        .whileTrue(tf.math.less(body.position(), tf.constant(1)));
                  });
      var gradient =
          test.graph()
              .addGradients(
                  test.tf().sum(sums.carry(), test.tf().constant(0)).asOutput(),
                  new Output<?>[] {x.asOutput()})[0];
      assertArrayEquals(new double[] {2, 4, 0, 0}, test.value(gradient));
    }
  }

  @Test
  void staticShapesAreRestored() {
    try (var test = new TestGraph()) {
      var tf = test.tf();
      var state = test.feed64(Shape.of(-1, 2), Shape.of(3, 2), 1, 2, 3, 4, 5, 6);
      var fixed = test.random64(Shape.of(5, -1, 2), Shape.of(5, 3, 2));
      var open = test.random64(Shape.of(-1, -1, 2), Shape.of(4, 3, 2));
      var first =
          Scan.carrying(tf, DOUBLES, state).over(DOUBLES, fixed).run(DOUBLES, ScanTest::sum);
      var second =
          Scan.carrying(tf, DOUBLES, state).over(DOUBLES, open).run(DOUBLES, ScanTest::sum);
      assertEquals("[5, ?, 2]", Shapes.text(first.outputs().shape()));
      assertEquals("[?, ?, 2]", Shapes.text(second.outputs().shape()));
      assertEquals("[?, 2]", Shapes.text(second.carry().shape()));
    }
  }

  @Test
  void twoBatchSizesAndLengthsRunOnOneGraph() {
    try (var test = new TestGraph()) {
      var tf = test.tf();
      var state = test.feed64(Shape.of(-1, 1), Shape.of(1, 1), 1);
      var x = test.feed64(Shape.of(-1, -1, 1), Shape.of(2, 1, 1), 1, 2);
      var sums = Scan.carrying(tf, DOUBLES, state).over(DOUBLES, x).run(DOUBLES, ScanTest::sum);
      assertArrayEquals(new double[] {2, 4}, test.value(sums.outputs()));
      test.refeed(state, TFloat64.tensorOf(Shape.of(2, 1)));
      test.refeed(x, TFloat64.tensorOf(Shape.of(3, 2, 1)));
      assertEquals(Shape.of(3, 2, 1), test.shapeOf(sums.outputs()));
    }
  }

  @Test
  void variablesOfTheScopeEnterTheLoopAndTrain() {
    try (var test = new TestGraph()) {
      var scope = test.scope().withInitializer(Initializers.constant(3));
      var result =
          Scan.carrying(test.tf(), DOUBLES, zero(test))
              .over(DOUBLES, sequence(test))
              .run(
                  DOUBLES,
                  (body, sum, x) -> {
                    var inside = scope.withOps(body.tf());
                    var gain = inside.variable("gain", Shape.scalar(), TFloat64.class);
                    Operand<TFloat64> next = body.tf().math.add(sum, body.tf().math.mul(gain, x));
                    return new Scan.Next<>(next, next);
                  });
      assertArrayEquals(new double[] {45}, test.value(result.carry()));
      var gain = scope.trainableVariables().get(0);
      assertEquals("gain", gain.name());
      var gradient =
          test.graph()
              .addGradients(
                  test.tf().sum(result.carry(), test.tf().constant(0)).asOutput(),
                  new Output<?>[] {gain.value().asOutput()})[0];
      assertArrayEquals(new double[] {15}, test.value(gradient));
    }
  }

  @Test
  void aStatefulRandomOpIsNotDrawnAgainByTheGradient() {
    try (var test = new TestGraph()) {
      var weight = test.feed64(Shape.scalar(), Shape.scalar(), 1.5);
      var one = test.tf().constant(new double[] {1, 1, 1});
      var result =
          Scan.carrying(test.tf(), DOUBLES, one)
              .steps(test.tf().constant(4))
              .options(ScanOptions::recomputing)
              .run(
                  Structure.none(),
                  (body, h, nothing) -> {
                    var tf = body.tf();
                    Operand<TFloat64> noise =
                        tf.random.randomUniform(tf.constant(new int[] {3}), TFloat64.class);
                    Operand<TFloat64> next = tf.math.mul(tf.math.mul(h, noise), weight);
                    return new Scan.Next<>(next, List.of());
                  });
      var loss = test.tf().sum(result.carry(), test.tf().constant(0));
      var gradient =
          test.graph().addGradients(loss.asOutput(), new Output<?>[] {weight.asOutput()})[0];
      var values = test.values(List.of(loss, gradient));
      // h = w^4 times the noise, so dh/dw = 4 h / w whatever was drawn.
      assertEquals(4 * values.get(0)[0] / 1.5, values.get(1)[0], 1e-12);
    }
  }

  @Test
  void equalLoopsShareTheirFunctions() {
    try (var test = new TestGraph()) {
      var x = sequence(test);
      for (int i = 0; i < 2; i++) {
        Scan.carrying(test.tf(), DOUBLES, zero(test)).over(DOUBLES, x).run(DOUBLES, ScanTest::sum);
      }
      // Condition and body, forwards and backwards.
      assertEquals(4, test.graph().toGraphDef().getLibrary().getFunctionCount());
    }
  }

  @Test
  void aCarryThatChangesItsShapeIsRefusedWithBothShapes() {
    try (var test = new TestGraph()) {
      var state = test.random64(Shape.of(-1, 2), Shape.of(3, 2));
      var named = Structure.<TFloat64>tensor(Leaf.of("memory", TFloat64.class, Shape.of(2)));
      var scan = Scan.carrying(test.tf(), named, state).steps(test.tf().constant(2)).named("rnn");
      var e =
          assertThrows(
              IllegalArgumentException.class,
              () ->
                  scan.run(
                      Structure.none(),
                      (body, h, nothing) ->
                          new Scan.Next<>(
                              body.tf().concat(List.of(h, h), body.tf().constant(1)), List.of())));
      assertEquals(
          "rnn: carry part memory must keep its type and shape, got double [?, 2] before the step"
              + " and double [?, 4] after it",
          e.getMessage());
    }
  }

  @Test
  void theReferenceOfAVariableIsRefused() {
    try (var test = new TestGraph()) {
      var variable = test.tf().variable(Shape.of(1), TFloat64.class);
      var scan = Scan.carrying(test.tf(), DOUBLES, zero(test)).steps(test.tf().constant(2));
      var e =
          assertThrows(
              IllegalArgumentException.class,
              () ->
                  scan.run(
                      Structure.none(),
                      (body, h, nothing) ->
                          new Scan.Next<>(body.tf().math.mul(h, variable), List.of())));
      assertTrue(e.getMessage().contains("must be a value, got the reference of a variable"));
    }
  }

  @Test
  void aValueOfAnotherGraphIsRefused() {
    try (var test = new TestGraph();
        var other = new Graph()) {
      var stranger = Ops.create(other).constant(new double[] {1});
      var scan = Scan.carrying(test.tf(), DOUBLES, zero(test)).steps(test.tf().constant(2));
      var e =
          assertThrows(
              IllegalArgumentException.class,
              () ->
                  scan.run(
                      Structure.none(),
                      (body, h, nothing) ->
                          new Scan.Next<>(body.tf().math.mul(h, stranger), List.of())));
      assertTrue(e.getMessage().contains("got a value of another graph"));
    }
  }

  @Test
  void anEagerEnvironmentIsRefused() {
    var eager = Ops.create();
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Scan.carrying(eager, Structure.none(), List.of()));
    assertEquals(
        "scan: tf must build a graph, got an eager environment. Make it with Ops.create(new"
            + " Graph()).",
        e.getMessage());
  }

  @Test
  void aLoopWithNeitherInputsNorStepsIsRefused() {
    try (var test = new TestGraph()) {
      var scan = Scan.carrying(test.tf(), DOUBLES, zero(test));
      var e =
          assertThrows(
              IllegalArgumentException.class,
              () -> scan.run(Structure.none(), (body, h, x) -> new Scan.Next<>(h, List.of())));
      assertEquals(
          "scan: steps must be given for a loop without inputs, got none. Or end the loop with"
              + " Next.whileTrue.",
          e.getMessage());
    }
  }

  @Test
  void inputsOfTwoLengthsAreRefused() {
    try (var test = new TestGraph()) {
      var two = test.random64(Shape.of(2, 1), Shape.of(2, 1));
      var three = test.random64(Shape.of(3, 1), Shape.of(3, 1));
      var scan =
          Scan.carrying(test.tf(), DOUBLES, zero(test))
              .over(Structure.list(2), List.of(two, three));
      var e =
          assertThrows(
              IllegalArgumentException.class,
              () -> scan.run(Structure.none(), (body, h, x) -> new Scan.Next<>(h, List.of())));
      assertEquals("scan: input 1 must have as many steps as the others, 2, got 3", e.getMessage());
    }
  }

  @Test
  void aReverseLoopThatStopsEarlyIsRefused() {
    try (var test = new TestGraph()) {
      var scan =
          Scan.carrying(test.tf(), DOUBLES, zero(test)).steps(test.tf().constant(2)).reverse();
      var e =
          assertThrows(
              IllegalArgumentException.class,
              () ->
                  scan.run(
                      Structure.none(),
                      (body, h, x) ->
                          new Scan.Next<>(h, List.<Operand<?>>of())
                              .whileTrue(body.tf().constant(true))));
      assertTrue(e.getMessage().contains("must run forwards, got a loop in reverse"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 3})
  void gradientOrdersThatDoNotExistAreRefused(int order) {
    var e =
        assertThrows(
            IllegalArgumentException.class, () -> ScanOptions.defaults().withGradientOrder(order));
    assertTrue(e.getMessage().startsWith("scan: gradientOrder must be 0, 1 or 2, got " + order));
  }

  @Test
  void aStepWithoutAGradientStillRunsForwards() {
    try (var test = new TestGraph()) {
      var x = test.feed32(Shape.of(-1, 1), Shape.of(2, 1), 5, 4);
      Structure<Operand<TFloat32>> floats = Structure.tensor();
      var result =
          Scan.carrying(test.tf(), floats, test.tf().constant(new float[] {0}))
              .over(floats, x)
              .run(
                  floats,
                  (body, h, xt) -> {
                    Operand<TFloat32> next = body.tf().math.cumprod(xt, body.tf().constant(0));
                    return new Scan.Next<>(next, next);
                  });
      assertArrayEquals(new double[] {5, 4}, test.value(result.outputs()));
    }
  }

  @Test
  void theThirdGradientIsRefusedByName() {
    try (var test = new TestGraph()) {
      var x = sequence(test);
      var result =
          Scan.carrying(test.tf(), DOUBLES, zero(test))
              .over(DOUBLES, x)
              .options(options -> options.withGradientOrder(2))
              .run(
                  DOUBLES,
                  (body, h, xt) -> {
                    Operand<TFloat64> next = body.tf().math.tanh(body.tf().math.mul(h, xt));
                    next = body.tf().math.add(next, xt);
                    return new Scan.Next<>(next, next);
                  });
      Operand<?> y = result.carry();
      for (int i = 0; i < 2; i++) {
        y = test.graph().addGradients(y.asOutput(), new Output<?>[] {x.asOutput()})[0];
      }
      var second = y;
      var e =
          assertThrows(
              RuntimeException.class,
              () -> test.graph().addGradients(second.asOutput(), new Output<?>[] {x.asOutput()}));
      assertTrue(e.getMessage().contains("third order is not available"), () -> e.getMessage());
      assertTrue(e instanceof IllegalStateException || e instanceof TensorFlowException);
    }
  }

  /** Outputs of two unknown sizes, of which only one is that of the rows. */
  private static Operand<TFloat64> pairs(TestGraph test, Operand<TFloat64> x, int shapes) {
    var tf = test.tf();
    var said = tf.shape(x); // [steps, k, rows]
    var ofStep = tf.slice(said, tf.constant(new int[] {1}), tf.constant(new int[] {2}));
    return Scan.carrying(tf, DOUBLES, zero(test))
        .named("pairs")
        .over(DOUBLES, x)
        .options(ScanOptions::withIndependentRows)
        .outputShapes(Collections.nCopies(shapes, ofStep))
        .run(DOUBLES, (body, sum, xt) -> new Scan.Next<>(sum, body.tf().math.square(xt)))
        .outputs();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void outputsHaveTheShapesThatAreSaidAlsoWhereNoStepRuns(int steps) {
    try (var test = new TestGraph()) {
      var fed = Shape.of(steps, 3, 5);
      var outputs = pairs(test, test.random64(Shape.of(-1, -1, -1), fed), 1);
      assertEquals(fed, test.shapeOf(outputs));
    }
  }

  @Test
  void thereIsAShapeForEachOutputOrNone() {
    try (var test = new TestGraph()) {
      var x = test.random64(Shape.of(-1, -1, -1), Shape.of(2, 3, 5));
      var e = assertThrows(IllegalArgumentException.class, () -> pairs(test, x, 2));
      assertEquals(
          "pairs: outputShapes must be one for each of 1 outputs, got 2. A scalar -1 stands for one"
              + " that need not be said.",
          e.getMessage());
    }
  }
}
