package io.github.tfrnn.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.EagerSession;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt64;

/** The LSTM over a sequence in one op, and its gradient, which is a loop of this library. */
class BlockLstmTest {
  private static final int TIME = 4;
  private static final int D = BlockLstmFormula.D;
  private static final int H = BlockLstmFormula.H;

  private final TestGraph test = new TestGraph();
  private final Ops tf = test.tf();

  @AfterEach
  void close() {
    test.close();
  }

  /** x, cs, h, kernel, three peepholes and bias. */
  private List<Operand<TFloat64>> inputs(int time) {
    return BlockLstmFormula.inputs(
        test, Shape.of(-1, -1, D), Shape.of(time, BlockLstmFormula.B, D));
  }

  /** The memory and the output of each step, of the op. */
  private List<Operand<TFloat64>> op(
      BlockLstm lstm, Operand<TInt64> count, List<Operand<TFloat64>> inputs) {
    var narrow = new ArrayList<Operand<TFloat32>>();
    inputs.forEach(input -> narrow.add(tf.dtypes.cast(input, TFloat32.class)));
    var weights =
        new BlockLstm.Weights<>(
            narrow.get(3), narrow.get(7), narrow.get(4), narrow.get(5), narrow.get(6));
    var steps = lstm.add(tf, count, narrow.get(0), narrow.get(1), narrow.get(2), weights);
    return List.of(
        tf.dtypes.cast(steps.c(), TFloat64.class), tf.dtypes.cast(steps.h(), TFloat64.class));
  }

  /** The same of the formula; zeros where no step is taken. */
  private List<Operand<TFloat64>> formula(
      BlockLstmFormula lstm, int steps, List<Operand<TFloat64>> inputs) {
    return lstm.unrolled(tf, TIME, steps, inputs);
  }

  @ParameterizedTest(name = "{0} of 4 steps, forget bias {1}")
  @CsvSource({"4, 1", "4, 0", "3, 1", "1, 0.5"})
  void valuesAndGradientsAreThoseOfTheFormula(int steps, float forgetBias) {
    var inputs = inputs(TIME);
    var lstm = new BlockLstm(forgetBias, -1, false);
    for (int[] used : new int[][] {{0}, {1}, {0, 1}}) {
      BlockAgreement.assertSame(
          test,
          BlockAgreement.loss(
              test, formula(new BlockLstmFormula(false, -1, forgetBias), steps, inputs), used),
          BlockAgreement.loss(test, op(lstm, tf.constant((long) steps), inputs), used),
          inputs);
    }
  }

  @ParameterizedTest
  @CsvSource({"-1, 0", "5, 4"})
  void aCountOutsideOfTheSequenceIsCut(long asked, long taken) {
    var inputs = inputs(TIME);
    var lstm = new BlockLstm(1, -1, false);
    var outputs = op(lstm, tf.constant(asked), inputs);
    var expected = op(lstm, tf.constant(taken), inputs);
    assertArrayEquals(test.value(expected.get(1)), test.value(outputs.get(1)), 0);
  }

  @Test
  void gradientsAreSlopes() {
    var inputs = inputs(TIME);
    var outputs = op(new BlockLstm(1, -1, false), tf.constant((long) TIME), inputs);
    BlockAgreement.assertSlopes(test, BlockAgreement.loss(test, outputs, 0, 1), inputs);
  }

  @Test
  void withPeepholesGradientsAreThoseOfTheFormulaToo() {
    var inputs = inputs(TIME);
    BlockAgreement.assertSame(
        test,
        BlockAgreement.loss(test, formula(new BlockLstmFormula(true, -1, 1), TIME, inputs), 0, 1),
        BlockAgreement.loss(
            test, op(new BlockLstm(1, -1, true), tf.constant((long) TIME), inputs), 0, 1),
        inputs);
  }

  @Test
  void aSequenceOfNoStepsHasGradientsOfZero() {
    var inputs = inputs(0);
    var outputs = op(new BlockLstm(1, -1, false), tf.constant(0L), inputs);
    var gradients = Gradients.of(BlockAgreement.loss(test, outputs, 0, 1), inputs);
    assertArrayEquals(new double[(D + H) * 4 * H], test.value(gradients.get(3)), 0);
  }

  @Test
  void theGradientIsOneCallOfAFunctionThatLayersShare() {
    var inputs = inputs(TIME);
    var lstm = new BlockLstm(1, -1, false);
    var first = op(lstm, tf.constant((long) TIME), inputs);
    var second = op(lstm, tf.constant((long) TIME), inputs);
    Gradients.of(BlockAgreement.loss(test, List.of(first.get(1), second.get(1)), 0, 1), inputs);
    var calls = BlockAgreement.calls(test);
    assertEquals(2, calls.size());
    assertEquals(calls.get(0), calls.get(1));
  }

  @Test
  void secondDerivativesAreRefused() {
    var inputs = inputs(TIME);
    var outputs = op(new BlockLstm(1, -1, false), tf.constant((long) TIME), inputs);
    var slope = Gradients.of(BlockAgreement.loss(test, outputs, 1), inputs).get(3);
    var message = Refusals.argument(() -> Gradients.of(slope, inputs));
    assertTrue(
        message.endsWith(
            "There is none because: it is the gradient of BlockLSTM. Second derivatives need"
                + " Engine.LOOP with options.secondOrder()"),
        message);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aGraphThatIsLoadedElsewhereKeepsTheGradient(boolean peepholes) {
    var inputs = inputs(TIME);
    var outputs = op(new BlockLstm(1, -1, peepholes), tf.constant((long) TIME), inputs);
    var loss = BlockAgreement.loss(test, outputs, 0, 1);
    BlockAgreement.assertSameElsewhere(test, loss, inputs, inputs.get(3));
  }

  /** Weights of one unit and one input. */
  private static BlockLstm.Weights<TFloat32> zeros(Ops tf) {
    var kernel = tf.zeros(tf.constant(new int[] {2, 4}), TFloat32.class);
    var bias = tf.zeros(tf.constant(new int[] {4}), TFloat32.class);
    return BlockLstm.Weights.plain(tf, kernel, bias, 1);
  }

  @Test
  void aDepthThatIsNotKnownIsRefused() {
    var x = test.feed32(Shape.of(-1, -1, -1), Shape.of(1, 1, 1), 1);
    var c = tf.zeros(tf.constant(new int[] {1, 1}), TFloat32.class);
    var weights = zeros(tf);
    assertEquals(
        "BlockLSTM: x must have 3 dimensions, the last of them known while the graph is built, got"
            + " [?, ?, ?]. Give the placeholder its shape, or use tf.ensureShape.",
        Refusals.argument(
            () -> new BlockLstm(1, -1, false).add(tf, tf.constant(1L), x, c, c, weights)));
  }

  @Test
  void anEagerEnvironmentIsRefused() {
    try (var session = EagerSession.create()) {
      var eager = Ops.create(session);
      var x = eager.zeros(eager.constant(new int[] {1, 1, 1}), TFloat32.class);
      var c = eager.zeros(eager.constant(new int[] {1, 1}), TFloat32.class);
      var weights = zeros(eager);
      assertEquals(
          "BlockLSTM: tf must build a graph, got an eager environment. Make it with"
              + " Ops.create(new Graph()).",
          Refusals.argument(
              () -> new BlockLstm(1, -1, false).add(eager, eager.constant(1L), x, c, c, weights)));
    }
  }
}
