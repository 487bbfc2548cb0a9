package io.github.tfrnn.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.framework.initializers.Constant;
import org.tensorflow.framework.initializers.Glorot;
import org.tensorflow.framework.initializers.He;
import org.tensorflow.framework.initializers.Initializer;
import org.tensorflow.framework.initializers.VarianceScaling;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/** The first values that {@link Initializers} give. */
class InitializersTest {

  private static double[] first(VariableInitializer initializer, Shape shape) {
    return first(initializer, shape, TFloat64.class);
  }

  private static double[] first(
      VariableInitializer initializer, Shape shape, Class<? extends TType> type) {
    try (var test = new TestGraph()) {
      return test.value(test.scope().variable("w", shape, type, initializer));
    }
  }

  @Test
  void constantsFillAnyTypeAndShape() {
    var shape = Shape.of(2, 1);
    assertArrayEquals(new double[] {0, 0}, first(Initializers.zeros(), shape));
    assertArrayEquals(new double[] {1, 1}, first(Initializers.ones(), shape, TInt32.class));
    assertArrayEquals(
        new double[] {0.5, 0.5}, first(Initializers.constant(0.5), shape, TBfloat16.class));
    assertArrayEquals(new double[] {1, 1}, first(Initializers.ones(), shape, TBool.class));
    assertArrayEquals(new double[] {-2}, first(Initializers.constant(-2), Shape.scalar()));
  }

  @Test
  void valuesAreWrittenRowByRow() {
    var given = new double[] {1, 2, 3, 4, 5, 6};
    var initializer = Initializers.values(given);
    given[0] = 9;
    assertArrayEquals(new double[] {1, 2, 3, 4, 5, 6}, first(initializer, Shape.of(2, 3)));
    assertEquals(
        "initializer: values must be 4 for the shape [2, 2], got 6",
        Refusals.argument(() -> first(initializer, Shape.of(2, 2))));
  }

  static Stream<Arguments> distributions() {
    // name, initializer, lowest, highest, mean, deviation
    return Stream.of(
        Arguments.of("uniform", Initializers.uniform(-1, 3), -1, 3, 1, 4 / Math.sqrt(12)),
        Arguments.of("normal", Initializers.normal(2, 0.5), -1, 5, 2, 0.5),
        Arguments.of("truncated", Initializers.truncatedNormal(2, 0.5), 1, 3, 2, 0.5 * 0.8796));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("distributions")
  void randomValuesHaveTheirDistribution(
      String name,
      VariableInitializer initializer,
      double low,
      double high,
      double mean,
      double deviation) {
    double[] values = first(initializer, Shape.of(100, 100));
    var summary = DoubleStream.of(values).summaryStatistics();
    assertTrue(summary.getMin() >= low && summary.getMax() <= high, summary.toString());
    assertEquals(mean, summary.getAverage(), 0.04);
    double square = DoubleStream.of(values).map(v -> (v - mean) * (v - mean)).average().orElse(0);
    assertEquals(deviation, Math.sqrt(square), 0.02);
  }

  static Stream<Arguments> fans() {
    return Stream.of(
        Arguments.of(Shape.of(30, 70), 100),
        Arguments.of(Shape.of(500), 1000),
        Arguments.of(Shape.of(3, 5, 20, 10), 15 * 30),
        Arguments.of(Shape.scalar(), 2));
  }

  @ParameterizedTest(name = "{0} has fans of {1}")
  @MethodSource("fans")
  void glorotUniformFillsItsInterval(Shape shape, double fans) {
    double limit = Math.sqrt(6 / fans);
    var summary =
        DoubleStream.of(first(Initializers.glorotUniform(), shape))
            .map(Math::abs)
            .summaryStatistics();
    assertTrue(summary.getMax() <= limit, summary.toString());
    if (shape.size() > 1) {
      assertTrue(summary.getMax() > 0.97 * limit, summary.toString());
      assertEquals(limit / 2, summary.getAverage(), 0.05 * limit);
    }
  }

  @Test
  void glorotUniformOfNothingIsEmpty() {
    assertEquals(0, first(Initializers.glorotUniform(), Shape.of(0, 3)).length);
  }

  @Test
  void oneDrawServesEveryPrecision() {
    double[] wide = first(Initializers.glorotUniform(), Shape.of(3, 2));
    double[] narrow = first(Initializers.glorotUniform(), Shape.of(3, 2), TFloat32.class);
    assertArrayEquals(wide, narrow, 1e-7);
  }

  static Stream<Arguments> matrices() {
    return Stream.of(
        Arguments.of(Shape.of(5, 3), 5, 3),
        Arguments.of(Shape.of(3, 5), 3, 5),
        Arguments.of(Shape.of(4, 4), 4, 4),
        Arguments.of(Shape.of(2, 3, 4), 6, 4));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("matrices")
  void orthogonalMatricesHaveAnOrthonormalShorterSide(Shape shape, int rows, int columns) {
    double gain = 1.5;
    double[] q = first(Initializers.orthogonal(gain), shape);
    boolean tall = rows >= columns;
    int shorter = Math.min(rows, columns);
    for (int i = 0; i < shorter; i++) {
      for (int j = 0; j < shorter; j++) {
        double product = 0;
        for (int k = 0; k < Math.max(rows, columns); k++) {
          product +=
              tall
                  ? q[k * columns + i] * q[k * columns + j]
                  : q[i * columns + k] * q[j * columns + k];
        }
        assertEquals(i == j ? gain * gain : 0, product, 1e-12);
      }
    }
  }

  @Test
  void orthogonalVectorsAreRefused() {
    assertEquals(
        "orthogonal initializer: shape must have two dimensions or more, got [3]",
        Refusals.argument(() -> first(Initializers.orthogonal(1), Shape.of(3))));
  }

  @Test
  void randomValuesOfOtherTypesAreRefused() {
    assertEquals(
        "random initializer: type must be floating point, got TInt32",
        Refusals.argument(() -> first(Initializers.uniform(0, 9), Shape.of(3), TInt32.class)));
  }

  static Stream<Arguments> ofTheFramework() {
    return Stream.of(
        Arguments.of("Constant", new Constant<TFloat64>(0.25)),
        Arguments.of("Glorot", new Glorot<TFloat64>(VarianceScaling.Distribution.UNIFORM, 17)),
        Arguments.of("He", new He<TFloat64>(VarianceScaling.Distribution.TRUNCATED_NORMAL, 17)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ofTheFramework")
  void initializersOfTheFrameworkServeToo(String name, Initializer<TFloat64> initializer) {
    double[] values = first(Initializers.of(initializer), Shape.of(4, 3));
    assertEquals(12, values.length);
    assertTrue(Arrays.stream(values).allMatch(v -> v != 0 && Math.abs(v) < 2));
    assertArrayEquals(values, first(Initializers.of(initializer), Shape.of(4, 3)));
  }

  @Test
  void anInitializerIsALambda() {
    VariableInitializer ramp =
        (tf, shape, type, seed) ->
            tf.dtypes.cast(
                tf.range(tf.constant(0), tf.constant((int) shape.size()), tf.constant(1)), type);
    assertArrayEquals(new double[] {0, 1, 2}, first(ramp, Shape.of(3)));
    assertEquals(List.of(0.0, 1.0), DoubleStream.of(first(ramp, Shape.of(2))).boxed().toList());
  }
}
