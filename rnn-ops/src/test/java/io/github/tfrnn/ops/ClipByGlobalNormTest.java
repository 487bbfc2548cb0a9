package io.github.tfrnn.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.EagerSession;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/** {@link Gradients#clipByGlobalNorm}; numbers from Python's tf.compat.v1.clip_by_global_norm. */
class ClipByGlobalNormTest {
  private static final double TOLERANCE = 1e-6;

  private final TestGraph test = new TestGraph();
  private final Ops tf = test.tf();
  private final Operand<TFloat32> matrix = tf.constant(new float[][] {{1, -2}, {3, 0.5f}});
  private final Operand<TFloat32> vector = tf.constant(new float[] {4, -1});

  @AfterEach
  void close() {
    test.close();
  }

  private void assertValues(double[] expected, Operand<?> actual) {
    assertArrayEquals(expected, test.value(actual), TOLERANCE);
  }

  @Test
  void gradientsOverTheNormAreScaledTogether() {
    var clipped = Gradients.clipByGlobalNorm(tf, List.of(matrix, vector), 2.5f);
    assertValues(
        new double[] {0.44721362, -0.89442724, 1.34164083, 0.22360681}, clipped.gradients().get(0));
    assertValues(new double[] {1.78885448, -0.44721362}, clipped.gradients().get(1));
    assertValues(new double[] {5.59017}, clipped.norm());
  }

  @Test
  void gradientsUnderTheNormStay() {
    var clipped = Gradients.clipByGlobalNorm(tf, List.of(matrix, vector), tf.constant(10f));
    assertValues(new double[] {1, -2, 3, 0.5}, clipped.gradients().get(0));
    assertValues(new double[] {4, -1}, clipped.gradients().get(1));
  }

  @Test
  void zerosStayZeros() {
    var clipped = Gradients.clipByGlobalNorm(tf, List.of(tf.zerosLike(vector)), 1f);
    assertValues(new double[] {0, 0}, clipped.gradients().get(0));
    assertValues(new double[] {0}, clipped.norm());
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.POSITIVE_INFINITY, Float.NaN})
  void aNormThatIsNotFiniteMakesEverythingNaN(float bad) {
    var clipped =
        Gradients.clipByGlobalNorm(tf, List.of(tf.constant(new float[] {1, bad}), vector), 1f);
    assertValues(new double[] {Double.NaN, Double.NaN}, clipped.gradients().get(0));
    assertValues(new double[] {Double.NaN, Double.NaN}, clipped.gradients().get(1));
    assertValues(new double[] {bad}, clipped.norm());
  }

  @Test
  void gradientsKeepTheirTypesAndAreMeasuredInThatOfTheNorm() {
    // In half precision the sum of squares would be infinite.
    var half = tf.dtypes.cast(tf.constant(new float[] {300, 400}), TFloat16.class);
    var wide = tf.constant(new double[] {1200});
    var clipped = Gradients.clipByGlobalNorm(tf, List.of(half, wide), 13f);
    assertEquals(
        List.of(TFloat16.class, TFloat64.class),
        clipped.gradients().stream().map(Operand::type).toList());
    assertArrayEquals(new double[] {3, 4}, test.value(clipped.gradients().get(0)), 1e-3);
    assertValues(new double[] {12}, clipped.gradients().get(1));
    assertValues(new double[] {1300}, clipped.norm());
  }

  @Test
  void noGradientHasNormZero() {
    var clipped = Gradients.clipByGlobalNorm(tf, List.of(), 1f);
    assertEquals(List.of(), clipped.gradients());
    assertValues(new double[] {0}, clipped.norm());
  }

  @ParameterizedTest
  @ValueSource(floats = {0, -1, Float.NaN})
  void aNormThatIsNotAboveZeroIsRefused(float clipNorm) {
    assertEquals(
        "clip by global norm: clipNorm must be above zero, got " + clipNorm,
        Refusals.argument(() -> Gradients.clipByGlobalNorm(tf, List.of(vector), clipNorm)));
  }

  @Test
  void aNormThatIsNotAScalarIsRefused() {
    assertEquals(
        "clip by global norm: clipNorm must be a scalar, got shape [2]",
        Refusals.argument(() -> Gradients.clipByGlobalNorm(tf, List.of(vector), vector)));
  }

  @Test
  void integersAreRefused() {
    var numbers = tf.withName("n").constant(3);
    assertEquals(
        "global norm: gradients[1] must be floating point, got DT_INT32[] 'n'",
        Refusals.argument(() -> Gradients.clipByGlobalNorm(tf, List.of(vector, numbers), 1f)));
  }

  @Test
  void anEagerEnvironmentIsRefused() {
    try (var session = EagerSession.create()) {
      var eager = Ops.create(session);
      assertEquals(
          "clip by global norm: tf must build a graph, got an eager environment. Make it with"
              + " Ops.create(new Graph()).",
          Refusals.argument(
              () -> Gradients.clipByGlobalNorm(eager, List.of(eager.constant(1f)), 1f)));
    }
  }
}
