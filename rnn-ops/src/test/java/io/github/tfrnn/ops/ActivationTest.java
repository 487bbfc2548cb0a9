package io.github.tfrnn.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.github.tfrnn.testing.FiniteDifferences;
import io.github.tfrnn.testing.TestGraph;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Output;
import org.tensorflow.framework.activations.Swish;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat64;

/** Values and slopes of every {@link Activation}, and the two ways to bring another. */
class ActivationTest {
  private static final double[] X = {-7, -1.5, -0.25, 0.5, 2, 7};

  static Stream<Arguments> activations() {
    return Stream.of(
        of(
            "linear, by itself",
            (tf, x) -> tf.identity(Activation.<TFloat64>linear().apply(tf, x)),
            x -> x),
        of("tanh", Activation.tanh(), Math::tanh),
        of("sigmoid", Activation.sigmoid(), x -> 1 / (1 + Math.exp(-x))),
        of("relu", Activation.relu(), x -> Math.max(x, 0)),
        of("relu6", Activation.relu6(), x -> Math.min(Math.max(x, 0), 6)),
        of("elu", Activation.elu(), x -> x > 0 ? x : Math.expm1(x)),
        of(
            "selu",
            Activation.selu(),
            x -> 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x))),
        of("softplus", Activation.softplus(), x -> Math.log1p(Math.exp(x))),
        of("softsign", Activation.softsign(), x -> x / (1 + Math.abs(x))),
        of("a lambda", (tf, x) -> tf.math.square(x), x -> x * x),
        of("of the framework", new Swish()::call, x -> x / (1 + Math.exp(-x))));
  }

  private static Arguments of(
      String name, Activation<TFloat64> activation, DoubleUnaryOperator expected) {
    return Arguments.of(name, activation, expected);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("activations")
  void valuesAndSlopesAreThoseOfTheFunction(
      String name, Activation<TFloat64> activation, DoubleUnaryOperator expected) {
    try (var test = new TestGraph()) {
      var x = test.feed64(Shape.of(-1, 3), Shape.of(2, 3), X);
      var y = activation.apply(test.tf(), x);
      assertArrayEquals(DoubleStream.of(X).map(expected).toArray(), test.value(y), 1e-12);
      assertEquals("[?, 3]", Shapes.text(y.shape()));

      var loss = test.weigh(y, 0.3);
      var slope =
          test.value(test.graph().addGradients(loss.asOutput(), new Output<?>[] {x.asOutput()})[0]);
      for (int i = 0; i < X.length; i++) {
        assertEquals(FiniteDifferences.slope(test, loss, x, i), slope[i], 1e-6);
      }
    }
  }

  @Test
  void linearAddsNoOp() {
    try (var test = new TestGraph()) {
      var x = test.feed64(Shape.of(1), Shape.of(1), 1);
      assertSame(x, Activation.<TFloat64>linear().apply(test.tf(), x));
    }
  }
}
