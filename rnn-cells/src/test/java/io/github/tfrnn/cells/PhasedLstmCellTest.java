package io.github.tfrnn.cells;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.ops.Gradients;
import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.Reuse;
import io.github.tfrnn.testing.FiniteDifferences;
import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/** What {@link CellContract} asks of a cell, asked of one whose input has a time. */
class PhasedLstmCellTest {
  private static final String SCOPE = "root/phased_lstm_cell";
  private static final List<String> NAMES =
      List.of(
          SCOPE + "/mask_gates/kernel",
          SCOPE + "/mask_gates/bias",
          SCOPE + "/new_input/kernel",
          SCOPE + "/new_input/bias",
          SCOPE + "/output_gate/kernel",
          SCOPE + "/output_gate/bias",
          SCOPE + "/period",
          SCOPE + "/phase",
          SCOPE + "/ratio_on");

  /**
   * Two steps of three units for four rows: the first clock rises, the second falls, the third is
   * closed in the first row, and all three have another place in their cycle in each.
   */
  private static final class TwoPhasedSteps implements AutoCloseable {
    final TestGraph test = new TestGraph();
    final List<Operand<TFloat64>> times = new ArrayList<>();
    final List<Operand<TFloat64>> xs = new ArrayList<>();
    final List<Operand<TFloat64>> outputs = new ArrayList<>();
    final LstmState<TFloat64> initial;
    LstmState<TFloat64> last;

    TwoPhasedSteps(PhasedLstmCell<TFloat64> cell) {
      times.add(test.feed64(Shape.of(4, 1), Shape.of(4, 1), 10.2, 31.7, 45.3, 58.4));
      times.add(test.feed64(Shape.of(4, 1), Shape.of(4, 1), 11.9, 32.1, 51.8, 59.1));
      initial = new LstmState<>(random(3), random(3));
      last = initial;
      for (var time : times) {
        var x = random(2);
        xs.add(x);
        var scope = test.scope().scope("root");
        var step = cell.step(scope, new TimedInput<>(time, x), last);
        outputs.add(step.output());
        last = step.state();
      }
      for (var variable : test.scope().variables()) {
        double[] numbers =
            switch (variable.name().substring(variable.name().lastIndexOf('/') + 1)) {
              case "period" -> new double[] {3.3, 5.9, 11.2};
              case "phase" -> new double[] {0.4, 2.5, 1.3};
              case "ratio_on" -> new double[] {0.9, 0.4, 0.6};
              default -> test.random((int) variable.shape().size());
            };
        test.refeed(variable.value(), TFloat64.tensorOf(variable.shape(), DataBuffers.of(numbers)));
      }
    }

    private Operand<TFloat64> random(long width) {
      return test.random64(Shape.of(4, width), Shape.of(4, width));
    }

    List<Operand<TFloat64>> weights() {
      return test.scope().variables().stream().map(v -> v.value(TFloat64.class)).toList();
    }

    List<Operand<TFloat64>> results() {
      return List.of(outputs.get(0), outputs.get(1), last.c(), last.h());
    }

    /** What is fed, as a matrix. */
    Matrix matrix(Operand<TFloat64> operand) {
      var shape = test.fed(operand).shape();
      int columns = (int) shape.get(shape.numDimensions() - 1);
      return new Matrix(
          (int) (shape.size() / columns), columns, TestGraph.elements(test.fed(operand)));
    }

    @Override
    public void close() {
      test.close();
    }
  }

  private static PhasedLstmCell<TFloat64> cell(boolean peepholes) {
    var builder = PhasedLstmCell.builder(TFloat64.class, 3).leak(0.05);
    return peepholes ? builder.peepholes().build() : builder.build();
  }

  @ParameterizedTest(name = "peepholes {0}")
  @ValueSource(booleans = {false, true})
  void matchesPlainJavaLoop(boolean peepholes) {
    try (var run = new TwoPhasedSteps(cell(peepholes))) {
      var weights = run.weights().stream().map(run::matrix).toList();
      var c = run.matrix(run.initial.c());
      var h = run.matrix(run.initial.h());
      for (int t = 0; t < 2; t++) {
        var xh = run.matrix(run.xs.get(t)).beside(h);
        var seen = peepholes ? xh.beside(c) : xh;
        var gates = seen.times(weights.get(0)).plus(weights.get(1)).sigmoid();
        var j = xh.times(weights.get(2)).plus(weights.get(3)).tanh();
        var memory = c.mul(gates.columns(3, 6)).plus(gates.columns(0, 3).mul(j));
        var o = peepholes ? xh.beside(memory) : xh;
        var open = o.times(weights.get(4)).plus(weights.get(5)).sigmoid();
        var k = clocks(run.matrix(run.times.get(t)), weights);
        c = blend(k, memory, c);
        h = blend(k, memory.tanh().mul(open), h);
      }
      var values = run.test.values(run.results());
      assertArrayEquals(h.elements(), values.get(1), CellContract.TOLERANCE);
      assertArrayEquals(c.elements(), values.get(2), CellContract.TOLERANCE);
      assertArrayEquals(h.elements(), values.get(3), CellContract.TOLERANCE);
    }
  }

  private static Matrix blend(Matrix k, Matrix fresh, Matrix old) {
    return k.mul(fresh).plus(k.map(v -> 1 - v).mul(old));
  }

  private static Matrix clocks(Matrix time, List<Matrix> weights) {
    double[] k = new double[12];
    for (int i = 0; i < 12; i++) {
      int unit = i % 3;
      double period = weights.get(6).at(0, unit);
      double on = weights.get(8).at(0, unit);
      double r = (time.at(i / 3, 0) - weights.get(7).at(0, unit)) % period / period;
      k[i] = r < on / 2 ? 2 * r / on : r < on ? 2 - 2 * r / on : 0.05 * r;
    }
    return new Matrix(4, 3, k);
  }

  @ParameterizedTest(name = "peepholes {0}")
  @ValueSource(booleans = {false, true})
  void gradientMatchesFiniteDifference(boolean peepholes) {
    try (var run = new TwoPhasedSteps(cell(peepholes))) {
      var terms = new ArrayList<Operand<TFloat64>>();
      run.results().forEach(part -> terms.add(run.test.weigh(part, terms.size())));
      var loss = run.test.total(terms);
      var sources = new ArrayList<>(run.times);
      sources.addAll(run.xs);
      sources.addAll(List.of(run.initial.c(), run.initial.h()));
      sources.addAll(run.weights());
      var gradients = run.test.values(Gradients.of(loss, sources));
      for (int i = 0; i < sources.size(); i++) {
        var source = sources.get(i);
        var slopes =
            IntStream.range(0, gradients.get(i).length)
                .mapToDouble(k -> FiniteDifferences.slope(run.test, loss, source, k))
                .toArray();
        assertArrayEquals(slopes, gradients.get(i), 1e-7, "gradient of tensor " + i);
      }
    }
  }

  @ParameterizedTest(name = "peepholes {0}")
  @ValueSource(booleans = {false, true})
  void projectionAndRecurrenceAreAStep(boolean peepholes) {
    try (var run = new TwoPhasedSteps(cell(peepholes))) {
      var tf = run.test.tf();
      var scope = run.test.scope().scope("root").withReuse(Reuse.ALWAYS);
      var rows =
          new TimedInput<>(tf.concat(run.times, tf.constant(0)), tf.concat(run.xs, tf.constant(0)));
      var projection = cell(peepholes).project(scope, rows);
      var parts = TwoSteps.halves(tf, projection.inputs());
      var first = projection.recurrence().step(tf, parts.get(0), run.initial);
      var second = projection.recurrence().step(tf, parts.get(1), first.state());
      var halves = List.of(first.output(), second.output(), second.state().c(), second.state().h());
      var expected = TwoSteps.flat(run.test.values(run.results()));
      assertArrayEquals(expected, TwoSteps.flat(run.test.values(halves)), CellContract.TOLERANCE);
    }
  }

  @Test
  void reusesWeightsOnSecondStep() {
    try (var run = new TwoPhasedSteps(cell(false))) {
      assertEquals(NAMES, run.test.scope().variables().stream().map(v -> v.name()).toList());
    }
  }

  /** A clock that is closed and does not leak keeps the state. */
  @Test
  void aClosedClockKeepsTheState() {
    try (var test = new TestGraph()) {
      var cell = PhasedLstmCell.builder(TFloat64.class, 2).leak(0).build();
      var row = Shape.of(1, 2);
      var state = new LstmState<>(test.random64(row, row), test.random64(row, row));
      var time = test.feed64(Shape.of(1, 1), Shape.of(1, 1), 3.5);
      var step = cell.step(test.scope(), new TimedInput<>(time, test.random64(row, row)), state);
      for (var variable : test.scope().variables()) {
        var name = variable.name();
        if (name.endsWith("period") || name.endsWith("phase")) {
          double value = name.endsWith("period") ? 5 : 1; // half of the cycle is over
          test.refeed(variable.value(), TFloat64.vectorOf(value, value));
        }
      }
      assertArrayEquals(fed(test, state.c()), test.value(step.state().c()), 0);
      assertArrayEquals(fed(test, state.h()), test.value(step.output()), 0);
    }
  }

  private static double[] fed(TestGraph test, Operand<TFloat64> operand) {
    return TestGraph.elements(test.fed(operand));
  }

  /** Seconds since 1970 with milliseconds: single precision would know them to a minute only. */
  @Test
  void theTimeMayHaveMoreDigitsThanTheWeights() {
    try (var test = new TestGraph()) {
      var cell = PhasedLstmCell.builder(TFloat32.class, 1).ratioOn(1).leak(0).build();
      var one = Shape.of(2, 1);
      var time = test.feed64(one, one, 1_700_000_000.000, 1_700_000_000.002);
      var x = test.feed32(one, one, 1, 1);
      var step =
          cell.step(
              test.scope().withInitializer(Initializers.constant(0.5)),
              new TimedInput<>(time, x),
              cell.zeroState(test.tf(), test.tf().constant(2)));
      for (var variable : test.scope().variables()) {
        if (variable.name().endsWith("period")) {
          test.refeed(variable.value(), TFloat32.vectorOf(0.0078125f));
        } else if (variable.name().endsWith("phase")) {
          test.refeed(variable.value(), TFloat32.vectorOf(0));
        }
      }
      // The cycle begins at the first time; two milliseconds later the clock is half open.
      double[] c = test.value(step.state().c());
      assertEquals(0, c[0], 1e-4);
      double full = 1 / (1 + Math.exp(-0.5)) * Math.tanh(0.5);
      assertEquals(2 * 0.002 / 0.0078125 * full, c[1], 1e-4);
    }
  }

  @Test
  void periodsAndPhasesBeginWithinTheirBounds() {
    try (var test = new TestGraph()) {
      var cell = PhasedLstmCell.builder(TFloat64.class, 400).period(2, 50).ratioOn(0.3).build();
      var x = test.random64(Shape.of(1, 1), Shape.of(1, 1));
      cell.step(
          test.scope(), new TimedInput<>(x, x), cell.zeroState(test.tf(), test.tf().constant(1)));
      var values =
          test.values(test.scope().variables().subList(6, 9).stream().map(v -> v.value()).toList());
      double logarithms = 0;
      double parts = 0;
      for (int i = 0; i < 400; i++) {
        double period = values.get(0)[i];
        double phase = values.get(1)[i];
        assertTrue(period >= 2 && period < 50, "period " + period);
        assertTrue(phase >= 0 && phase < period, "phase " + phase + " of " + period);
        assertEquals(0.3, values.get(2)[i]);
        logarithms += Math.log(period / 2) / Math.log(25) / 400;
        parts += phase / period / 400;
      }
      assertEquals(0.5, logarithms, 0.06, "middle of the logarithms");
      assertEquals(0.5, parts, 0.06, "middle of the phases");
    }
  }

  @Test
  void theRatioIsTrainedUnlessItIsFixed() {
    assertEquals(9, trainable(PhasedLstmCell.builder(TFloat64.class, 1)));
    assertEquals(8, trainable(PhasedLstmCell.builder(TFloat64.class, 1).fixedRatioOn()));
  }

  private static int trainable(PhasedLstmCell.Builder<TFloat64> builder) {
    try (var test = new TestGraph()) {
      var cell = builder.build();
      var x = test.random64(Shape.of(1, 1), Shape.of(1, 1));
      var state = cell.zeroState(test.tf(), test.tf().constant(1));
      cell.step(test.scope(), new TimedInput<>(x, x), state);
      return test.scope().trainableVariables().size();
    }
  }

  @Test
  void refusesBadShapes() {
    var good = Shape.of(2, 1);
    assertEquals(
        SCOPE + ": x must have shape [batch, depth] with a known depth, got [2, ?]",
        refusal(good, Shape.of(2, -1), Shape.of(2, 3)));
    assertEquals(
        SCOPE + ": time must have shape [2, 1], got [2]",
        refusal(Shape.of(2), Shape.of(2, 5), Shape.of(2, 3)));
    assertEquals(
        SCOPE + ": time must have shape [2, 1], got [3, 1]",
        refusal(Shape.of(3, 1), Shape.of(2, 5), Shape.of(2, 3)));
    assertEquals(
        SCOPE + ": state c must have shape [2, 3], got [2, 4]",
        refusal(good, Shape.of(2, 5), Shape.of(2, 4)));
  }

  private static String refusal(Shape time, Shape x, Shape state) {
    try (var test = new TestGraph()) {
      var tf = test.tf();
      var input =
          new TimedInput<>(
              tf.placeholder(TFloat64.class, Placeholder.shape(time)),
              tf.placeholder(TFloat64.class, Placeholder.shape(x)));
      var c = tf.placeholder(TFloat64.class, Placeholder.shape(state));
      var scope = test.scope().scope("root");
      var message = Refusals.argument(() -> cell(false).step(scope, input, new LstmState<>(c, c)));
      assertEquals(List.of(), scope.variables(), "variables after the refusal");
      return message;
    }
  }

  @Test
  void aTimeInWholeNumbersIsRefused() {
    try (var test = new TestGraph()) {
      var x = test.feed32(Shape.of(2, 1), Shape.of(2, 1), 1, 2);
      var ints = test.tf().zeros(test.tf().constant(new int[] {2, 1}), TInt32.class);
      var cell = PhasedLstmCell.builder(TFloat32.class, 1).build();
      var state = cell.zeroState(test.tf(), test.tf().constant(2));
      assertEquals(
          "phased_lstm_cell: time must be floating point, got TInt32",
          Refusals.argument(
              () -> cell.step(test.scope(), new TimedInput<>(Misfit.of(ints), x), state)));
    }
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    var builder = PhasedLstmCell.builder(TFloat32.class, 1);
    assertEquals(
        "phased_lstm_cell: ratioOn must be above 0 and at most 1, got 0.0",
        Refusals.argument(() -> builder.ratioOn(0)));
    assertEquals(
        "phased_lstm_cell: period must be 0 < shortest <= longest, got 3.0 and 2.0",
        Refusals.argument(() -> builder.period(3, 2)));
  }

  @Test
  void aCellKeepsTheSettingsThatItWasBuiltWith() {
    var builder = PhasedLstmCell.builder(TFloat64.class, 1);
    var cell = builder.build();
    builder.peepholes();
    try (var test = new TestGraph()) {
      var x = test.random64(Shape.of(1, 1), Shape.of(1, 1));
      var state = cell.zeroState(test.tf(), test.tf().constant(1));
      cell.step(test.scope(), new TimedInput<>(x, x), state);
      assertEquals(Shape.of(2, 2), test.scope().variables().get(0).shape());
    }
  }
}
