package io.github.tfrnn.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.cells.BasicLstmCell;
import io.github.tfrnn.cells.GruCell;
import io.github.tfrnn.cells.LayerStates;
import io.github.tfrnn.cells.LstmState;
import io.github.tfrnn.cells.MultiRnnCell;
import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.rnn.Rnn;
import io.github.tfrnn.rnn.RnnResult;
import io.github.tfrnn.testing.TestGraph;
import io.github.tfrnn.train.GradientDescent;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/** The state of one run enters the next. */
class StateFeedTest {
  private static final float TOLERANCE = 1e-6f;
  private static final float[] SIX_STEPS = {.1f, .2f, .3f, -.1f, -.2f, -.3f};

  private static MultiRnnCell<TFloat32> threeLayers() {
    return MultiRnnCell.of(3, layer -> BasicLstmCell.builder(TFloat32.class, 4).build());
  }

  private static Operand<TFloat32> input(Ops tf) {
    return tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, -1, 1)));
  }

  private static TFloat32 steps(int from, int to) {
    return TFloat32.tensorOf(
        Shape.of(1, to - from, 1),
        DataBuffers.of(java.util.Arrays.copyOfRange(SIX_STEPS, from, to)));
  }

  @Test
  void twoHalvesOfASequenceGiveWhatTheWholeGives() {
    try (var test = new TestGraph()) {
      var scope = test.scope().withInitializer(Initializers.constant(0.3));
      var cell = threeLayers();
      var x = input(test.tf());
      try (var state = StateFeed.placeholders(test.tf(), cell.stateSize())) {
        RnnResult<Operand<TFloat32>, LayerStates> rnn =
            Rnn.dynamicRnn(scope, cell, x, options -> options.initialState(state.initial()));
        state.zeros(1);
        double[] whole = run(test, state, rnn, x, 0, 6);
        state.zeros(1);
        double[] first = run(test, state, rnn, x, 0, 2);
        double[] second = run(test, state, rnn, x, 2, 6);
        assertArrayEquals(java.util.Arrays.copyOf(whole, 8), first, TOLERANCE);
        assertArrayEquals(java.util.Arrays.copyOfRange(whole, 8, 24), second, TOLERANCE);
      }
    }
  }

  private static double[] run(
      TestGraph test,
      StateFeed<LayerStates> state,
      RnnResult<Operand<TFloat32>, LayerStates> rnn,
      Operand<TFloat32> x,
      int from,
      int to) {
    try (var window = steps(from, to);
        var result =
            state.run(test.session().runner().feed(x, window).fetch(rnn.outputs()), rnn.state())) {
      return TestGraph.elements(result.get(0));
    }
  }

  @Test
  void theStateIsCarriedBesideATrainOp() {
    try (var test = new TestGraph()) {
      var cell = threeLayers();
      var x = input(test.tf());
      try (var state = StateFeed.placeholders(test.tf(), cell.stateSize())) {
        var rnn =
            Rnn.dynamicRnn(test.scope(), cell, x, options -> options.initialState(state.initial()));
        var loss =
            test.tf()
                .math
                .mean(
                    test.tf().math.square(rnn.outputs()), test.tf().constant(new int[] {0, 1, 2}));
        var train =
            GradientDescent.of(0.5).minimize(test.scope(), loss, test.scope().trainableVariables());
        state.zeros(1);
        double[] losses = new double[3];
        for (int i = 0; i < 3; i++) {
          try (var window = steps(0, 6);
              var result =
                  state.run(
                      test.session().runner().feed(x, window).fetch(loss).addTarget(train),
                      rnn.state())) {
            losses[i] = ((TFloat32) result.get(0)).getFloat();
            assertEquals(
                1,
                java.util.stream.StreamSupport.stream(result.spliterator(), false)
                    .limit(1)
                    .count());
          }
        }
        assertTrue(losses[0] > 0);
        assertEquals(
            List.of("cell_0/c", "cell_0/h", "cell_1/c", "cell_1/h", "cell_2/c", "cell_2/h"),
            List.copyOf(state.tensors().keySet()));
        assertTrue(
            TestGraph.elements(state.tensors().get("cell_2/c"))[0] != 0, "the state has moved");
      }
    }
  }

  @Test
  void theStateThatZeroStateReturnedCanBeFed() {
    try (var test = new TestGraph()) {
      var scope = test.scope().withInitializer(Initializers.constant(0.3));
      var tf = test.tf();
      var cell = BasicLstmCell.builder(TFloat32.class, 2).build();
      var zero = cell.zeroState(tf, tf.constant(1));
      var x = test.feed32(Shape.of(1, 1), Shape.of(1, 1), 0.5f);
      var step = cell.step(scope, x, zero);
      double[] fromZeros = test.value(step.output());
      try (var state = StateFeed.over(cell.stateSize(), zero);
          var c = TFloat32.tensorOf(Shape.of(1, 2), DataBuffers.of(1f, 2f));
          var h = TFloat32.tensorOf(Shape.of(1, 2), DataBuffers.of(.1f, .2f))) {
        state.set(List.of(c, h));
        try (var result =
            state.run(
                test.session().runner().feed(x, test.fed(x)).fetch(step.output()), step.state())) {
          double[] fed = TestGraph.elements(result.get(0));
          assertTrue(fed[1] > fromZeros[1] + 0.1, "the memory that was fed is seen");
          assertArrayEquals(
              fed, TestGraph.elements(state.tensors().get("h")), TOLERANCE, "h is the output");
        }
      }
    }
  }

  @Test
  void zerosStartAfreshWithAnotherBatchSize() {
    try (var test = new TestGraph();
        var state =
            StateFeed.placeholders(
                test.tf(), GruCell.builder(TFloat64.class, 3).build().stateSize())) {
      state.zeros(2);
      assertEquals(Shape.of(2, 3), shape(state));
      state.zeros(5);
      assertEquals(Shape.of(5, 3), shape(state));
      assertArrayEquals(
          new double[15], TestGraph.elements(state.tensors().values().iterator().next()));
    }
  }

  private static Shape shape(StateFeed<?> state) {
    Tensor only = state.tensors().values().iterator().next();
    return only.shape();
  }

  @Test
  void aRunBeforeZerosIsRefused() {
    try (var test = new TestGraph();
        var state = StateFeed.placeholders(test.tf(), LstmState.structure(TFloat32.class, 2, 2))) {
      var e =
          assertThrows(
              IllegalStateException.class,
              () -> state.run(test.session().runner(), state.initial()));
      assertEquals(
          "StateFeed: a state must be held before the run, got none. Call zeros(batchSize) first.",
          e.getMessage());
    }
  }

  @Test
  void tensorsThatDoNotFitAreRefusedByName() {
    try (var test = new TestGraph();
        var state = StateFeed.placeholders(test.tf(), LstmState.structure(TFloat32.class, 2, 2));
        var good = TFloat32.tensorOf(Shape.of(1, 2));
        var wide = TFloat32.tensorOf(Shape.of(1, 3));
        var other = TFloat64.tensorOf(Shape.of(1, 2))) {
      var width =
          assertThrows(IllegalArgumentException.class, () -> state.set(List.of(good, wide)));
      assertEquals("state: h must be TFloat32 [?, 2], got DT_FLOAT [1, 3]", width.getMessage());
      var type =
          assertThrows(IllegalArgumentException.class, () -> state.set(List.of(other, good)));
      assertEquals("state: c must be TFloat32 [?, 2], got DT_DOUBLE [1, 2]", type.getMessage());
      var number = assertThrows(IllegalArgumentException.class, () -> state.set(List.of(good)));
      assertEquals("StateFeed: values must be 2 tensors, got 1", number.getMessage());
    }
  }

  @Test
  void aClosedOneIsRefused() {
    try (var test = new TestGraph()) {
      var state = StateFeed.placeholders(test.tf(), LstmState.structure(TFloat32.class, 2, 2));
      state.zeros(1);
      state.close();
      assertThrows(IllegalStateException.class, () -> state.zeros(1));
      assertThrows(IllegalStateException.class, state::tensors);
    }
  }
}
