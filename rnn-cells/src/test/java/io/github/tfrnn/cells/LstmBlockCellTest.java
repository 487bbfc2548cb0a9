package io.github.tfrnn.cells;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.testing.ChildJvm;
import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

class LstmBlockCellTest {
  /** Half precision has three digits. */
  private static final double HALF = 8e-3;

  private abstract static class Contract implements BlockCellContract {
    @Override
    public List<String> variableNames() {
      return List.of("kernel", "bias");
    }

    @Override
    public String scopeName() {
      return "lstm_cell";
    }
  }

  @Nested
  class WithForgetBias extends Contract {
    @Override
    public TensorCell<TFloat32, ?> cell() {
      return LstmBlockCell.builder(TFloat32.class, 2).forgetBias(0.7).build();
    }

    @Override
    public TensorCell<TFloat64, ?> composed() {
      return LstmCell.builder(TFloat64.class, 2).forgetBias(0.7).build();
    }
  }

  @Nested
  class WithPeepholes extends Contract {
    @Override
    public TensorCell<TFloat32, ?> cell() {
      return LstmBlockCell.builder(TFloat32.class, 2).peepholes().build();
    }

    @Override
    public TensorCell<TFloat64, ?> composed() {
      return LstmCell.builder(TFloat64.class, 2).peepholes().build();
    }

    @Override
    public List<String> variableNames() {
      return List.of("kernel", "bias", "w_i_diag", "w_f_diag", "w_o_diag");
    }
  }

  /** A clip that some memories reach and others do not. */
  @Nested
  class WithClip extends Contract {
    @Override
    public TensorCell<TFloat32, ?> cell() {
      return LstmBlockCell.builder(TFloat32.class, 2).cellClip(0.2).build();
    }

    @Override
    public TensorCell<TFloat64, ?> composed() {
      return LstmCell.builder(TFloat64.class, 2).cellClip(0.2).build();
    }
  }

  /** testLSTMBlockCell of TensorFlow 1.15: a stack of two. */
  @Test
  void matchesTheNumbersOfTensorFlow() {
    try (var test = new TestGraph()) {
      var scope = test.scope().scope("root").withInitializer(Initializers.constant(0.5));
      var stack = MultiRnnCell.of(2, layer -> LstmBlockCell.builder(TFloat32.class, 2).build());
      var x = test.feed32(Shape.of(1, 2), Shape.of(1, 2), 1, 1);
      var c0 = test.feed32(Shape.of(1, 2), Shape.of(1, 2), 0.1f, 0.1f);
      var h0 = test.feed32(Shape.of(1, 2), Shape.of(1, 2), 0.1f, 0.1f);
      var states = new LayerStates(List.of(new LstmState<>(c0, h0), new LstmState<>(c0, h0)));
      var step = stack.step(scope, x, states);
      var parts = stack.stateSize().flatten(step.state());
      double[] expected = {0.68967271, 0.44848421, 0.39897051, 0.24024698};
      for (int i = 0; i < expected.length; i++) {
        assertArrayEquals(
            new double[] {expected[i], expected[i]}, test.value(parts.get(i)), 1e-6, "part " + i);
      }
      assertArrayEquals(new double[] {0.24024698, 0.24024698}, test.value(step.output()), 1e-6);
    }
  }

  @Test
  void halfPrecisionIsCloseToTheComposedCell() {
    try (var test = new TestGraph()) {
      var x = test.random64(Shape.of(2, 3), Shape.of(2, 3));
      var tf = test.tf();
      var half = LstmBlockCell.builder(TFloat16.class, 2).peepholes().build();
      var wide = LstmCell.builder(TFloat64.class, 2).peepholes().build();
      var init = Wave.initializer();
      var halfScope = test.scope().scope("half").withInitializer(init);
      var wideScope = test.scope().scope("wide").withInitializer(init);
      var batch = tf.constant(2);
      var actual =
          half.step(halfScope, tf.dtypes.cast(x, TFloat16.class), half.zeroState(tf, batch));
      var expected = wide.step(wideScope, x, wide.zeroState(tf, batch));
      assertEquals(TFloat16.class, actual.output().type());
      assertArrayEquals(test.value(expected.output()), test.value(actual.output()), HALF);
    }
  }

  @Test
  void anotherTypeIsRefusedByName() {
    assertEquals(
        "lstm_cell: type must be TFloat32 or TFloat16, which is what the kernel of LSTMBlockCell"
            + " takes, got TFloat64. LstmCell has the same weights and takes every floating point"
            + " type.",
        Refusals.argument(() -> LstmBlockCell.builder(TFloat64.class, 2)));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, 1e-60, Double.NaN})
  void aClipThatTheKernelWouldIgnoreIsRefused(double limit) {
    assertEquals(
        "lstm_cell: cellClip must be above 0, got "
            + limit
            + ". To the kernel 0 is no clip; leave the setting out for that",
        Refusals.argument(() -> LstmBlockCell.builder(TFloat32.class, 2).cellClip(limit)));
  }

  /** What an input is declared to be and what it is fed differ; TensorFlow does not compare. */
  @ParameterizedTest
  @EnumSource
  void aFedShapeThatWouldKillTheProcessFailsTheRun(DangerousFeed feed) {
    var child = ChildJvm.run(DangerousFeed.class, feed.name(), "library");
    assertEquals(0, child.exit(), child.output());
    assertTrue(child.output().contains("the run failed"), child.output());
  }

  /** The reason for the checks; when TensorFlow gets better here, this test says so. */
  @ParameterizedTest
  @EnumSource
  void theKernelKillsTheProcess(DangerousFeed feed) {
    var child = ChildJvm.run(DangerousFeed.class, feed.name(), "native");
    assertNotEquals(0, child.exit());
    assertTrue(child.output().contains("Check failed: d < dims()"), child.output());
  }
}
