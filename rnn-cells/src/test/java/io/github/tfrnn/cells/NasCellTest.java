package io.github.tfrnn.cells;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.testing.TestGraph;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

class NasCellTest {
  private static final String SCOPE = "root/nas_cell";

  @Nested
  class WithoutExtras implements CellContract {
    @Override
    public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
      return NasCell.builder(type, 2).build();
    }

    @Override
    public List<String> variableNames() {
      return List.of(SCOPE + "/recurrent_kernel", SCOPE + "/kernel");
    }

    @Override
    public String inputRefuser() {
      return SCOPE;
    }

    @Override
    public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
      return plain(x.times(weights.get(1)), state.get(1).times(weights.get(0)), state.get(0));
    }
  }

  @Nested
  class WithBiasAndProjection implements CellContract {
    @Override
    public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
      return NasCell.builder(type, 2).bias().projection(3).build();
    }

    @Override
    public List<String> variableNames() {
      return List.of(
          SCOPE + "/recurrent_kernel",
          SCOPE + "/kernel",
          SCOPE + "/bias",
          SCOPE + "/projection_weights");
    }

    @Override
    public String inputRefuser() {
      return SCOPE;
    }

    @Override
    public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
      var recurrent = state.get(1).times(weights.get(0)).plus(weights.get(2));
      return PlainLayerNorm.projected(
          plain(x.times(weights.get(1)), recurrent, state.get(0)),
          weights.get(3),
          Double.POSITIVE_INFINITY);
    }
  }

  private static List<Matrix> plain(Matrix x, Matrix h, Matrix c) {
    var sum = x.plus(h);
    var left = part(sum, 0).sigmoid().mul(part(sum, 1).map(NasCellTest::relu)).tanh();
    var product = part(x, 3).mul(part(h, 3)).map(NasCellTest::relu);
    var right = part(sum, 2).sigmoid().plus(product).tanh();
    var third = part(sum, 4).tanh().mul(part(sum, 5).sigmoid()).tanh();
    var fourth = part(sum, 6).tanh().plus(part(sum, 7).sigmoid()).sigmoid();
    var memory = left.plus(c).tanh().mul(right);
    var output = memory.mul(third.plus(fourth).tanh()).tanh();
    return List.of(output, memory, output);
  }

  private static Matrix part(Matrix z, int index) {
    return z.columns(2 * index, 2 * index + 2);
  }

  private static double relu(double v) {
    return Math.max(v, 0);
  }

  /** testNASCell of TensorFlow 1.15. */
  @Test
  void matchesTheNumbersOfTensorFlow() {
    assertStep(
        NasCell.builder(TFloat32.class, 6).build(),
        new double[] {0.71579772, 0.78041625, 0.79457647},
        new double[] {0.57675087, 0.6189357, 0.62739348});
  }

  /** testNASCellProj of TensorFlow 1.15. */
  @Test
  void matchesTheNumbersOfTensorFlowWithProjection() {
    assertStep(
        NasCell.builder(TFloat32.class, 6).projection(5).build(),
        new double[] {0.69855207, 0.77073824, 0.78973997},
        new double[] {1.69741797, 1.84003687, 1.87398517});
  }

  private static void assertStep(NasCell<TFloat32> cell, double[] c, double[] h) {
    try (var test = new TestGraph()) {
      var tf = test.tf();
      var scope = test.scope().scope("root").withInitializer(Initializers.constant(0.5));
      var x = test.feed32(Shape.of(3, 4), Shape.of(3, 4), 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
      var zero = cell.zeroState(tf, tf.constant(3));
      var tenth = tf.constant(0.1f);
      var state = new LstmState<>(tf.math.add(zero.c(), tenth), tf.math.add(zero.h(), tenth));
      var step = cell.step(scope, x, state);
      int outputs = (int) cell.outputSize().leaves().get(0).shape().get(0);
      assertArrayEquals(rows(6, c), test.value(step.state().c()), 1e-6);
      assertArrayEquals(rows(outputs, h), test.value(step.output()), 1e-6);
    }
  }

  private static double[] rows(int width, double... rows) {
    return Arrays.stream(rows)
        .flatMap(row -> DoubleStream.generate(() -> row).limit(width))
        .toArray();
  }
}
