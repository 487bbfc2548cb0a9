package io.github.tfrnn.cells;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.ops.Variable;
import io.github.tfrnn.testing.TestGraph;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorflow.ndarray.Shape;

/** A cell that a user wrote, {@link DecayCell}, works like those of the library. */
class UserCellTest {

  @Test
  void sharesItsWeightsBetweenSteps() {
    try (var run = new TwoSteps<>(new DecayCell(2))) {
      var h = run.matrix(run.initial.get(0));
      var rate = run.matrix(run.weights.get(1)).sigmoid();
      for (var x : run.inputs) {
        h = h.mul(rate).plus(run.matrix(x).times(run.matrix(run.weights.get(0))).tanh());
      }
      assertArrayEquals(h.elements(), run.test.value(run.outputs.get(1)), 1e-12);
    }
  }

  @Test
  void isALayerOfAStack() {
    try (var test = new TestGraph()) {
      var stack = MultiRnnCell.of(2, layer -> new DecayCell(2 + layer));
      var x = test.random64(Shape.of(1, 3), Shape.of(1, 3));
      var zeros = stack.zeroState(test.tf(), test.tf().constant(1));
      stack.step(test.scope(), x, stack.step(test.scope(), x, zeros).state());
      assertEquals(
          List.of(
              "multi_rnn_cell/cell_0/decay_cell/kernel [3, 2]",
              "multi_rnn_cell/cell_0/decay_cell/rate [2]",
              "multi_rnn_cell/cell_1/decay_cell/kernel [2, 3]",
              "multi_rnn_cell/cell_1/decay_cell/rate [3]"),
          test.scope().variables().stream().map(UserCellTest::text).toList());
    }
  }

  private static String text(Variable variable) {
    return variable.name() + " " + variable.shape();
  }

  @Test
  void keepsItsStateInOneTensorWhereAsked() {
    try (var test = new TestGraph()) {
      var cell = ConcatenatedState.of(MultiRnnCell.of(2, layer -> new DecayCell(2 + layer)));
      var zeros = cell.zeroState(test.tf(), test.tf().constant(1));
      assertArrayEquals(new double[] {1, 1, 1, 1, 1}, test.value(zeros), 0);
    }
  }
}
