package io.github.tfrnn.rnn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.cells.BasicRnnCell;
import io.github.tfrnn.cells.LstmCell;
import io.github.tfrnn.cells.LstmState;
import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat64;

/**
 * cuDNN's form of the weights. With it, the equations of cuDNN's manual give what the cells give.
 */
class CudnnWeightsTest {
  private static final int DEPTH = 3;
  private static final int UNITS = 2;
  private static final double TOLERANCE = 1e-12;

  private final TestGraph test = new TestGraph();
  private final Ops tf = test.tf();
  private final Operand<TFloat64> x = random(4, DEPTH);
  private final Operand<TFloat64> h = random(4, UNITS);

  private Operand<TFloat64> random(long... shape) {
    return test.random64(Shape.of(shape), Shape.of(shape));
  }

  @AfterEach
  void close() {
    test.close();
  }

  /** {@code W x + bW} of gate {@code i}, for rows x. */
  private Operand<TFloat64> ofX(CudnnWeights<TFloat64> weights, int i) {
    return affine(x, weights, i);
  }

  /** {@code R h + bR} of gate {@code i}. */
  private Operand<TFloat64> ofH(CudnnWeights<TFloat64> weights, int i) {
    return affine(h, weights, weights.matrices().size() / 2 + i);
  }

  private Operand<TFloat64> affine(Operand<TFloat64> rows, CudnnWeights<TFloat64> weights, int i) {
    var product = tf.linalg.matMul(rows, weights.matrices().get(i), MatMul.transposeB(true));
    return tf.math.add(product, weights.biases().get(i));
  }

  private Operand<TFloat64> both(CudnnWeights<TFloat64> weights, int i) {
    return tf.math.add(ofX(weights, i), ofH(weights, i));
  }

  /** The variables of the cell that took a step, fed with random numbers. */
  private List<Operand<TFloat64>> variables() {
    var values = new ArrayList<Operand<TFloat64>>();
    for (var variable : test.scope().variables()) {
      var shape = variable.shape();
      var numbers = test.random((int) shape.size());
      test.refeed(
          variable.value(),
          TFloat64.tensorOf(shape, org.tensorflow.ndarray.buffer.DataBuffers.of(numbers)));
      values.add(variable.value(TFloat64.class));
    }
    return values;
  }

  private void assertSame(Operand<TFloat64> expected, Operand<TFloat64> actual) {
    var values = test.values(List.of(expected, actual));
    assertArrayEquals(values.get(0), values.get(1), TOLERANCE);
  }

  @Test
  void anLstmCellStepsByTheEquationsOfCudnn() {
    var c = random(4, UNITS);
    var cell = LstmCell.builder(TFloat64.class, UNITS).forgetBias(0).build();
    var step = cell.step(test.scope(), x, new LstmState<>(c, h));
    var variables = variables();
    var weights =
        CudnnWeights.ofLstm(tf, new CudnnWeights.Cell<>(variables.get(0), variables.get(1)));
    var i = tf.math.sigmoid(both(weights, 0));
    var f = tf.math.sigmoid(both(weights, 1));
    var j = tf.math.tanh(both(weights, 2));
    var o = tf.math.sigmoid(both(weights, 3));
    var memory = tf.math.add(tf.math.mul(f, c), tf.math.mul(i, j));
    assertSame(step.state().c(), memory);
    assertSame(step.output(), tf.math.mul(o, tf.math.tanh(memory)));
  }

  @Test
  void aSimpleCellStepsByTheEquationsOfCudnn() {
    var step = BasicRnnCell.builder(TFloat64.class, UNITS).build().step(test.scope(), x, h);
    var variables = variables();
    var weights =
        CudnnWeights.ofRnn(tf, new CudnnWeights.Cell<>(variables.get(0), variables.get(1)));
    assertSame(step.output(), tf.math.tanh(both(weights, 0)));
  }

  private CudnnWeights.Gru<TFloat64> gru() {
    return new CudnnWeights.Gru<>(
        random(DEPTH + UNITS, 2 * UNITS),
        random(2 * UNITS),
        random(DEPTH, UNITS),
        random(UNITS, UNITS),
        random(UNITS),
        random(UNITS));
  }

  /** The candidate is {@code tanh(x * Wx + bx + r * (h * Wh + bh))}, as in CudnnCompatibleGRU. */
  @Test
  void aGruWithItsResetBehindTheProductStepsByTheEquationsOfCudnn() {
    var cell = gru();
    var weights = CudnnWeights.ofGru(tf, cell);
    var xh = tf.concat(List.of(x, h), tf.constant(1));
    var z = tf.math.add(tf.linalg.matMul(xh, cell.gateKernel()), cell.gateBias());
    var ru = tf.split(tf.constant(1), z, 2L).output();
    assertSame(ru.get(0), both(weights, 0));
    assertSame(ru.get(1), both(weights, 1));
    assertSame(
        tf.math.add(tf.linalg.matMul(x, cell.inputKernel()), cell.inputBias()), ofX(weights, 2));
    assertSame(
        tf.math.add(tf.linalg.matMul(h, cell.hiddenKernel()), cell.hiddenBias()), ofH(weights, 2));
  }

  @Test
  void theWayBackGivesTheVariablesOfALstm() {
    var kernel = random(DEPTH + UNITS, 4 * UNITS);
    var bias = random(4 * UNITS);
    var back = CudnnWeights.ofLstm(tf, new CudnnWeights.Cell<>(kernel, bias)).lstm(tf);
    assertSame(tf.identity(kernel), back.kernel());
    assertSame(tf.identity(bias), back.bias());
  }

  @Test
  void theWayBackGivesTheVariablesOfAGru() {
    var cell = gru();
    var back = CudnnWeights.ofGru(tf, cell).gru(tf);
    assertSame(tf.identity(cell.gateKernel()), back.gateKernel());
    assertSame(tf.identity(cell.gateBias()), back.gateBias());
    assertSame(tf.identity(cell.inputKernel()), back.inputKernel());
    assertSame(tf.identity(cell.hiddenKernel()), back.hiddenKernel());
    assertSame(tf.identity(cell.inputBias()), tf.identity(back.inputBias()));
    assertSame(tf.identity(cell.hiddenBias()), tf.identity(back.hiddenBias()));
  }

  /** Weights that cuDNN trained have two biases that are no halves of one. */
  @Test
  void twoBiasesOfAGateAreAdded() {
    var weights =
        new CudnnWeights<>(
            List.of(random(UNITS, DEPTH), random(UNITS, UNITS)),
            List.of(
                test.feed64(Shape.of(2), Shape.of(2), 1, 2),
                test.feed64(Shape.of(2), Shape.of(2), 30, 40)));
    assertArrayEquals(new double[] {31, 42}, test.value(weights.rnn(tf).bias()), 0);
  }

  @Test
  void weightsThatDoNotFitAreRefused() {
    var kernel = random(DEPTH + UNITS, 4 * UNITS + 1);
    var bias = random(4 * UNITS);
    assertEquals(
        "cuDNN weights: kernel must have shape [D + H, 4H], got [5, 9]",
        Refusals.argument(() -> CudnnWeights.ofLstm(tf, new CudnnWeights.Cell<>(kernel, bias))));
    var one = CudnnWeights.ofGru(tf, gru());
    assertEquals("cuDNN weights: matrices must be 8, got 6", Refusals.argument(() -> one.lstm(tf)));
    assertEquals(
        "cuDNN weights: matrices and biases must be two for each gate, got 1 and 2",
        Refusals.argument(() -> new CudnnWeights<>(List.of(kernel), List.of(bias, bias))));
  }
}
