package io.github.tfrnn.ops;

import static io.github.tfrnn.testing.Refusals.argument;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/** Pieces of a graph that XLA compiles come to what they are without it. */
class XlaTest {
  private static final double TOLERANCE = 1e-9;
  private static final Shape SQUARE = Shape.of(2, 2);

  /** {@code (tanh(x w) * scale, number of rows, max(w, 0))}, where the last does not see x. */
  private static List<Operand<?>> layer(
      Ops tf, Operand<TFloat64> x, Operand<TFloat64> w, Operand<TInt32> scale) {
    var scaled = tf.dtypes.cast(scale, TFloat64.class);
    return List.of(
        tf.math.mul(tf.math.tanh(tf.linalg.matMul(x, w)), scaled),
        tf.math.add(scale, tf.constant(1)),
        tf.nn.relu(w));
  }

  private static Operand<TFloat64> loss(TestGraph test, List<Operand<?>> results) {
    var terms = new ArrayList<Operand<TFloat64>>();
    for (int i : new int[] {0, 2}) {
      @SuppressWarnings("unchecked") // those two are
      var part = (Operand<TFloat64>) results.get(i);
      terms.add(test.weigh(part, i));
    }
    return test.total(terms);
  }

  @Test
  void valuesAndGradientsAreThoseOfPlainOps() {
    try (var test = new TestGraph()) {
      var x = test.random64(Shape.of(3, 2), Shape.of(3, 2));
      var w = test.random64(SQUARE, SQUARE);
      var scale = test.feedInt(2);
      var plain = layer(test.tf(), x, w, scale);
      var compiled =
          Xla.compile(test.tf(), "layer", Structure.list(3), tf -> layer(tf, x, w, scale));
      var xs = List.of(x, w);
      var fetches = new ArrayList<Operand<?>>();
      for (var results : List.of(plain, compiled)) {
        fetches.addAll(results);
        fetches.addAll(Gradients.of(loss(test, results), xs));
      }
      assertHalvesAreEqual(test, fetches);
      assertEquals(Shape.of(3, 2), compiled.get(0).shape());
    }
  }

  private static void assertHalvesAreEqual(TestGraph test, List<Operand<?>> fetches) {
    var numbers = test.values(fetches);
    int half = numbers.size() / 2;
    for (int i = 0; i < half; i++) {
      assertArrayEquals(numbers.get(i), numbers.get(half + i), TOLERANCE, "tensor " + i);
      assertTrue(IntStream.range(0, numbers.get(i).length).anyMatch(any -> true), "empty " + i);
    }
  }

  /** Carries {@code h' = tanh(h w + x[t])}; the step may be compiled. */
  private static Operand<TFloat64> loop(
      Ops tf, Operand<TFloat64> x, Operand<TFloat64> w, boolean compiledStep) {
    var zero = tf.zeros(tf.constant(new int[] {2, 2}), TFloat64.class);
    return Scan.carrying(tf, Structure.<TFloat64>tensor(), zero)
        .over(Structure.<TFloat64>tensor(), x)
        .run(
            Structure.<TFloat64>tensor(),
            (body, h, xt) -> {
              var next =
                  compiledStep
                      ? Xla.compile(
                          body.tf(),
                          "step",
                          Structure.<TFloat64>tensor(),
                          inner -> step(inner, h, w, xt))
                      : step(body.tf(), h, w, xt);
              return new Scan.Next<>(next, next);
            })
        .outputs();
  }

  private static Operand<TFloat64> step(
      Ops tf, Operand<TFloat64> h, Operand<TFloat64> w, Operand<TFloat64> x) {
    return tf.math.tanh(tf.math.add(tf.linalg.matMul(h, w), x));
  }

  @Test
  void loopsMayStandInAPieceAndPiecesInALoop() {
    try (var test = new TestGraph()) {
      var tf = test.tf();
      var x = test.random64(Shape.of(3, 2, 2), Shape.of(3, 2, 2));
      var w = test.random64(SQUARE, SQUARE);
      var plain = loop(tf, x, w, false);
      var inside =
          Xla.compile(tf, "loop", Structure.<TFloat64>tensor(), ops -> loop(ops, x, w, false));
      var around = loop(tf, x, w, true);
      var both =
          Xla.compile(tf, "loop", Structure.<TFloat64>tensor(), ops -> loop(ops, x, w, true));
      var fetches = new ArrayList<Operand<?>>();
      for (var outputs : List.of(plain, inside, around, both)) {
        fetches.add(outputs);
        fetches.addAll(Gradients.of(test.weigh(outputs, 0), List.of(x, w)));
      }
      for (int i = 1; i < 4; i++) {
        var pair = new ArrayList<>(fetches.subList(0, 3));
        pair.addAll(fetches.subList(3 * i, 3 * i + 3));
        assertHalvesAreEqual(test, pair);
      }
    }
  }

  @Test
  void variablesMadeInsideBelongToTheGraphAround() {
    try (var test = new TestGraph()) {
      var scope = test.scope().scope("layer");
      var y =
          Xla.compile(
              test.tf(),
              "layer",
              Structure.<TFloat64>tensor(),
              tf -> tf.math.tanh(scope.withOps(tf).variable("w", SQUARE, TFloat64.class)));
      var w = scope.variables().get(0).value(TFloat64.class);
      var numbers = test.values(List.of(y, w));
      double[] expected = Arrays.stream(numbers.get(1)).map(Math::tanh).toArray();
      assertArrayEquals(expected, numbers.get(0), TOLERANCE);
    }
  }

  @Test
  void isOneCallThatMustBeCompiled() {
    try (var test = new TestGraph()) {
      var x = test.random64(SQUARE, SQUARE);
      Xla.compile(
          test.tf(), "layer", Structure.<TFloat64>tensor(), tf -> tf.math.tanh(tf.math.exp(x)));
      var ops = new ArrayList<GraphOperation>();
      test.graph().operations().forEachRemaining(ops::add);
      var calls = ops.stream().filter(op -> op.type().equals("StatefulPartitionedCall")).toList();
      assertEquals(1, calls.size());
      assertTrue(calls.get(0).attributes().getAttrBool("_XlaMustCompile"));
      assertEquals(0, ops.stream().filter(op -> op.type().equals("Exp")).count());
    }
  }

  @Test
  void shapesThatAreNotKnownAreRefused() {
    try (var test = new TestGraph()) {
      var x = test.random64(Shape.of(-1, 2), SQUARE);
      assertEquals(
          "layer: inputs of a compiled piece must have shapes that are known while the graph is"
              + " built, got [?, 2] for "
              + x.op().name()
              + ". Give the placeholder its batch size and length, or do not compile.",
          argument(
              () ->
                  Xla.compile(
                      test.tf(), "layer", Structure.<TFloat64>tensor(), tf -> tf.math.tanh(x))));
    }
  }

  @Test
  void onlyNumbersGoIn() {
    try (var test = new TestGraph()) {
      var text = test.tf().constant("text");
      assertEquals(
          "layer: inputs of a compiled piece must be numbers or booleans, got DT_STRING for "
              + text.op().name(),
          argument(
              () ->
                  Xla.compile(
                      test.tf(),
                      "layer",
                      Structure.<TInt32>tensor(),
                      tf -> tf.strings.stringLength(text))));
    }
  }

  @Test
  void aPieceHasResults() {
    try (var test = new TestGraph()) {
      assertEquals(
          "layer: results must be at least one, got none",
          argument(() -> Xla.compile(test.tf(), "layer", Structure.none(), tf -> List.of())));
    }
  }

  @Test
  void aPieceWithoutGradientRunsAndSaysWhy() {
    try (var test = new TestGraph()) {
      var x = test.feed64(Shape.of(2), Shape.of(2), 2, 3);
      var y =
          Xla.compile(
              test.tf(),
              "product",
              Structure.<TFloat64>tensor(),
              tf -> tf.math.cumprod(x, tf.constant(0)));
      assertArrayEquals(new double[] {2, 6}, test.value(y), TOLERANCE);
      var message = argument(() -> Gradients.of(y, List.of(x)));
      assertTrue(
          message.startsWith(
                  "gradients: loss must depend on xs only through pieces of a graph that have a"
                      + " gradient, got IdentityN 'product")
              && message.contains(
                  "There is none because: gradients: loss must depend on xs only"
                      + " through ops that have a gradient, got Cumprod"),
          message);
    }
  }

  @Test
  void secondDerivativesAreRefused() {
    try (var test = new TestGraph()) {
      var x = test.random64(SQUARE, SQUARE);
      var y = Xla.compile(test.tf(), "layer", Structure.<TFloat64>tensor(), tf -> tf.math.tanh(x));
      var slope = Gradients.of(y, List.of(x)).get(0);
      var message = argument(() -> Gradients.of(slope, List.of(x)));
      assertTrue(
          message.endsWith(
              "There is none because: it is the gradient of a compiled piece. Second derivatives"
                  + " need a graph that is not compiled"),
          message);
    }
  }

  /** TensorFlow has a gradient for the call, which would fail when it runs. */
  @Test
  void aLoopThatIsDifferentiatedTwiceRefusesACompiledStep() {
    try (var test = new TestGraph()) {
      var x = test.random64(Shape.of(3, 2, 2), Shape.of(3, 2, 2));
      var tf = test.tf();
      var zero = tf.zeros(tf.constant(new int[] {2, 2}), TFloat64.class);
      var e =
          assertThrows(
              RuntimeException.class,
              () ->
                  Scan.carrying(tf, Structure.<TFloat64>tensor(), zero)
                      .over(Structure.<TFloat64>tensor(), x)
                      .options(options -> options.withGradientOrder(2))
                      .run(
                          Structure.<TFloat64>tensor(),
                          (body, h, xt) -> {
                            var next =
                                Xla.compile(
                                    body.tf(),
                                    "step",
                                    Structure.<TFloat64>tensor(),
                                    inner -> step(inner, h, h, xt));
                            return new Scan.Next<>(next, next);
                          }));
      assertTrue(String.valueOf(e.getMessage()).contains("Second derivatives"), e.getMessage());
    }
  }
}
