package io.github.tfrnn.cells;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.Reuse;
import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TFloating;

class LayerNormBasicLstmCellTest {
  private static final String SCOPE = "root/layer_norm_basic_lstm_cell";

  @Nested
  class WithNorms implements CellContract {
    @Override
    public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
      return LayerNormBasicLstmCell.builder(type, 3).build();
    }

    @Override
    public List<String> variableNames() {
      return List.of(
          SCOPE + "/kernel",
          SCOPE + "/input/gamma",
          SCOPE + "/input/beta",
          SCOPE + "/transform/gamma",
          SCOPE + "/transform/beta",
          SCOPE + "/forget/gamma",
          SCOPE + "/forget/beta",
          SCOPE + "/output/gamma",
          SCOPE + "/output/beta",
          SCOPE + "/state/gamma",
          SCOPE + "/state/beta");
    }

    @Override
    public String inputRefuser() {
      return SCOPE;
    }

    @Override
    public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
      return new PlainLayerNorm(weights.subList(1, 9), weights.subList(9, 11))
          .step(x.beside(state.get(1)).times(weights.get(0)), state.get(0));
    }
  }

  @Nested
  class WithoutNorms implements CellContract {
    @Override
    public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
      return LayerNormBasicLstmCell.builder(type, 2).withoutLayerNorm().forgetBias(0.5).build();
    }

    @Override
    public List<String> variableNames() {
      return List.of(SCOPE + "/kernel", SCOPE + "/bias");
    }

    @Override
    public String inputRefuser() {
      return SCOPE;
    }

    @Override
    public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
      return PlainLstm.withForgetBias(0.5).step(weights, x, state);
    }
  }

  /** Two layers, as in LayerNormBasicLSTMCellTest of TensorFlow 1.15. */
  static void assertTwoLayers(
      List<? extends TensorCell<TFloat32, LstmState<TFloat32>>> cells, double[]... expected) {
    try (var test = new TestGraph()) {
      var scope = test.scope().scope("root").withInitializer(Initializers.constant(0.5));
      var states =
          LayerStates.of(
              new LstmState<>(row(test, 0, 0.1f), row(test, 0.2f, 0.3f)),
              new LstmState<>(row(test, 0.4f, 0.5f), row(test, 0.6f, 0.7f)));
      var step = MultiRnnCell.of(cells).step(scope, row(test, 1, 1), states);
      LstmState<TFloat32> first = step.state().layer(0, LstmState.class);
      LstmState<TFloat32> second = step.state().layer(1, LstmState.class);
      var numbers = test.values(List.of(first.c(), first.h(), second.c(), second.h()));
      for (int i = 0; i < expected.length; i++) {
        assertArrayEquals(expected[i], numbers.get(i), 1e-5, "tensor " + i);
      }
      assertArrayEquals(expected[3], test.value(step.output()), 1e-5);
    }
  }

  private static Operand<TFloat32> row(TestGraph test, float... values) {
    var shape = Shape.of(1, values.length);
    return test.feed32(shape, shape, values);
  }

  @Test
  void matchesTheNumbersOfTensorFlowWithNorms() {
    assertTwoLayers(
        List.of(make(cell -> cell), make(cell -> cell)),
        new double[] {-1, 1},
        new double[] {-0.38079708, 0.38079708},
        new double[] {-1, 1},
        new double[] {-0.38079708, 0.38079708});
  }

  /** The bias begins with 0.5 too, as in TensorFlow 1.15. */
  @Test
  void matchesTheNumbersOfTensorFlowWithoutNorms() {
    UnaryOperator<LayerNormBasicLstmCell.Builder<TFloat32>> without =
        LayerNormBasicLstmCell.Builder::withoutLayerNorm;
    assertTwoLayers(
        List.of(make(without), make(without)),
        new double[] {0.8020075, 0.89599884},
        new double[] {0.56668288, 0.60858738},
        new double[] {1.17500675, 1.26892781},
        new double[] {0.70230919, 0.72581059});
  }

  private static LayerNormBasicLstmCell<TFloat32> make(
      UnaryOperator<LayerNormBasicLstmCell.Builder<TFloat32>> settings) {
    return settings.apply(LayerNormBasicLstmCell.builder(TFloat32.class, 2)).build();
  }

  @Test
  void gainAndShiftAreWhatTheNormsBeginWith() {
    try (var test = new TestGraph()) {
      var cell = LayerNormBasicLstmCell.builder(TFloat64.class, 1).layerNorm(0.25, 3).build();
      var x = test.random64(Shape.of(2, 1), Shape.of(2, 1));
      cell.step(test.scope(), x, cell.zeroState(test.tf(), test.tf().constant(2)));
      var values = test.values(test.scope().variables().stream().map(v -> v.value()).toList());
      for (int i = 1; i < 11; i++) {
        assertEquals(i % 2 == 1 ? 0.25 : 3, values.get(i)[0], "variable " + i);
      }
    }
  }

  /**
   * testBasicLSTMCellWithDropout of TensorFlow 1.15, whose constants leave out the bias: with it
   * the formula gives these numbers.
   */
  @Test
  void dropoutTakesFromWhatComesInAndFromNothingElse() {
    try (var test = new TestGraph()) {
      var scope = test.scope().withInitializer(Initializers.ones());
      var cell =
          LayerNormBasicLstmCell.builder(TFloat32.class, 5)
              .withoutLayerNorm()
              .dropoutKeepProb(0.5)
              .build();
      var ones = row(test, 1, 1, 1, 1, 1);
      var step = cell.step(scope, ones, new LstmState<>(ones, ones));
      int kept = 0;
      for (int run = 0; run < 40; run++) {
        var numbers = test.values(List.of(step.state().c(), step.output()));
        for (int i = 0; i < 5; i++) {
          boolean keeps = numbers.get(0)[i] > 2;
          assertEquals(keeps ? 2.99996045 : 0.99999386, numbers.get(0)[i], 1e-6);
          assertEquals(keeps ? 0.99503774 : 0.76157886, numbers.get(1)[i], 1e-6);
          kept += keeps ? 1 : 0;
        }
      }
      assertEquals(100, kept, 35, "kept of 200, with a deviation of 7");
    }
  }

  @Test
  void theProbabilityMayBeKnownAtRunTime() {
    try (var test = new TestGraph()) {
      var keep = test.feed32(Shape.scalar(), Shape.scalar(), 1);
      var cell = LayerNormBasicLstmCell.builder(TFloat64.class, 64).dropoutKeepProb(keep).build();
      var plain = LayerNormBasicLstmCell.builder(TFloat64.class, 64).reuse(Reuse.AUTO).build();
      var x = test.random64(Shape.of(2, 3), Shape.of(2, 3));
      var zero = cell.zeroState(test.tf(), test.tf().constant(2));
      var dropped = cell.step(test.scope(), x, zero).output();
      var whole = plain.step(test.scope(), x, zero).output();
      var all = test.values(List.of(dropped, whole));
      assertArrayEquals(all.get(1), all.get(0), CellContract.TOLERANCE);
      test.refeed(keep, TFloat32.scalarOf(0.5f));
      assertNotEquals(test.value(whole)[0], test.value(dropped)[0], 1e-6);
    }
  }

  @Test
  void stepsRowsAndSeedsDropOtherElements() {
    try (var test = new TestGraph()) {
      var ones = test.feed64(Shape.of(2, 64), Shape.of(2, 64), filled(128));
      var scope = test.scope().withInitializer(Initializers.ones());
      var one = dropping(1);
      var step = one.step(scope, ones, new LstmState<>(ones, ones));
      var later = one.step(scope, ones, new LstmState<>(ones, ones));
      var other = dropping(2).step(scope, ones, new LstmState<>(ones, ones));
      var numbers =
          test.values(List.of(step.state().c(), later.state().c(), other.state().c())).stream()
              .map(c -> Arrays.stream(c).mapToObj(v -> v > 2 ? "x" : ".").collect(joining()))
              .toList();
      assertNotEquals(numbers.get(0), numbers.get(1), "two steps");
      assertNotEquals(numbers.get(0), numbers.get(2), "two seeds");
      assertNotEquals(numbers.get(0).substring(0, 64), numbers.get(0).substring(64), "two rows");
    }
  }

  private static double[] filled(int size) {
    double[] ones = new double[size];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static LayerNormBasicLstmCell<TFloat64> dropping(long seed) {
    return LayerNormBasicLstmCell.builder(TFloat64.class, 64)
        .withoutLayerNorm()
        .reuse(Reuse.AUTO)
        .dropoutKeepProb(0.5)
        .dropoutSeed(seed)
        .build();
  }

  @Test
  void aProbabilityOutOfRangeIsRefused() {
    assertEquals(
        "layer_norm_basic_lstm_cell: dropoutKeepProb must be between 0 and 1, got 1.5",
        Refusals.argument(
            () -> LayerNormBasicLstmCell.builder(TFloat64.class, 1).dropoutKeepProb(1.5)));
  }
}
