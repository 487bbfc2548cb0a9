package io.github.tfrnn.ops;

import io.github.tfrnn.ops.Loops.Use;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat64;

/** The loop equals the unrolled graph: values, all gradients, whatever the options. */
class ScanGradientTest {
  private static final int D = 4;
  private static final int H = 5;

  /** The ways to run a loop. */
  enum Mode {
    STORING(false, options -> options),
    RECOMPUTING(false, ScanOptions::recomputing),
    ACCUMULATING(false, ScanOptions::accumulatingWeightGradients),
    REVERSE(true, options -> options),
    NOT_LOWERED(false, ScanOptions::notLowered),
    INDEPENDENT_ROWS(false, ScanOptions::withIndependentRows);

    private final boolean reverse;
    private final UnaryOperator<ScanOptions> options;

    Mode(boolean reverse, UnaryOperator<ScanOptions> options) {
      this.reverse = reverse;
      this.options = options;
    }

    Loops loops(boolean dynamic) {
      return new Loops(dynamic, reverse, options);
    }
  }

  private static Loops.Both lstm(Loops loops, int time, int steps, boolean lengths) {
    var x = loops.sequence(time, D);
    var c = loops.state(H);
    var h = loops.state(H);
    var step =
        Steps.lstm(
            loops.weight(D + H, 4 * H),
            loops.weight(4 * H),
            lengths ? loops.test().feedInts(2, 0, 5) : null);
    return loops.both(List.of(c, h), List.of(x), time, steps, step);
  }

  private static Loops.Both gru(Loops loops, int time) {
    var step =
        Steps.gru(
            loops.weight(D + H, 2 * H),
            loops.weight(2 * H),
            loops.weight(D + H, H),
            loops.weight(H));
    return loops.both(List.of(loops.state(H)), List.of(loops.sequence(time, D)), time, step);
  }

  private static Loops.Both broadcasting(Loops loops, int time) {
    var step =
        Steps.broadcasting(
            loops.weight(D, H), loops.weight(H), loops.weight(H), loops.weight(), loops.state(H));
    return loops.both(
        List.of(loops.state(H), loops.state(H)), List.of(loops.sequence(time, D)), time, step);
  }

  @ParameterizedTest
  @EnumSource
  void lstmWithoutLengthsOnKnownShapes(Mode mode) {
    try (var loops = mode.loops(false)) {
      loops.assertAgree(lstm(loops, 6, 6, false), Use.ALL, 1, false);
    }
  }

  @ParameterizedTest
  @EnumSource
  void lstmWithLengthsOnUnknownShapes(Mode mode) {
    try (var loops = mode.loops(true)) {
      loops.assertAgree(lstm(loops, 6, 6, true), Use.ALL, 1, mode == Mode.STORING);
    }
  }

  @ParameterizedTest
  @EnumSource
  void gruOnUnknownShapes(Mode mode) {
    try (var loops = mode.loops(true)) {
      loops.assertAgree(gru(loops, 5), Use.ALL, 1, mode == Mode.STORING);
    }
  }

  @ParameterizedTest
  @EnumSource
  void vectorsScalarsAndOffsetsThatAreCaptured(Mode mode) {
    try (var loops = mode.loops(true)) {
      loops.assertAgree(broadcasting(loops, 5), Use.ALL, 1, mode == Mode.STORING);
    }
  }

  @ParameterizedTest
  @EnumSource(Use.class)
  void lossOfSomeResultsOnly(Use use) {
    try (var loops = Mode.STORING.loops(true)) {
      loops.assertAgree(lstm(loops, 6, 6, true), use, 1, false);
    }
  }

  @ParameterizedTest(name = "{0} of {1} steps, known shapes {2}")
  @CsvSource({"0,0,true", "0,0,false", "0,4,false", "1,1,false", "3,5,true", "3,5,false"})
  void fewerStepsThanInputs(int steps, int time, boolean known) {
    try (var loops = Mode.STORING.loops(!known)) {
      loops.assertAgree(lstm(loops, time, steps, true), Use.ALL, 1, false);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"RECOMPUTING", "REVERSE", "ACCUMULATING"})
  void fewerStepsThanInputsInOtherModes(Mode mode) {
    try (var loops = mode.loops(true)) {
      loops.assertAgree(lstm(loops, 5, 3, false), Use.ALL, 1, false);
    }
  }

  @ParameterizedTest(name = "known shapes {0}, recompute {1}, hoist {2}")
  @CsvSource({"true,false,true", "false,false,true", "false,true,true", "false,false,false"})
  void gradientOfTheGradient(boolean known, boolean recompute, boolean hoist) {
    UnaryOperator<ScanOptions> options =
        given -> {
          var second = given.withGradientOrder(2);
          second = recompute ? second.recomputing() : second;
          return hoist ? second : second.accumulatingWeightGradients();
        };
    try (var loops = new Loops(!known, false, options)) {
      loops.assertAgree(lstm(loops, 4, 4, true), Use.ALL, 2, !known && hoist);
    }
    try (var loops = new Loops(!known, true, options)) {
      loops.assertAgree(broadcasting(loops, 4), Use.ALL, 2, false);
    }
    try (var loops = new Loops(!known, false, options)) {
      loops.assertAgree(gru(loops, 4), Use.OUTPUTS, 2, false);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"STORING", "RECOMPUTING", "REVERSE"})
  void oneLoopFeedsTheNext(Mode mode) {
    try (var loops = mode.loops(true)) {
      var x = loops.sequence(4, H);
      var first = loops.weight(2 * H, H);
      var second = loops.weight(2 * H, H);
      var a =
          loops.both(
              List.of(loops.state(H)),
              List.of(x),
              4,
              (tf, position, carry, inputs) -> {
                var h = Steps.simple(tf, inputs.get(0), carry.get(0), first);
                return new Loops.Next(List.of(h), List.of(h));
              });
      var b =
          loops.both(
              List.of(a.carry().get(0)),
              List.of(a.outputs().get(0)),
              4,
              (tf, position, carry, inputs) -> {
                var h = Steps.simple(tf, inputs.get(0), carry.get(0), second);
                return new Loops.Next(List.of(h), List.of(h));
              });
      loops.assertAgree(b, Use.ALL, 1, true);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"STORING", "RECOMPUTING", "REVERSE"})
  void loopInsideALoop(Mode mode) {
    try (var loops = mode.loops(true)) {
      var kernel = loops.weight(2 * H, H);
      var inner = loops.sequence(3, H);
      var both =
          loops.both(
              List.of(loops.state(H)),
              List.of(loops.sequence(2, H)),
              2,
              (tf, position, carry, inputs) -> {
                Structure<Operand<TFloat64>> one = Structure.tensor();
                var h = Steps.simple(tf, inputs.get(0), carry.get(0), kernel);
                var run =
                    Scan.carrying(tf, one, h)
                        .over(one, inner)
                        .run(
                            one,
                            (body, state, x) -> {
                              var next = Steps.simple(body.tf(), x, state, kernel);
                              return new Scan.Next<>(next, next);
                            });
                var sum = tf.sum(run.outputs(), tf.constant(0));
                return new Loops.Next(List.of(run.carry()), List.of(sum));
              });
      loops.assertAgree(both, Use.ALL, 1, true);
    }
  }

  @Test
  void attentionOverACapturedMemory() {
    try (var loops = Mode.STORING.loops(true)) {
      var memory = loops.sequence(4, H);
      var kernel = loops.weight(2 * H, H);
      var score = loops.weight(H);
      var both =
          loops.both(
              List.of(loops.state(H)),
              List.of(loops.sequence(3, H)),
              3,
              (tf, position, carry, inputs) -> {
                var h = Steps.simple(tf, inputs.get(0), carry.get(0), kernel);
                var scores =
                    tf.sum(
                        tf.math.mul(tf.math.tanh(tf.math.add(memory, h)), score), tf.constant(2));
                var align =
                    tf.nn.softmax(tf.linalg.transpose(scores, tf.constant(new int[] {1, 0})));
                var weights =
                    tf.expandDims(
                        tf.linalg.transpose(align, tf.constant(new int[] {1, 0})), tf.constant(2));
                var context = tf.sum(tf.math.mul(weights, memory), tf.constant(0));
                return new Loops.Next(List.of(tf.math.add(h, context)), List.of(context));
              });
      loops.assertAgree(both, Use.ALL, 1, true);
    }
  }

  @Test
  void stoppedGradientsInsideTheStep() {
    try (var loops = Mode.STORING.loops(true)) {
      var kernel = loops.weight(H, H);
      var both =
          loops.both(
              List.of(loops.state(H)),
              List.of(loops.sequence(4, H)),
              4,
              (tf, position, carry, inputs) -> {
                var x = inputs.get(0);
                var a = tf.linalg.matMul(carry.get(0), kernel);
                var b = tf.math.add(a, tf.stopGradient(tf.math.sin(x)));
                var c = tf.math.add(b, tf.math.mul(x, tf.constant(0.5)));
                return new Loops.Next(List.of(tf.math.tanh(c)), List.of(c, tf.stopGradient(b)));
              });
      loops.assertAgree(both, Use.ALL, 1, false);
    }
  }
}
