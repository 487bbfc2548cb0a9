package io.github.tfrnn.model;

import static io.github.tfrnn.testing.Refusals.argument;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.tfrnn.cells.BasicRnnCell;
import io.github.tfrnn.cells.CudnnCompatibleGruCell;
import io.github.tfrnn.cells.GruCell;
import io.github.tfrnn.cells.LstmCell;
import io.github.tfrnn.cells.LstmState;
import io.github.tfrnn.cells.TensorCell;
import io.github.tfrnn.rnn.Rnn;
import io.github.tfrnn.testing.TestGraph;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/**
 * The layouts of other frameworks: their published equations, on what is written for them, give
 * what our cell gives; and the way there and back changes no number.
 */
class RecurrentWeightsTest {
  private static final double TOLERANCE = 1e-5;
  private static final int DEPTH = 2;
  private static final int UNITS = 3;
  private static final double FORGET_BIAS = 0.7;

  private final Random random = new Random(11);
  private final double[][] x = {{0.4, -0.3}, {0.1, 0.8}, {-0.6, 0.2}, {0.5, 0.5}};

  private WeightArray array(long... shape) {
    var of = Shape.of(shape);
    float[] values = new float[(int) of.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() * 0.7f;
    }
    return WeightArray.of(of, values);
  }

  private SimpleRnnWeights simple() {
    return new SimpleRnnWeights(array(DEPTH + UNITS, UNITS), array(UNITS));
  }

  private LstmWeights lstm(double forgetBias) {
    return new LstmWeights(array(DEPTH + UNITS, 4 * UNITS), array(4 * UNITS), forgetBias);
  }

  private GruWeights gru() {
    return new GruWeights(
        array(DEPTH + UNITS, 2 * UNITS),
        array(2 * UNITS),
        array(DEPTH + UNITS, UNITS),
        array(UNITS));
  }

  private ResetAfterGruWeights resetAfter() {
    return new ResetAfterGruWeights(
        array(DEPTH + UNITS, 2 * UNITS),
        array(2 * UNITS),
        array(DEPTH, UNITS),
        array(UNITS),
        array(UNITS, UNITS),
        array(UNITS));
  }

  /** The last output of our cell with these weights, which are in the cell's own scope. */
  private <S> double[] ours(TensorCell<TFloat32, S> cell, RecurrentWeights weights, String scope) {
    try (var test = new TestGraph()) {
      float[] flat = new float[x.length * DEPTH];
      for (int i = 0; i < flat.length; i++) {
        flat[i] = (float) x[i / DEPTH][i % DEPTH];
      }
      var shape = Shape.of(1, x.length, DEPTH);
      var state = Rnn.dynamicRnn(test.scope(), cell, test.feed32(shape, shape, flat)).state();
      VariableAssignment.assign(test.session(), weights.variables("rnn/" + scope));
      var h = state instanceof LstmState<?> both ? both.h() : (Operand<?>) state;
      return test.value(h);
    }
  }

  /** Numbers are the same to the last bit. */
  private static void assertSame(Map<String, WeightArray> expected, Map<String, WeightArray> got) {
    assertEquals(expected.keySet(), got.keySet());
    expected.forEach(
        (name, array) -> {
          assertEquals(array.shape(), got.get(name).shape(), name);
          assertArrayEquals(array.values(), got.get(name).values(), name);
        });
  }

  @Test
  void aSimpleRnnIsThatOfPyTorchAndOnnx() {
    var weights = simple();
    var cell = BasicRnnCell.builder(TFloat32.class, UNITS).build();
    double[] expected = ours(cell, weights, "basic_rnn_cell");
    var torch = PublishedEquations.pyTorch(weights.pyTorch("l0"), "l0");
    assertArrayEquals(expected, torch.rnn(x), TOLERANCE);
    var onnx = PublishedEquations.onnx(weights.onnx());
    assertArrayEquals(expected, onnx.rnn(x), TOLERANCE);
  }

  @Test
  void anLstmIsThatOfPyTorchAndOnnxWithItsForgetBiasInTheBias() {
    var weights = lstm(FORGET_BIAS);
    var cell = LstmCell.builder(TFloat32.class, UNITS).forgetBias(FORGET_BIAS).build();
    double[] expected = ours(cell, weights, "lstm_cell");
    var torch = PublishedEquations.pyTorch(weights.pyTorch("l0"), "l0");
    assertArrayEquals(expected, torch.lstm(x, 0, 1, 2, 3), TOLERANCE);
    var onnx = PublishedEquations.onnx(weights.onnx());
    assertArrayEquals(expected, onnx.lstm(x, 0, 2, 3, 1), TOLERANCE);
  }

  @Test
  void aGruIsThatOfOnnxWithoutLinearBeforeReset() {
    var weights = gru();
    var cell = GruCell.builder(TFloat32.class, UNITS).build();
    double[] expected = ours(cell, weights, "gru_cell");
    var onnx = PublishedEquations.onnx(weights.onnx());
    assertArrayEquals(expected, onnx.gruResetBefore(x, 1, 0, 2), TOLERANCE);
  }

  @Test
  void aGruWithItsResetBehindTheProductIsThatOfPyTorchAndOnnx() {
    var weights = resetAfter();
    var cell = CudnnCompatibleGruCell.builder(TFloat32.class, UNITS).build();
    double[] expected = ours(cell, weights, "cudnn_compatible_gru_cell");
    var torch = PublishedEquations.pyTorch(weights.pyTorch("l0"), "l0");
    assertArrayEquals(expected, torch.gruResetAfter(x, 0, 1, 2), TOLERANCE);
    var onnx = PublishedEquations.onnx(weights.onnx());
    assertArrayEquals(expected, onnx.gruResetAfter(x, 1, 0, 2), TOLERANCE);
  }

  @Test
  void thereAndBackChangesNoNumber() {
    var simple = simple();
    var expected = simple.variables("a");
    assertSame(expected, SimpleRnnWeights.of(expected, "a").variables("a"));
    assertSame(expected, SimpleRnnWeights.ofKeras(simple.keras()).variables("a"));
    assertSame(expected, SimpleRnnWeights.ofPyTorch(simple.pyTorch("l0"), "l0").variables("a"));
    assertSame(expected, SimpleRnnWeights.ofOnnx(simple.onnx()).variables("a"));

    var lstm = lstm(0);
    expected = lstm.variables("a");
    assertSame(expected, LstmWeights.of(expected, "a", 0).variables("a"));
    assertSame(expected, LstmWeights.ofKeras(lstm.keras()).variables("a"));
    var torch = lstm.pyTorch("l1_reverse");
    assertSame(expected, LstmWeights.ofPyTorch(torch, "l1_reverse").variables("a"));
    assertSame(expected, LstmWeights.ofOnnx(lstm.onnx()).variables("a"));

    var gru = gru();
    expected = gru.variables("");
    assertSame(expected, GruWeights.of(expected, "").variables(""));
    assertSame(expected, GruWeights.ofKeras(gru.keras()).variables(""));
    assertSame(expected, GruWeights.ofOnnx(gru.onnx()).variables(""));

    var after = resetAfter();
    expected = after.variables("a/b");
    assertSame(expected, ResetAfterGruWeights.of(expected, "a/b").variables("a/b"));
    assertSame(expected, ResetAfterGruWeights.ofKeras(after.keras()).variables("a/b"));
    var module = after.pyTorch("l0");
    assertSame(expected, ResetAfterGruWeights.ofPyTorch(module, "l0").variables("a/b"));
    assertSame(expected, ResetAfterGruWeights.ofOnnx(after.onnx()).variables("a/b"));
  }

  @Test
  void aForgetBiasMovesIntoTheBiasAndOutOfIt() {
    var weights = lstm(1);
    var moved = weights.withForgetBias(0);
    float[] before = weights.bias().values();
    float[] after = moved.bias().values();
    for (int i = 0; i < before.length; i++) {
      boolean forget = i / UNITS == 2;
      assertEquals(before[i] + (forget ? 1 : 0), after[i], 1e-6, "column " + i);
    }
    assertArrayEquals(before, moved.withForgetBias(1).bias().values(), 1e-6f);
  }

  @Test
  void twoBiasesOfPyTorchAreAdded() {
    var torch = simple().pyTorch("l0");
    torch.put("bias_hh_l0", array(UNITS));
    var got = SimpleRnnWeights.ofPyTorch(torch, "l0").bias().values();
    float[] first = torch.get("bias_ih_l0").values();
    float[] second = torch.get("bias_hh_l0").values();
    for (int i = 0; i < UNITS; i++) {
      assertEquals(first[i] + second[i], got[i], 0f);
    }
  }

  @Test
  void pyTorchHasNoLayerForTheGruOfTensorFlow() {
    var e = assertThrows(UnsupportedOperationException.class, () -> gru().pyTorch("l0"));
    assertEquals(
        "GRU weights: reset gate must work behind the product for PyTorch, got that of GruCell,"
            + " before it. Train a CudnnCompatibleGruCell.",
        e.getMessage());
  }

  @Test
  void shapesThatDoNotFitAreRefusedWithBoth() {
    assertEquals(
        "LSTM weights: kernel must have shape [D + 3, 12], got [5, 11]",
        argument(() -> new LstmWeights(array(5, 11), array(12), 0)));
    assertEquals(
        "LSTM weights: bias must have shape [4H], got [11]",
        argument(() -> new LstmWeights(array(5, 12), array(11), 0)));
    assertEquals(
        "GRU weights: candidate kernel must have shape [5, 3], got [4, 3]",
        argument(() -> new GruWeights(array(5, 6), array(6), array(4, 3), array(3))));
    var torch = resetAfter().pyTorch("l0");
    torch.put("weight_ih_l0", array(8, 2));
    assertEquals(
        "GRU weights: weight_ih_l0 must have shape [9, D], got [8, 2]",
        argument(() -> ResetAfterGruWeights.ofPyTorch(torch, "l0")));
    var onnx = lstm(0).onnx();
    onnx.put("R", array(2, 12, 3));
    assertEquals(
        "LSTM weights: R must have shape [1, 4H, H], got [2, 12, 3]",
        argument(() -> LstmWeights.ofOnnx(onnx)));
    var keras = gru().keras();
    assertEquals(
        "GRU weights: bias must have shape [2, 9], got [9]",
        argument(() -> ResetAfterGruWeights.ofKeras(keras)));
    keras.remove("recurrent_kernel");
    assertEquals(
        "GRU weights: arrays must have recurrent_kernel, got [kernel, bias]",
        argument(() -> GruWeights.ofKeras(keras)));
  }
}
