package io.github.tfrnn.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.testing.FiniteDifferences;
import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.EagerSession;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/** {@link Gradients}: what it returns, what it passes, and what it refuses before native code. */
class GradientsTest {
  private static final double TOLERANCE = 1e-7;

  private final TestGraph test = new TestGraph();
  private final Ops tf = test.tf();

  @AfterEach
  void close() {
    test.close();
  }

  private Operand<TFloat64> vector(double... values) {
    return test.feed64(Shape.of(-1), Shape.of(values.length), values);
  }

  private double[] gradient(Operand<?> loss, Operand<?> x) {
    return test.value(Gradients.of(loss, List.of(x)).get(0));
  }

  private static String refused(Operand<?> loss, Operand<?>... xs) {
    return Refusals.argument(() -> Gradients.of(loss, List.of(xs)));
  }

  @Test
  void eachXGetsItsOwnGradient() {
    var w = test.random64(Shape.of(2, 3), Shape.of(2, 3));
    var x = test.random64(Shape.of(-1, 2), Shape.of(4, 2));
    var loss = test.weigh(tf.math.tanh(tf.linalg.matMul(x, w)), 0.3);
    var gradients = test.values(Gradients.of(loss, List.of(w, x)));
    for (int i = 0; i < 6; i++) {
      assertEquals(FiniteDifferences.slope(test, loss, w, i), gradients.get(0)[i], TOLERANCE);
    }
    for (int i = 0; i < 8; i++) {
      assertEquals(FiniteDifferences.slope(test, loss, x, i), gradients.get(1)[i], TOLERANCE);
    }
  }

  @Test
  void anXThatTheLossDoesNotDependOnGetsZeros() {
    var x = vector(1, 2, 3);
    var other = vector(4, 5);
    var gradients = test.values(Gradients.of(tf.math.square(x), List.of(other, x)));
    assertArrayEquals(new double[] {0, 0}, gradients.get(0));
    assertArrayEquals(new double[] {2, 4, 6}, gradients.get(1));
  }

  @Test
  void noXGivesNoGradient() {
    assertEquals(List.of(), Gradients.of(vector(1), List.of()));
  }

  @Test
  void reachTellsWhichGradientsAreZerosOnly() {
    var x = vector(1);
    var stopped = vector(2);
    var counted = vector(3);
    var other = vector(4);
    var size = tf.dtypes.cast(tf.size(counted), TFloat64.class);
    var loss =
        tf.math.add(tf.math.mul(x, size), tf.math.floor(tf.stopGradient(tf.math.square(stopped))));
    assertEquals(
        List.of(true, false, false, false, true),
        Gradients.reach(loss, List.of(x, stopped, counted, other, loss)));
  }

  @Test
  void aLossOfManyElementsCountsAsTheirSum() {
    var x = vector(1, 2);
    var both = tf.stack(List.of(tf.math.square(x), x));
    assertArrayEquals(new double[] {3, 5}, gradient(both, x));
  }

  @Test
  void theSeedWeighsTheElementsOfTheLoss() {
    var x = vector(1, 2);
    var gradients = Gradients.of(tf.math.square(x), List.of(x), vector(10, 100));
    assertArrayEquals(new double[] {20, 400}, test.value(gradients.get(0)));
  }

  @Test
  void aSeedOfAnotherShapeIsRefused() {
    var x = test.feed64(Shape.of(2), Shape.of(2), 1, 2);
    var seed = tf.constant(new double[] {1, 2, 3});
    assertEquals(
        "gradients: seed must have the type and shape of the loss, DT_DOUBLE[2] 'Placeholder', got"
            + " DT_DOUBLE[3] 'Const'",
        Refusals.argument(() -> Gradients.of(x, List.of(x), seed)));
  }

  @Test
  void aSeedOfAnotherGraphIsRefused() {
    try (var second = new TestGraph()) {
      var x = vector(1);
      var seed = second.tf().constant(new double[] {1});
      assertEquals(
          "gradients: seed must belong to the graph of the loss, got DT_DOUBLE[1] 'Const' of"
              + " another graph",
          Refusals.argument(() -> Gradients.of(x, List.of(x), seed)));
    }
  }

  @Test
  void theSameXTwiceGetsItsGradientTwice() {
    var x = vector(3);
    var gradients = Gradients.of(tf.math.square(x), List.of(x, x));
    assertArrayEquals(new double[] {6}, test.value(gradients.get(0)));
    assertSame(gradients.get(0), gradients.get(1));
  }

  @Test
  void theLossChangesWithItselfByOne() {
    var loss = tf.math.square(vector(3));
    assertArrayEquals(new double[] {1}, gradient(loss, loss));
  }

  @Test
  void allReadsOfAVariableCountForItsValue() {
    var value = test.scope().variable("w", Shape.of(1), TFloat64.class, Initializers.constant(3));
    var reference = test.graph().operation("w").<TFloat64>output(0);
    var loss = tf.math.mul(value, tf.identity(reference));
    assertArrayEquals(new double[] {6}, gradient(loss, value));
  }

  @Test
  void aSecondGradientIsTheGradientOfTheFirst() {
    var x = vector(0.5, -0.25);
    var first = Gradients.of(tf.math.pow(x, tf.constant(3.0)), List.of(x)).get(0);
    assertArrayEquals(new double[] {3, -1.5}, gradient(first, x), TOLERANCE);
  }

  @Test
  void anOpWithoutGradientIsNamed() {
    var x = vector(1, 2);
    var product = tf.withName("products").math.cumprod(tf.math.square(x), tf.constant(0));
    assertEquals(
        "gradients: loss must depend on xs only through ops that have a gradient, got Cumprod"
            + " 'products'. Replace it, or cut it off with tf.stopGradient.",
        refused(tf.math.neg(product), x));
  }

  @Test
  void theOpNearestToTheLossIsNamed() {
    var x = vector(1, 2);
    var far = tf.withName("far").math.cumprod(x, tf.constant(0));
    var near = tf.withName("near").math.cumprod(tf.math.square(far), tf.constant(0));
    assertTrue(refused(tf.math.square(near), x).contains("got Cumprod 'near'"));
  }

  @Test
  void anOpWithoutGradientElsewhereDoesNotMatter() {
    var x = vector(3, 4);
    var y = vector(5, 6);
    var loss = tf.math.mul(x, tf.math.cumprod(y, tf.constant(0)));
    assertArrayEquals(new double[] {5, 30}, gradient(loss, x));
  }

  @Test
  void anOpWithoutGradientMayBeCutOff() {
    var x = vector(3, 4);
    var loss = tf.math.mul(x, tf.stopGradient(tf.math.cumprod(x, tf.constant(0))));
    assertArrayEquals(new double[] {3, 12}, gradient(loss, x));
  }

  @Test
  void aGraphIsUsableAfterARefusal() {
    var x = vector(3);
    refused(tf.math.cumprod(x, tf.constant(0)), x);
    assertArrayEquals(new double[] {6}, gradient(tf.math.square(x), x));
  }

  @Test
  void noiseOfTheShapeOfXPassesItsGradient() {
    var x = vector(3, 4);
    var noise = tf.random.randomStandardNormal(tf.shape(x), TFloat64.class);
    assertArrayEquals(new double[] {1, 1}, gradient(tf.math.add(x, noise), x));
  }

  @Test
  void labelsMadeFromXPassNoGradient() {
    var x = test.feed64(Shape.of(1, 2), Shape.of(1, 2), 0, Math.log(3));
    var labels = tf.math.argMax(x, tf.constant(1));
    var loss = tf.nn.sparseSoftmaxCrossEntropyWithLogits(x, labels).loss();
    assertArrayEquals(new double[] {0.25, -0.25}, gradient(loss, x), TOLERANCE);
  }

  @Test
  void anOpThatIsFlatForIntegersIsStillRefusedForFloats() {
    var x = vector(2, 3);
    var sizes = tf.math.cumprod(tf.shape(x), tf.constant(0));
    var loss = tf.math.add(x, tf.random.randomStandardNormal(sizes, TFloat64.class));
    assertArrayEquals(new double[] {1, 1}, gradient(loss, x));
    assertTrue(refused(tf.math.cumprod(x, tf.constant(0)), x).contains("got Cumprod"));
  }

  @Test
  void aGradientThatTensorFlowHasForAnotherTypeIsRefused() {
    var x = test.feed64(Shape.of(1, 2), Shape.of(1, 2), 1, 2);
    var labels = tf.constant(new double[][] {{0, 1}});
    var loss = tf.withName("ce").nn.softmaxCrossEntropyWithLogits(x, labels).loss();
    assertEquals(
        "gradients: loss must depend on xs only through ops that have a gradient for their type,"
            + " got SoftmaxCrossEntropyWithLogits 'ce'. TensorFlow has it for DT_FLOAT only. Use"
            + " SparseSoftmaxCrossEntropyWithLogits, or -sum(labels * logSoftmax(logits)).",
        refused(loss, x));
  }

  @Test
  void whatNativeCodeStillRefusesIsPassedOn() {
    var x = vector(1, 2);
    var axesOfLong = tf.constant(new long[] {0});
    var message = refused(tf.withName("total").sum(x, axesOfLong), x);
    assertTrue(
        message.startsWith(
            "gradients: loss must be differentiable, got DT_DOUBLE[] 'total' and this error of"
                + " TensorFlow: "),
        message);
  }

  @Test
  void anIntegerLossIsRefused() {
    var n = test.feedInts(1, 2);
    assertEquals(
        "gradients: loss must be floating point, got DT_INT32[?] 'Placeholder'", refused(n, n));
  }

  @Test
  void anIntegerXIsRefused() {
    var x = vector(1);
    Operand<TInt32> n = tf.withName("n").constant(3);
    assertEquals("gradients: xs[1] must be floating point, got DT_INT32[] 'n'", refused(x, x, n));
  }

  @Test
  void anXOfAnotherGraphIsRefused() {
    try (var second = new TestGraph()) {
      var x = second.feed64(Shape.of(1), Shape.of(1), 1);
      assertEquals(
          "gradients: xs[0] must belong to the graph of the loss, got DT_DOUBLE[1] 'Placeholder'"
              + " of another graph",
          refused(vector(1), x));
    }
  }

  @Test
  void anEagerLossIsRefused() {
    try (var session = EagerSession.create()) {
      var x = Ops.create(session).constant(1f);
      assertEquals(
          "gradients: loss must belong to a graph, got an eager value. Build it with"
              + " Ops.create(new Graph()).",
          refused(x, x));
    }
  }
}
