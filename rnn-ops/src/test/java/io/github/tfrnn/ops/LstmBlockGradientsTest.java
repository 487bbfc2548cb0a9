package io.github.tfrnn.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Stack;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt64;

/** The LSTM in one op has the gradient of its formula. */
class LstmBlockGradientsTest {
  private static final int TIME = 4;

  private final TestGraph test = new TestGraph();
  private final Ops tf = test.tf();

  /** What the op may be asked for. Of the clips, 0.3 bites and 0 does nothing. */
  enum Settings {
    PLAIN(new BlockLstmFormula(false, -1, 1)),
    CLIP_OF_ZERO(new BlockLstmFormula(false, 0, 0.5)),
    CLIPPED(new BlockLstmFormula(false, 0.3, 1)),
    PEEPHOLES(new BlockLstmFormula(true, -1, 0)),
    CLIPPED_PEEPHOLES(new BlockLstmFormula(true, 0.3, 1));

    private final BlockLstmFormula lstm;

    Settings(BlockLstmFormula lstm) {
      this.lstm = lstm;
    }
  }

  /** Which outputs the loss reads; the others come back as zeros. */
  enum Used {
    H(6),
    CS(1),
    CS_AND_H(1, 6),
    GATES(0, 2, 3, 4, 5),
    ALL(0, 1, 2, 3, 4, 5, 6);

    private final int[] outputs;

    Used(int... outputs) {
      this.outputs = outputs;
    }
  }

  @AfterEach
  void close() {
    test.close();
  }

  static Stream<Arguments> stepCases() {
    return Arrays.stream(Settings.values())
        .flatMap(
            settings -> Arrays.stream(Used.values()).map(used -> Arguments.of(settings, used)));
  }

  @ParameterizedTest
  @MethodSource("stepCases")
  void aStepHasTheGradientOfItsFormula(Settings settings, Used used) {
    var inputs = BlockLstmFormula.inputs(test);
    BlockAgreement.assertSame(
        test,
        BlockAgreement.loss(test, settings.lstm.formula(tf, inputs), used.outputs),
        BlockAgreement.loss(test, settings.lstm.step(tf, inputs), used.outputs),
        inputs);
  }

  @ParameterizedTest
  @EnumSource(names = {"PLAIN", "PEEPHOLES"})
  void gradientOfAStepMatchesFiniteDifferences(Settings settings) {
    var inputs = BlockLstmFormula.inputs(test);
    var loss = BlockAgreement.loss(test, settings.lstm.step(tf, inputs), Used.ALL.outputs);
    BlockAgreement.assertSlopes(test, loss, inputs);
  }

  /** A clip that bites lets nothing through to the step before. */
  @Test
  void aClippedMemoryHasNoSlope() {
    var inputs = BlockLstmFormula.inputs(test);
    var loss =
        BlockAgreement.loss(
            test, new BlockLstmFormula(false, 1e-6, 1).step(tf, inputs), Used.CS.outputs);
    assertArrayEquals(
        new double[BlockLstmFormula.B * BlockLstmFormula.H],
        test.value(Gradients.of(loss, inputs).get(1)),
        0);
  }

  /**
   * Why peepholes do not use the kernel: it reuses the memory of the peephole weights for their
   * gradient, which it zeroes before it reads the weights, if nobody else holds them. Should
   * TensorFlow get better here, this test says so.
   */
  @Test
  void theKernelForgetsPeepholeWeightsThatNobodyElseHolds() {
    var inputs = BlockLstmFormula.inputs(test);
    var alone = memoryGradientOfKernel(inputs, true);
    var held = memoryGradientOfKernel(inputs, false);
    assertTrue(Math.abs(alone[0] - held[0]) > 1e-3, Arrays.toString(alone));
  }

  private double[] memoryGradientOfKernel(List<Operand<TFloat64>> inputs, boolean alone) {
    var builder = tf.scope().opBuilder("LSTMBlockCellGrad", "LSTMBlockCellGrad");
    var narrow = new ArrayList<Operand<TFloat32>>();
    for (var input : inputs) {
      narrow.add(tf.dtypes.cast(input, TFloat32.class));
    }
    narrow.forEach(input -> builder.addInput(input.asOutput()));
    for (int i = 0; i < 8; i++) {
      builder.addInput(narrow.get(1).asOutput()); // i, cs, f, o, ci, co, cs_grad, h_grad
    }
    var gradient = builder.setAttr("use_peephole", true).build().<TFloat32>output(0);
    List<Operand<?>> fetches = new ArrayList<>(List.of(gradient));
    if (!alone) {
      fetches.addAll(narrow.subList(4, 7)); // a fetch holds them
    }
    return test.values(fetches).get(0);
  }

  static Stream<Arguments> sequenceCases() {
    return Stream.of("BlockLSTM", "BlockLSTMV2")
        .flatMap(
            type ->
                Stream.of(Used.H, Used.CS, Used.CS_AND_H)
                    .flatMap(
                        used ->
                            Stream.of(true, false)
                                .map(peepholes -> Arguments.of(type, used, peepholes))));
  }

  @ParameterizedTest
  @MethodSource("sequenceCases")
  void aSequenceHasTheGradientOfItsFormula(String type, Used used, boolean peepholes) {
    var lstm = new BlockLstmFormula(peepholes, -1, type.equals("BlockLSTM") ? 1 : 0);
    var inputs = sequence();
    int steps = TIME - 1; // the last step is beyond the end
    BlockAgreement.assertSame(
        test,
        BlockAgreement.loss(test, unrolled(lstm, type, steps, inputs), used.outputs),
        BlockAgreement.loss(
            test, lstm.sequence(tf, type, tf.constant((long) steps), inputs), used.outputs),
        inputs);
  }

  @Test
  void gradientOfASequenceMatchesFiniteDifferences() {
    var inputs = sequence();
    var outputs =
        new BlockLstmFormula(true, -1, 1)
            .sequence(tf, "BlockLSTM", tf.constant((long) TIME), inputs);
    BlockAgreement.assertSlopes(test, BlockAgreement.loss(test, outputs, 1, 6), inputs);
  }

  private List<Operand<TFloat64>> sequence() {
    return BlockLstmFormula.inputs(
        test,
        Shape.of(-1, -1, BlockLstmFormula.D),
        Shape.of(TIME, BlockLstmFormula.B, BlockLstmFormula.D));
  }

  /** The formula for each step; what lies beyond is zeros. Only cs and h are there. */
  private List<Operand<TFloat64>> unrolled(
      BlockLstmFormula lstm, String type, int steps, List<Operand<TFloat64>> inputs) {
    var at = new ArrayList<>(inputs);
    if (type.equals("BlockLSTMV2")) {
      at.set(3, icfo(inputs.get(3), 1));
      at.set(7, icfo(inputs.get(7), 0));
    }
    var both = lstm.unrolled(tf, TIME, steps, at);
    var c = both.get(0);
    return List.of(c, c, c, c, c, c, both.get(1));
  }

  /** The second version has the columns i, f, ci, o. */
  private Operand<TFloat64> icfo(Operand<TFloat64> ifco, int axis) {
    var parts = tf.split(tf.constant(axis), ifco, 4L).output();
    return tf.concat(
        List.of(parts.get(0), parts.get(2), parts.get(1), parts.get(3)), tf.constant(axis));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 3, 4, 5})
  void theGatesOfASequenceHaveNoGradient(int output) {
    var inputs = sequence();
    var outputs =
        new BlockLstmFormula(false, -1, 1)
            .sequence(tf.withSubScope("net"), "BlockLSTM", tf.constant((long) TIME), inputs);
    var loss = BlockAgreement.loss(test, outputs, output);
    assertEquals(
        "gradients: loss must depend on xs only through outputs that have a gradient, got"
            + " BlockLSTM 'net/BlockLSTM'. Its output "
            + output
            + " has none; use the others, or cut it off with tf.stopGradient.",
        Refusals.argument(() -> Gradients.of(loss, inputs)));
  }

  @Test
  void aSequenceOfNoStepsHasGradientsOfZero() {
    var inputs =
        BlockLstmFormula.inputs(
            test,
            Shape.of(-1, -1, BlockLstmFormula.D),
            Shape.of(0, BlockLstmFormula.B, BlockLstmFormula.D));
    Operand<TInt64> none = tf.constant(0L);
    var outputs = new BlockLstmFormula(false, -1, 1).sequence(tf, "BlockLSTM", none, inputs);
    var loss = BlockAgreement.loss(test, outputs, 1, 6);
    assertArrayEquals(
        new double[(BlockLstmFormula.D + BlockLstmFormula.H) * 4 * BlockLstmFormula.H],
        test.value(Gradients.of(loss, inputs).get(3)),
        0);
  }

  static Stream<Arguments> loopCases() {
    return Stream.of(Settings.PLAIN, Settings.CLIPPED_PEEPHOLES)
        .flatMap(
            settings ->
                Stream.of(
                    Arguments.of(settings, Used.CS_AND_H, false),
                    Arguments.of(settings, Used.ALL, false),
                    Arguments.of(settings, Used.ALL, true)));
  }

  /** The op in the body of a loop, against its formula unrolled. */
  @ParameterizedTest(name = "{0}, {1}, recompute {2}")
  @MethodSource("loopCases")
  void theStepHasItsGradientInALoop(Settings settings, Used used, boolean recompute) {
    var inputs = sequence();
    BlockAgreement.assertSame(
        test,
        loopLoss(settings.lstm, inputs, used, recompute),
        unrolledLoss(settings.lstm, inputs, used),
        inputs);
  }

  private Operand<TFloat64> loopLoss(
      BlockLstmFormula lstm, List<Operand<TFloat64>> inputs, Used used, boolean recompute) {
    List<Operand<?>> initial = List.of(inputs.get(1), inputs.get(2));
    var result =
        Scan.carrying(tf, Structure.list(2), initial)
            .over(Structure.<TFloat64>tensor(), inputs.get(0))
            .options(options -> recompute ? options.recomputing() : options)
            .run(
                Structure.list(used.outputs.length),
                (body, carry, x) -> {
                  var at = new ArrayList<>(inputs);
                  at.set(0, x);
                  at.set(1, wide(carry.get(0)));
                  at.set(2, wide(carry.get(1)));
                  var outputs = lstm.step(body.tf(), at);
                  List<Operand<?>> read =
                      Arrays.stream(used.outputs).<Operand<?>>mapToObj(outputs::get).toList();
                  return new Scan.Next<>(List.of(outputs.get(1), outputs.get(6)), read);
                });
    var parts = new ArrayList<Operand<TFloat64>>();
    result.outputs().forEach(output -> parts.add(wide(output)));
    result.carry().forEach(part -> parts.add(wide(part)));
    return lossOf(parts);
  }

  private Operand<TFloat64> unrolledLoss(
      BlockLstmFormula lstm, List<Operand<TFloat64>> inputs, Used used) {
    var at = new ArrayList<>(inputs);
    var x = tf.unstack(inputs.get(0), (long) TIME, Unstack.axis(0L)).output();
    var steps = new ArrayList<List<Operand<TFloat64>>>();
    for (int t = 0; t < TIME; t++) {
      at.set(0, x.get(t));
      steps.add(lstm.formula(tf, at));
      at.set(1, steps.get(t).get(1));
      at.set(2, steps.get(t).get(6));
    }
    var parts = new ArrayList<Operand<TFloat64>>();
    for (int output : used.outputs) {
      parts.add(tf.stack(steps.stream().map(step -> step.get(output)).toList(), Stack.axis(0L)));
    }
    parts.add(at.get(1));
    parts.add(at.get(2));
    return lossOf(parts);
  }

  private Operand<TFloat64> lossOf(List<Operand<TFloat64>> parts) {
    var terms = new ArrayList<Operand<TFloat64>>();
    parts.forEach(part -> terms.add(test.weigh(part, terms.size())));
    return test.total(terms);
  }

  @SuppressWarnings("unchecked") // all values here are of this type
  private static Operand<TFloat64> wide(Operand<?> value) {
    return (Operand<TFloat64>) value;
  }

  /** A loop whose step cannot be differentiated still runs. */
  @Test
  void theGatesOfASequenceInALoopAreRefusedOnceAGradientIsAskedFor() {
    var inputs = sequence();
    var result =
        Scan.carrying(tf, Structure.<TFloat64>tensor(), inputs.get(1))
            .steps(tf.constant(2))
            .run(
                Structure.none(),
                (body, c, x) -> {
                  var at = new ArrayList<>(inputs);
                  at.set(1, c);
                  var steps = body.tf().constant((long) TIME);
                  var outputs =
                      new BlockLstmFormula(false, -1, 1)
                          .sequence(body.tf(), "BlockLSTM", steps, at);
                  var i = body.tf().sum(outputs.get(0), body.tf().constant(0));
                  return new Scan.Next<>(i, List.of());
                });
    assertEquals(BlockLstmFormula.B * BlockLstmFormula.H, test.value(result.carry()).length);
    var loss = test.weigh(result.carry(), 0);
    var message = Refusals.argument(() -> Gradients.of(loss, inputs));
    assertTrue(message.contains("has gradients of its outputs cs and h only"), message);
  }

  @Test
  void aGradientOfAGradientIsRefusedByName() {
    var inputs = BlockLstmFormula.inputs(test);
    var outputs = new BlockLstmFormula(false, -1, 1).step(tf, inputs);
    var first = (Output<?>) Gradients.of(test.weigh(outputs.get(6), 0), inputs).get(1);
    var loss = test.weigh(first.expect(TFloat64.class), 0);
    assertTrue(
        Refusals.argument(() -> Gradients.of(loss, inputs))
            .startsWith(
                "gradients: loss must depend on xs only through ops that have a gradient, got"
                    + " LSTMBlockCellGrad"));
  }
}
