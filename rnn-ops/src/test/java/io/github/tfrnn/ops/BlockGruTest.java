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
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/** The GRU over a sequence with one op for a step, and its gradient, which is another loop. */
class BlockGruTest {
  private static final int TIME = 4;
  private static final int B = BlockGruFormula.B;
  private static final int D = BlockGruFormula.D;
  private static final int H = BlockGruFormula.H;

  private final TestGraph test = new TestGraph();
  private final Ops tf = test.tf();

  @AfterEach
  void close() {
    test.close();
  }

  private List<Operand<TFloat64>> inputs(int time) {
    return BlockGruFormula.inputs(test, Shape.of(-1, -1, D), Shape.of(time, B, D));
  }

  /** h of each step and the last one, in double precision. */
  private static List<Operand<TFloat64>> gru(
      Ops tf, boolean recompute, Operand<TInt32> count, List<Operand<TFloat64>> inputs) {
    var narrow = new ArrayList<Operand<TFloat32>>();
    inputs.forEach(input -> narrow.add(tf.dtypes.cast(input, TFloat32.class)));
    var weights =
        new BlockGru.Weights<>(narrow.get(2), narrow.get(4), narrow.get(3), narrow.get(5));
    var steps = new BlockGru(recompute).add(tf, count, narrow.get(0), narrow.get(1), weights);
    return List.of(
        tf.dtypes.cast(steps.h(), TFloat64.class), tf.dtypes.cast(steps.last(), TFloat64.class));
  }

  private List<Operand<TFloat64>> gru(int count, List<Operand<TFloat64>> inputs) {
    return gru(tf, false, tf.constant(count), inputs);
  }

  @ParameterizedTest(name = "{0} of 4 steps, recompute {1}")
  @CsvSource({"4, false", "3, false", "1, false", "4, true", "3, true"})
  void valuesAndGradientsAreThoseOfTheFormula(int steps, boolean recompute) {
    var inputs = inputs(TIME);
    var expected = BlockGruFormula.unrolled(tf, TIME, steps, inputs);
    var actual = gru(tf, recompute, tf.constant(steps), inputs);
    for (int[] used : new int[][] {{0}, {1}, {0, 1}}) {
      BlockAgreement.assertSame(
          test,
          BlockAgreement.loss(test, expected, used),
          BlockAgreement.loss(test, actual, used),
          inputs);
    }
  }

  @Test
  void gradientsAreSlopes() {
    var inputs = inputs(TIME);
    BlockAgreement.assertSlopes(test, BlockAgreement.loss(test, gru(TIME, inputs), 0, 1), inputs);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1})
  void withoutStepsTheStateAndItsGradientPass(int count) {
    var inputs = inputs(TIME);
    var last = gru(count, inputs).get(1);
    assertArrayEquals(test.value(tf.identity(inputs.get(1))), test.value(last), 1e-6);
    var gradients = Gradients.of(tf.sum(last, tf.constant(new int[] {0, 1})), inputs);
    assertArrayEquals(new double[] {1, 1, 1, 1}, test.value(gradients.get(1)), 0);
    assertArrayEquals(new double[(D + H) * 2 * H], test.value(gradients.get(2)), 0);
  }

  @Test
  void aSequenceOfNoStepsHasGradientsOfZero() {
    var inputs = inputs(0);
    var gradients =
        Gradients.of(BlockAgreement.loss(test, gru(0, inputs), 0, 1), inputs.subList(2, 6));
    assertArrayEquals(new double[(D + H) * 2 * H], test.value(gradients.get(0)), 0);
    assertArrayEquals(new double[H], test.value(gradients.get(3)), 0);
  }

  @Test
  void inTheBodyOfALoopItHasAGradientToo() {
    var inputs = inputs(TIME);
    var looped =
        Scan.carrying(tf, Structure.<TFloat64>tensor(), inputs.get(1))
            .steps(tf.constant(2))
            .run(
                Structure.<TFloat64>tensor(),
                (body, h, none) -> {
                  var at = BlockGruFormula.with(inputs, inputs.get(0), h);
                  var last = gru(body.tf(), false, body.tf().constant(TIME), at).get(1);
                  return new Scan.Next<>(last, last);
                });
    var once = BlockGruFormula.unrolled(tf, TIME, TIME, inputs).get(1);
    var again = BlockGruFormula.with(inputs, inputs.get(0), once);
    var twice = BlockGruFormula.unrolled(tf, TIME, TIME, again).get(1);
    BlockAgreement.assertSame(
        test,
        BlockAgreement.loss(test, List.of(twice), 0),
        BlockAgreement.loss(test, List.of(looped.carry()), 0),
        inputs);
  }

  @Test
  void theGradientIsOneCallOfAFunctionThatLayersShare() {
    var inputs = inputs(TIME);
    var both = List.of(gru(TIME, inputs).get(0), gru(TIME, inputs).get(0));
    Gradients.of(BlockAgreement.loss(test, both, 0, 1), inputs);
    var calls = BlockAgreement.calls(test);
    assertEquals(2, calls.size());
    assertEquals(calls.get(0), calls.get(1));
  }

  @Test
  void secondDerivativesAreRefused() {
    var inputs = inputs(TIME);
    var slope = Gradients.of(BlockAgreement.loss(test, gru(TIME, inputs), 0), inputs).get(2);
    var message = Refusals.argument(() -> Gradients.of(slope, inputs));
    assertTrue(
        message.endsWith(
            "There is none because: it is the gradient of GRUBlockCell in a loop. Second"
                + " derivatives need Engine.LOOP with options.secondOrder()"),
        message);
  }

  @Test
  void aGraphThatIsLoadedElsewhereKeepsTheGradient() {
    var inputs = inputs(TIME);
    var loss = BlockAgreement.loss(test, gru(TIME, inputs), 0, 1);
    BlockAgreement.assertSameElsewhere(test, loss, inputs, inputs.get(2));
  }

  @Test
  void doublePrecisionIsRefused() {
    var wide = inputs(TIME);
    var weights = new BlockGru.Weights<>(wide.get(2), wide.get(4), wide.get(3), wide.get(5));
    assertEquals(
        "GRUBlockCell: type must be TFloat32, which is what its kernel takes, got TFloat64."
            + " Rnn.dynamicRnn runs a GruCell of any type.",
        Refusals.argument(
            () -> new BlockGru(false).add(tf, tf.constant(1), wide.get(0), wide.get(1), weights)));
  }

  @Test
  void aDepthThatIsNotKnownIsRefused() {
    var x = test.feed32(Shape.of(-1, -1, -1), Shape.of(1, 1, 1), 1);
    var h = tf.zeros(tf.constant(new int[] {1, 1}), TFloat32.class);
    var kernel = tf.zeros(tf.constant(new int[] {2, 2}), TFloat32.class);
    var bias = tf.zeros(tf.constant(new int[] {2}), TFloat32.class);
    var weights = new BlockGru.Weights<>(kernel, bias, kernel, bias);
    assertEquals(
        "GRUBlockCell: x must have 3 dimensions, the last of them known while the graph is built,"
            + " got [?, ?, ?]. Give the placeholder its shape, or use tf.ensureShape.",
        Refusals.argument(() -> new BlockGru(false).add(tf, tf.constant(1), x, h, weights)));
  }
}
