package io.github.tfrnn.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/** Values, names, options, gradients and refusals of {@link Dense}. */
class DenseTest {
  private final TestGraph test = new TestGraph();
  private final VariableScope root = test.scope();

  @AfterEach
  void close() {
    test.close();
  }

  private List<String> names() {
    return root.variables().stream().map(Variable::name).toList();
  }

  private Operand<TFloat64> x() {
    return test.feed64(Shape.of(-1, 2), Shape.of(2, 2), 1, 2, 3, 4);
  }

  @Test
  void rowsAreMultipliedByTheKernelAndTheBiasAdded() {
    var y =
        Dense.apply(
            root,
            x(),
            3,
            o ->
                o.kernelInitializer(Initializers.values(1, 0, 2, 0, 1, -1))
                    .biasInitializer(Initializers.values(10, 20, 30)));
    assertArrayEquals(new double[] {11, 22, 30, 13, 24, 32}, test.value(y));
    assertEquals("[?, 3]", Shapes.text(y.shape()));
  }

  @Test
  void theBiasBeginsAtZeroAndTheKernelAsTheScopeSays() {
    var y = Dense.apply(root.withInitializer(Initializers.constant(0.5)), x(), 1);
    assertArrayEquals(new double[] {1.5, 3.5}, test.value(y));
  }

  @Test
  void theActivationComesLast() {
    var scope = root.withInitializer(Initializers.constant(-1));
    var y =
        Dense.apply(
            scope,
            x(),
            1,
            o -> o.biasInitializer(Initializers.constant(5)).activation(Activation.relu()));
    assertArrayEquals(new double[] {2, 0}, test.value(y));
    var square = Dense.apply(scope, x(), 1, o -> o.activation((tf, v) -> tf.math.square(v)));
    assertArrayEquals(new double[] {9, 49}, test.value(square));
  }

  @Test
  void layersAreNamedAsInTensorFlow1() {
    Dense.apply(root.scope("net"), x(), 3);
    var net = root.scope("net_too");
    Dense.apply(net, x(), 3);
    Dense.apply(net, x(), 3, o -> o.withoutBias());
    Dense.apply(net, x(), 3, o -> o.name("logits"));
    assertEquals(
        List.of(
            "net/dense/kernel",
            "net/dense/bias",
            "net_too/dense/kernel",
            "net_too/dense/bias",
            "net_too/dense_1/kernel",
            "net_too/logits/kernel",
            "net_too/logits/bias"),
        names());
    assertEquals("[2, 3]", Shapes.text(root.variables().get(0).shape()));
    assertEquals("[3]", Shapes.text(root.variables().get(1).shape()));
  }

  @Test
  void aReusedLayerHasTheSameWeights() {
    var x = x();
    var first = Dense.apply(root.scope("net"), x, 3);
    var again = Dense.apply(root.scope("net").withReuse(Reuse.ALWAYS), x, 3);
    var both = test.values(List.of(first, again));
    assertArrayEquals(both.get(0), both.get(1));
    assertEquals(2, names().size());
    Refusals.state(() -> Dense.apply(root.scope("net"), x, 3));
  }

  @ParameterizedTest(name = "[{0}, {1}, 2]")
  @CsvSource({"-1, -1, '[?, ?, 3]'", "-1, 2, '[?, 2, 3]'", "2, 2, '[2, 2, 3]'"})
  void eachVectorOfTheLastDimensionIsMapped(long batch, long time, String shape) {
    var x = test.random64(Shape.of(batch, time, 2), Shape.of(2, 2, 2));
    var y = Dense.apply(root, x, 3);
    assertEquals(shape, Shapes.text(y.shape()));
    var rows = test.tf().reshape(x, test.tf().constant(new int[] {4, 2}));
    var flat = Dense.apply(VariableScope.of(test.graph()).withReuse(Reuse.ALWAYS), rows, 3);
    var both = test.values(List.of(y, flat));
    assertArrayEquals(both.get(1), both.get(0));
    assertEquals(Shape.of(2, 2, 3), test.shapeOf(y));
  }

  @Test
  void inputsOfNoRowsGiveNone() {
    var x = test.feed64(Shape.of(-1, -1, 2), Shape.of(2, 0, 2));
    assertEquals(Shape.of(2, 0, 3), test.shapeOf(Dense.apply(root, x, 3)));
  }

  @Test
  void inputsKernelAndBiasHaveGradients() {
    var tf = test.tf();
    var x = test.random64(Shape.of(-1, -1, 2), Shape.of(2, 2, 2));
    var y = Dense.apply(root, x, 3, o -> o.activation(Activation.tanh()));
    var loss = test.weigh(y, 0.4);
    Slopes.assertMatch(test, loss, List.of(x));

    // The same map of placeholders, whose values finite differences can move.
    var weights = root.trainableVariables().stream().map(Variable::value).toList();
    var k = test.feed64(Shape.of(2, 3), Shape.of(2, 3), test.value(weights.get(0)));
    var b = test.feed64(Shape.of(3), Shape.of(3), 0, 0, 0);
    var rows = tf.reshape(x, tf.constant(new int[] {4, 2}));
    var moved = test.weigh(tf.math.tanh(tf.math.add(tf.linalg.matMul(rows, k), b)), 0.4);
    Slopes.assertMatch(test, moved, List.of(k, b));
    var expected = test.values(Gradients.of(moved, List.of(k, b)));
    var got = test.values(Gradients.of(loss, weights));
    assertArrayEquals(expected.get(0), got.get(0), 1e-12);
    assertArrayEquals(expected.get(1), got.get(1), 1e-12);
  }

  @Test
  void aLayerInsideALoopHasTheWeightsOfOneOutside() {
    var x = test.random64(Shape.of(-1, -1, 2), Shape.of(4, 3, 2)); // [time, batch, depth]
    var outside = Dense.apply(root, x, 3);
    var tensor = Structure.<TFloat64>tensor();
    var inside =
        Scan.carrying(test.tf(), Structure.none(), List.of())
            .over(tensor, x)
            .run(
                tensor,
                (body, none, xt) -> {
                  var scope = test.scope().withReuse(Reuse.ALWAYS).withOps(body.tf());
                  return new Scan.Next<>(none, Dense.apply(scope, xt, 3));
                })
            .outputs();
    var weights = root.variables().stream().map(Variable::value).toList();
    assertEquals(2, weights.size());
    assertArrayEquals(test.value(outside), test.value(inside), 1e-12);
    var expected = test.values(Gradients.of(test.weigh(outside, 0.1), weights));
    var got = test.values(Gradients.of(test.weigh(inside, 0.1), weights));
    assertArrayEquals(expected.get(0), got.get(0), 1e-12);
    assertArrayEquals(expected.get(1), got.get(1), 1e-12);
  }

  static Stream<Shape> shapesWithoutADepth() {
    return Stream.of(Shape.of(3), Shape.of(2, -1), Shape.unknown());
  }

  @ParameterizedTest
  @MethodSource("shapesWithoutADepth")
  void inputsWithoutAKnownDepthAreRefused(Shape shape) {
    var x = test.tf().placeholder(TFloat32.class, Placeholder.shape(shape));
    assertEquals(
        "dense: x must have shape [batch, ..., depth] with a known depth, got "
            + Shapes.text(shape),
        Refusals.argument(() -> Dense.apply(root, x, 3)));
    assertEquals(List.of(), names());
  }

  @Test
  void noUnitsAreRefused() {
    var x = x();
    assertEquals(
        "dense: units must be at least 1, got 0", Refusals.argument(() -> Dense.apply(root, x, 0)));
  }
}
