package io.github.tfrnn.rnn;

import static io.github.tfrnn.testing.Refusals.argument;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.cells.GruCell;
import io.github.tfrnn.cells.LstmCell;
import io.github.tfrnn.cells.LstmState;
import io.github.tfrnn.cells.MultiRnnCell;
import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.types.TFloat64;

/** The state saver tests of TensorFlow 1.15's LSTMTest. */
class StateSavingRnnTest {
  private static final int UNITS = 3;

  /** Keeps each part in a variable, two rows of three. */
  private static final class Variables implements StateSaver {
    private final VariableScope scope;
    private final List<String> log = new ArrayList<>();

    Variables(VariableScope scope) {
      this.scope = scope.withTrainable(false);
    }

    @Override
    public Operand<?> state(Ops tf, String name) {
      log.add("state " + name);
      return scope.variable(name, Shape.of(2, UNITS), TFloat64.class, Initializers.zeros());
    }

    @Override
    @SuppressWarnings("unchecked") // all parts here are of this type
    public Op saveState(Ops tf, String name, Operand<?> value) {
      log.add("save " + name);
      Operand<TFloat64> reference =
          scope.graph().operationOrThrow(scope.name() + "/" + name).output(0);
      return tf.assign(reference, (Operand<TFloat64>) value);
    }
  }

  private static LstmCell<TFloat64> lstm() {
    return LstmCell.builder(TFloat64.class, UNITS).initializer(Weights.byShape()).build();
  }

  private static List<? extends Operand<TFloat64>> steps(TestGraph test, Operand<TFloat64> x) {
    return test.tf().unstack(x, x.shape().get(1), Unstack.axis(1L)).output();
  }

  /** The same steps in one run, and in two with the state saved between. */
  @Test
  void aRunGoesOnWhereTheRunBeforeStopped() {
    try (var test = new TestGraph()) {
      var cell = lstm();
      var numbers = test.random(2 * 4 * 2);
      var half = Shape.of(2, 2, 2);
      var x = test.feed64(half, half, part(numbers, 0));
      var saver = new Variables(test.scope().scope("saver"));
      var saving =
          Rnn.staticStateSavingRnn(test.scope(), cell, steps(test, x), saver, List.of("c", "h"));
      var all = test.feed64(Shape.of(2, 4, 2), Shape.of(2, 4, 2), numbers);
      var whole = Rnn.staticRnn(test.scope(), cell, steps(test, all));
      var expected = test.values(List.of(whole.state().c(), whole.state().h()));
      // The first output alone saves nothing.
      test.value(saving.outputs().get(0));
      assertArrayEquals(new double[6], saved(test, "c"));
      test.value(saving.outputs().get(1));
      test.refeed(x, TFloat64.tensorOf(half, DataBuffers.of(part(numbers, 1))));
      var second = test.values(List.of(saving.state().c(), saving.state().h()));
      assertArrayEquals(expected.get(0), second.get(0), 1e-12);
      assertArrayEquals(expected.get(1), second.get(1), 1e-12);
      assertArrayEquals(expected.get(0), saved(test, "c"), 1e-12);
      assertArrayEquals(expected.get(1), saved(test, "h"), 1e-12);
      assertEquals(List.of("state c", "state h", "save c", "save h"), saver.log);
    }
  }

  /** Two of the four steps of each row of {@code [2, 4, 2]}. */
  private static double[] part(double[] numbers, int half) {
    var part = new double[8];
    for (int row = 0; row < 2; row++) {
      System.arraycopy(numbers, row * 8 + half * 4, part, row * 4, 4);
    }
    return part;
  }

  private static double[] saved(TestGraph test, String name) {
    return test.value(
        test.scope().variables().stream()
            .filter(variable -> variable.name().equals("saver/" + name))
            .findFirst()
            .orElseThrow()
            .value());
  }

  /** testNestedStateSavers of TensorFlow 1.15: four layers, and rows that end early. */
  @Test
  void theStatesOfAStackAreSavedUnderTheirNames() {
    try (var test = new TestGraph()) {
      var stack = MultiRnnCell.of(4, layer -> lstm());
      var x = test.random64(Shape.of(2, 3, 2), Shape.of(2, 3, 2));
      var saver = new Variables(test.scope().scope("saver"));
      var names = List.of("c0", "m0", "c1", "m1", "c2", "m2", "c3", "m3");
      var lengths = test.feedInts(2, 3);
      var saving =
          Rnn.staticStateSavingRnn(
              test.scope(),
              stack,
              steps(test, x),
              saver,
              names,
              options -> options.sequenceLength(lengths));
      LstmState<TFloat64> top = saving.state().layer(3, LstmState.class);
      LstmState<TFloat64> bottom = saving.state().layer(0, LstmState.class);
      var last = test.values(List.of(top.c(), top.h(), bottom.h()));
      assertArrayEquals(last.get(0), saved(test, "c3"), 0);
      assertArrayEquals(last.get(1), saved(test, "m3"), 0);
      assertArrayEquals(last.get(2), saved(test, "m0"), 0);
      assertEquals(names.stream().map(name -> "save " + name).toList(), saver.log.subList(8, 16));
    }
  }

  @Test
  void namesThatAreNotOneForEachPartAreRefused() {
    try (var test = new TestGraph()) {
      var x = test.random64(Shape.of(2, 3, 2), Shape.of(2, 3, 2));
      var saver = new Variables(test.scope().scope("saver"));
      assertEquals(
          "rnn: stateNames must be one for each part of the cell's state, #elems(state_name) !="
              + " #elems(state_size): 1 vs. 2, got [h] for [c, h]",
          argument(
              () ->
                  Rnn.staticStateSavingRnn(
                      test.scope(), lstm(), steps(test, x), saver, List.of("h"))));
      assertEquals(
          "rnn: stateNames must differ from each other, got [h, h]",
          argument(
              () ->
                  Rnn.staticStateSavingRnn(
                      test.scope(), lstm(), steps(test, x), saver, List.of("h", "h"))));
    }
  }

  @Test
  void anInitialStateBesideTheSaversIsRefused() {
    try (var test = new TestGraph()) {
      var x = test.random64(Shape.of(2, 3, 2), Shape.of(2, 3, 2));
      var cell = GruCell.builder(TFloat64.class, UNITS).build();
      var zeros = cell.zeroState(test.tf(), test.tf().constant(2));
      assertEquals(
          "rnn: initialState must come from the state saver, got one more. Leave out the option.",
          argument(
              () ->
                  Rnn.staticStateSavingRnn(
                      test.scope(),
                      cell,
                      steps(test, x),
                      new Variables(test.scope().scope("saver")),
                      List.of("h"),
                      options -> options.initialState(zeros))));
    }
  }
}
