package io.github.tfrnn.rnn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.cells.GruCell;
import io.github.tfrnn.cells.NtmCell;
import io.github.tfrnn.cells.NtmControllerState;
import io.github.tfrnn.ops.Gradients;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.core.Stack;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.types.TFloat64;

/** A Neural Turing Machine, whose state has a matrix and a count, under both drivers. */
class NtmDriversTest {
  private static final int TIME = 3;

  private static NtmCell<TFloat64, Operand<TFloat64>> cell() {
    return NtmCell.builder(GruCell.builder(TFloat64.class, 3).build(), 5, 2)
        .readHeads(2)
        .outputs(2)
        .build();
  }

  @ParameterizedTest(name = "rows of different lengths: {0}")
  @ValueSource(booleans = {false, true})
  void bothDriversGiveEqualValuesAndGradients(boolean mixed) {
    try (var test = new TestGraph()) {
      var tf = test.tf();
      var cell = cell();
      var x = test.random64(Shape.of(3, TIME, 2), Shape.of(3, TIME, 2));
      var lengths = mixed ? test.feedInts(3, 1, 0) : test.feedInts(3, 3, 3);
      var steps = tf.unstack(x, (long) TIME, Unstack.axis(1L)).output();
      var unrolled = Rnn.staticRnn(test.scope(), cell, steps, o -> o.sequenceLength(lengths));
      var loop = Rnn.dynamicRnn(test.scope(), cell, x, o -> o.sequenceLength(lengths));
      var expected =
          everything(test, x, tf.stack(unrolled.outputs(), Stack.axis(1L)), unrolled.state());
      var actual = everything(test, x, loop.outputs(), loop.state());
      var all = new ArrayList<Operand<?>>(expected);
      all.addAll(actual);
      var numbers = test.values(all);
      for (int i = 0; i < expected.size(); i++) {
        // The gradient in a memory of 1e-6 is large: what counts is the size of the numbers.
        double largest = Arrays.stream(numbers.get(i)).map(Math::abs).max().orElseThrow();
        double tolerance = 1e-12 * Math.max(1, largest);
        assertArrayEquals(
            numbers.get(i), numbers.get(expected.size() + i), tolerance, "tensor " + i);
      }
    }
  }

  /** The results, and the gradients of all of them in the input and in each variable. */
  private static List<Operand<?>> everything(
      TestGraph test,
      Operand<TFloat64> x,
      Operand<TFloat64> outputs,
      NtmControllerState<TFloat64, Operand<TFloat64>> state) {
    var results = new ArrayList<Operand<TFloat64>>(List.of(outputs, state.controllerState()));
    results.addAll(state.readVectors());
    results.addAll(state.addressWeights());
    results.add(state.memory());
    var terms = new ArrayList<Operand<TFloat64>>();
    results.forEach(part -> terms.add(test.weigh(part, terms.size())));
    var sources = new ArrayList<Operand<TFloat64>>(List.of(x));
    test.scope().variables().forEach(v -> sources.add(v.value(TFloat64.class)));
    var all = new ArrayList<Operand<?>>(results);
    all.add(state.time());
    all.addAll(Gradients.of(test.total(terms), sources));
    return all;
  }

  /** A window of one step and one of two give what a sequence of three steps gives. */
  @Test
  void theStateGoesOnInTheNextWindow() {
    try (var test = new TestGraph()) {
      var tf = test.tf();
      var cell = cell();
      var x = test.random64(Shape.of(2, TIME, 2), Shape.of(2, TIME, 2));
      var windows = tf.splitV(x, tf.constant(new int[] {1, 2}), tf.constant(1), 2L).output();
      var whole = Rnn.dynamicRnn(test.scope(), cell, x);
      var first = Rnn.dynamicRnn(test.scope(), cell, windows.get(0));
      var second =
          Rnn.dynamicRnn(test.scope(), cell, windows.get(1), o -> o.initialState(first.state()));
      var expected = tf.splitV(whole.outputs(), tf.constant(new int[] {1, 2}), tf.constant(1), 2L);
      var numbers =
          test.values(
              List.of(
                  expected.output().get(1),
                  second.outputs(),
                  whole.state().memory(),
                  second.state().memory(),
                  second.state().time()));
      assertArrayEquals(numbers.get(0), numbers.get(1), 1e-12);
      assertArrayEquals(numbers.get(2), numbers.get(3), 1e-12);
      assertEquals(3, numbers.get(4)[0]);
    }
  }
}
