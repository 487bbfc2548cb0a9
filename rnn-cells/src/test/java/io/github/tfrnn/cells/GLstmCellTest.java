package io.github.tfrnn.cells;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TFloating;

class GLstmCellTest {
  private static final String SCOPE = "root/glstm_cell";

  @Nested
  class WithThreeGroupsAndProjection implements CellContract {
    @Override
    public <T extends TFloating> TensorCell<T, ?> cell(Class<T> type) {
      return GLstmCell.builder(type, 6).groups(3).projection(3).build();
    }

    @Override
    public List<String> variableNames() {
      return List.of(
          SCOPE + "/group0/kernel",
          SCOPE + "/group1/kernel",
          SCOPE + "/group2/kernel",
          SCOPE + "/bias_i",
          SCOPE + "/bias_j",
          SCOPE + "/bias_f",
          SCOPE + "/bias_o",
          SCOPE + "/projection/kernel");
    }

    @Override
    public String inputRefuser() {
      return SCOPE;
    }

    /** Each group is an LSTM of its own until the projection. */
    @Override
    public List<Matrix> plainStep(List<Matrix> weights, Matrix x, List<Matrix> state) {
      var cs = new ArrayList<Matrix>();
      var ms = new ArrayList<Matrix>();
      for (int k = 0; k < 3; k++) {
        int from = 2 * k;
        var bias = part(weights.get(3), from);
        for (int gate = 4; gate < 7; gate++) {
          bias = bias.beside(part(weights.get(gate), from));
        }
        var step =
            PlainLstm.withForgetBias(1)
                .step(
                    List.of(weights.get(k), bias),
                    x.columns(k, k + 1),
                    List.of(part(state.get(0), from), state.get(1).columns(k, k + 1)));
        ms.add(step.get(0));
        cs.add(step.get(1));
      }
      var c = cs.get(0).beside(cs.get(1)).beside(cs.get(2));
      var h = ms.get(0).beside(ms.get(1)).beside(ms.get(2)).times(weights.get(7));
      return List.of(h, c, h);
    }

    private static Matrix part(Matrix all, int from) {
      return all.columns(from, from + 2);
    }
  }

  /** testGLSTMCell of TensorFlow 1.15. */
  @Test
  void oneGroupEqualsTheLstmCell() {
    LayerNormLstmCellTest.assertEqualSteps(
        GLstmCell.builder(TFloat64.class, 3).projection(2).forgetBias(0.3).build(),
        LstmCell.builder(TFloat64.class, 3).projection(2).forgetBias(0.3).build());
  }

  /** testGLSTMCell of TensorFlow 1.15. */
  @Test
  void twoGroupsEqualTwoCellsOfHalfTheSize() {
    try (var test = new TestGraph()) {
      var scope = test.scope().withInitializer(Wave.initializer());
      var wide = Shape.of(3, 4);
      var x = halves(test, test.random64(wide, wide));
      var c = halves(test, test.random64(wide, wide));
      var h = halves(test, test.random64(wide, wide));
      var whole =
          GLstmCell.builder(TFloat64.class, 4)
              .groups(2)
              .build()
              .step(scope, join(test, x), new LstmState<>(join(test, c), join(test, h)));
      var outputs = new ArrayList<Operand<TFloat64>>();
      var memories = new ArrayList<Operand<TFloat64>>();
      for (int k = 0; k < 2; k++) {
        var small = LstmCell.builder(TFloat64.class, 2).build();
        var step = small.step(scope, x.get(k), new LstmState<>(c.get(k), h.get(k)));
        outputs.add(step.output());
        memories.add(step.state().c());
      }
      var numbers =
          test.values(
              List.of(
                  whole.output(), whole.state().c(), join(test, outputs), join(test, memories)));
      assertEquals(12, numbers.get(0).length);
      assertArrayEquals(numbers.get(2), numbers.get(0), CellContract.TOLERANCE);
      assertArrayEquals(numbers.get(3), numbers.get(1), CellContract.TOLERANCE);
    }
  }

  private static List<Operand<TFloat64>> halves(TestGraph test, Operand<TFloat64> value) {
    return List.copyOf(test.tf().split(test.tf().constant(1), value, 2L).output());
  }

  private static Operand<TFloat64> join(TestGraph test, List<Operand<TFloat64>> parts) {
    return test.tf().concat(parts, test.tf().constant(1));
  }

  /** testGLSTMCellFailure of TensorFlow 1.15. */
  @Test
  void anInputThatDoesNotDivideIsRefused() {
    try (var test = new TestGraph()) {
      var cell = GLstmCell.builder(TFloat64.class, 4).groups(2).build();
      var x = test.random64(Shape.of(2, 3), Shape.of(2, 3));
      var state = cell.zeroState(test.tf(), test.tf().constant(2));
      assertEquals(
          "glstm_cell: x must have an input size divisible by the number of groups, 2, got input"
              + " size 3",
          Refusals.argument(() -> cell.step(test.scope(), x, state)));
      assertEquals(List.of(), test.scope().variables());
    }
  }

  @Test
  void unitsAndProjectionThatDoNotDivideAreRefused() {
    assertEquals(
        "glstm_cell: units must be divisible by the number of groups, 2, got 3",
        Refusals.argument(() -> GLstmCell.builder(TFloat64.class, 3).groups(2).build()));
    assertEquals(
        "glstm_cell: projection must be divisible by the number of groups, 2, got 3",
        Refusals.argument(
            () -> GLstmCell.builder(TFloat64.class, 4).groups(2).projection(3).build()));
    assertEquals(
        "glstm_cell: groups must be at least 1, got 0",
        Refusals.argument(() -> GLstmCell.builder(TFloat64.class, 4).groups(0)));
  }
}
