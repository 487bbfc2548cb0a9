package io.github.tfrnn.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.testing.FiniteDifferences;
import io.github.tfrnn.testing.TestGraph;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.StridedSlice;
import org.tensorflow.op.nn.BiasAdd;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TNumber;

/** Gradients that this library adds to TensorFlow's, against finite differences. */
class MissingGradientsTest {
  private static final double TOLERANCE = 1e-6;

  private final TestGraph test = new TestGraph();
  private final Ops tf = test.tf();

  /** What is differentiated: from a matrix {@code [2, 4]} to anything. */
  private interface Function extends BiFunction<Ops, Operand<TFloat64>, Operand<TFloat64>> {}

  private static Arguments of(String name, Function function) {
    return Arguments.of(Named.of(name, function));
  }

  static Stream<Arguments> firstOrder() {
    return Stream.of(
        of("SparseSoftmaxCrossEntropyWithLogits", MissingGradientsTest::crossEntropy),
        of(
            "the second output of SparseSoftmaxCrossEntropyWithLogits",
            (tf, x) ->
                tf.nn
                    .sparseSoftmaxCrossEntropyWithLogits(x, tf.constant(new int[] {3, 1}))
                    .backprop()),
        of("EnsureShape", (tf, x) -> tf.ensureShape(x, Shape.of(-1, 4))),
        of("PlaceholderWithDefault", (tf, x) -> tf.placeholderWithDefault(x, Shape.of(-1, 4))),
        of("IdentityN", (tf, x) -> tf.math.mul(identities(tf, x, 0), identities(tf, x, 1))),
        of("Snapshot", (tf, x) -> tf.snapshot(x)),
        of("Gather", MissingGradientsTest::gather),
        of("TopKV2", (tf, x) -> tf.nn.topK(x, tf.constant(2), TInt32.class).values()),
        of(
            "TopKV2 of a vector",
            (tf, x) ->
                tf.nn
                    .topK(tf.reshape(x, tf.constant(new int[] {-1})), tf.constant(3), TInt32.class)
                    .values()),
        of("Conv3D", MissingGradientsTest::conv3d),
        of("Range and Ceil", (tf, x) -> tf.math.add(x, ceiledRange(tf, x))));
  }

  static Stream<Arguments> secondOrder() {
    return Stream.of(
        of("SparseSoftmaxCrossEntropyWithLogits", MissingGradientsTest::crossEntropy),
        of("Sigmoid", (tf, x) -> tf.math.sigmoid(x)),
        of("Tanh", (tf, x) -> tf.math.tanh(x)),
        of("Relu", (tf, x) -> tf.nn.relu(x)),
        of("Relu6", (tf, x) -> tf.nn.relu6(times(tf, 20, x))),
        of("Elu", (tf, x) -> tf.nn.elu(x)),
        of("Selu", (tf, x) -> tf.nn.selu(x)),
        of("Softplus", (tf, x) -> tf.math.softplus(x)),
        of("Softsign", (tf, x) -> tf.nn.softsign(x)),
        of("Sqrt", (tf, x) -> tf.math.sqrt(aboveOne(tf, x))),
        of("Rsqrt", (tf, x) -> tf.math.rsqrt(aboveOne(tf, x))),
        of("Reciprocal", (tf, x) -> tf.math.reciprocal(aboveOne(tf, x))),
        of("Inv", (tf, x) -> inverse(tf, aboveOne(tf, x))),
        of("Conv2D", MissingGradientsTest::conv2d),
        of("Conv3D", MissingGradientsTest::conv3d),
        of("BiasAdd", (tf, x) -> tf.nn.biasAdd(x, row(tf, x))),
        of(
            "BiasAdd, channels first",
            (tf, x) ->
                tf.nn.biasAdd(
                    tf.reshape(x, tf.constant(new int[] {1, 4, 2, 1})),
                    row(tf, x),
                    BiasAdd.dataFormat("NCHW"))),
        of(
            "StridedSlice",
            (tf, x) ->
                tf.stridedSlice(
                    x,
                    tf.constant(new int[] {1, 3}),
                    tf.constant(new int[] {2, 0}),
                    tf.constant(new int[] {1, -1}),
                    StridedSlice.shrinkAxisMask(1L),
                    StridedSlice.endMask(2L))));
  }

  private static Operand<TFloat64> crossEntropy(Ops tf, Operand<TFloat64> x) {
    return tf.nn.sparseSoftmaxCrossEntropyWithLogits(x, tf.constant(new int[] {3, 1})).loss();
  }

  /** Picture and kernel, both of two channels, depend on x. */
  private static Operand<TFloat64> conv2d(Ops tf, Operand<TFloat64> x) {
    return tf.nn.conv2d(
        tf.reshape(x, tf.constant(new int[] {1, 2, 2, 2})),
        tf.reshape(tf.math.square(x), tf.constant(new int[] {2, 1, 2, 2})),
        List.of(1L, 1L, 1L, 1L),
        "SAME");
  }

  private static Operand<TFloat64> conv3d(Ops tf, Operand<TFloat64> x) {
    return tf.nn.conv3d(
        tf.reshape(x, tf.constant(new int[] {1, 1, 4, 1, 2})),
        tf.reshape(tf.math.square(x), tf.constant(new int[] {1, 2, 1, 2, 2})),
        List.of(1L, 1L, 2L, 1L, 1L),
        "SAME");
  }

  private static Operand<TFloat64> identities(Ops tf, Operand<TFloat64> x, int index) {
    return tf.identityN(List.of(x, tf.math.square(x))).output().get(index).expect(TFloat64.class);
  }

  private static Operand<TFloat64> gather(Ops tf, Operand<TFloat64> x) {
    var indices = tf.constant(new int[][] {{1, 1, 0}, {0, 1, 1}});
    var builder = tf.scope().opBuilder("Gather", "Gather");
    builder.addInput(x.asOutput()).addInput(indices.asOutput());
    return builder.build().<TFloat64>output(0);
  }

  private static Operand<TFloat64> ceiledRange(Ops tf, Operand<TFloat64> x) {
    var first = tf.reduceSum(x, tf.constant(new int[] {0, 1}));
    var range = tf.range(first, tf.math.add(first, tf.constant(4.0)), tf.constant(1.0));
    return tf.math.ceil(tf.math.rint(tf.math.round(range)));
  }

  private static Operand<TFloat64> inverse(Ops tf, Operand<TFloat64> x) {
    return tf.scope().opBuilder("Inv", "Inv").addInput(x.asOutput()).build().<TFloat64>output(0);
  }

  private static Operand<TFloat64> times(Ops tf, double factor, Operand<TFloat64> x) {
    return tf.math.mul(tf.constant(factor), x);
  }

  private static Operand<TFloat64> aboveOne(Ops tf, Operand<TFloat64> x) {
    return tf.math.add(tf.constant(1.0), tf.math.square(x));
  }

  private static Operand<TFloat64> row(Ops tf, Operand<TFloat64> x) {
    return tf.math.square(tf.sum(x, tf.constant(0)));
  }

  private Operand<TFloat64> input() {
    return test.random64(Shape.of(-1, 4), Shape.of(2, 4));
  }

  private void assertSlopes(Operand<TFloat64> loss, Operand<TFloat64> x) {
    assertEquals(List.of(true), Gradients.reach(loss, List.of(x)));
    var gradient = test.value(Gradients.of(loss, List.of(x)).get(0));
    var slopes =
        IntStream.range(0, 8).mapToDouble(i -> FiniteDifferences.slope(test, loss, x, i)).toArray();
    assertArrayEquals(slopes, gradient, TOLERANCE);
  }

  @AfterEach
  void close() {
    test.close();
  }

  @ParameterizedTest
  @MethodSource("firstOrder")
  void gradientMatchesFiniteDifferences(Function function) {
    var x = input();
    assertSlopes(test.weigh(function.apply(tf, x), 0.7), x);
  }

  @ParameterizedTest
  @MethodSource("secondOrder")
  void secondDerivativeMatchesFiniteDifferences(Function function) {
    var x = input();
    var first = Gradients.of(test.weigh(function.apply(tf, x), 0.7), List.of(x)).get(0);
    assertSlopes(test.weigh(first.asOutput().expect(TFloat64.class), 0.4), x);
  }

  @ParameterizedTest
  @ValueSource(classes = {TInt64.class, TInt32.class})
  void labelsOfAnyIntegerTypeGetNoGradient(Class<? extends TNumber> type) {
    var x = test.feed64(Shape.of(1, 2), Shape.of(1, 2), 0, Math.log(3));
    var labels = tf.dtypes.cast(tf.constant(new int[] {1}), type);
    var loss = tf.nn.sparseSoftmaxCrossEntropyWithLogits(x, labels).loss();
    assertArrayEquals(
        new double[] {0.25, -0.25}, test.value(Gradients.of(loss, List.of(x)).get(0)), TOLERANCE);
  }

  /** A process can hold ten adapters of its own; the use of an eleventh is a crash. */
  @Test
  void moreThanTenTypesOfOpsShareOneAdapter() {
    var x = input();
    var functions =
        secondOrder().map(arguments -> (Named<?>) arguments.get()[0]).map(Named::getPayload);
    var firsts =
        functions
            .map(function -> ((Function) function).apply(tf, x))
            .map(y -> Gradients.of(y, List.of(x)).get(0).asOutput().expect(TFloat64.class))
            .map(gradient -> test.weigh(gradient, 0.1))
            .toList();
    assertTrue(firsts.size() > 10);
    assertSlopes(tf.math.addN(firsts), x);
  }
}
