package io.github.tfrnn.cells;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.ops.Gradients;
import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.Reuse;
import io.github.tfrnn.rnn.Rnn;
import io.github.tfrnn.testing.FiniteDifferences;
import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Stack;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

class EmbeddingWrapperTest {
  private static final List<String> GRU =
      List.of("gates/kernel", "gates/bias", "candidate/kernel", "candidate/bias");

  private static Operand<TInt32> ids(TestGraph test, Shape declared, Shape fed, int... ids) {
    var placeholder = test.tf().placeholder(TInt32.class, Placeholder.shape(declared));
    test.refeed(placeholder, TInt32.tensorOf(fed, DataBuffers.of(ids)));
    return placeholder;
  }

  /** testEmbeddingWrapper of TensorFlow 1.15. */
  @Test
  void matchesTheNumberOfTensorFlow() {
    try (var test = new TestGraph()) {
      var scope = test.scope().scope("root").withInitializer(Initializers.constant(0.5));
      var x = ids(test, Shape.of(1, 1), Shape.of(1, 1), 1);
      var m = test.feed32(Shape.of(1, 2), Shape.of(1, 2), 0.1f, 0.1f);
      var gru = GruCell.builder(TFloat32.class, 2).build();
      var cell = EmbeddingWrapper.builder(gru, TInt32.class, 3, 2).build();
      var output = cell.step(scope, x, m).output();
      assertArrayEquals(new double[] {0.17139, 0.17139}, test.value(output), 1e-5);

      var names = new ArrayList<>(List.of("root/embedding_wrapper/embedding"));
      GRU.forEach(name -> names.add("root/embedding_wrapper/gru_cell/" + name));
      cell.step(scope, x, m);
      assertEquals(names, test.scope().variables().stream().map(v -> v.name()).toList());
    }
  }

  @Test
  void theTableBeginsUniformWithVarianceOneWithoutAnInitializer() {
    try (var test = new TestGraph()) {
      var cell = EmbeddingWrapper.builder(new DecayCell(1), TInt64.class, 100, 40).build();
      var x = test.tf().constant(new long[] {5});
      cell.step(test.scope(), x, cell.zeroState(test.tf(), test.tf().constant(1)));
      var table = test.value(test.scope().variables().get(0).value());
      assertEquals(4000, table.length);
      assertEquals(Math.sqrt(3), Arrays.stream(table).map(Math::abs).max().getAsDouble(), 0.01);
      assertEquals(1, Arrays.stream(table).map(v -> v * v).average().getAsDouble(), 0.05);
    }
  }

  @Test
  void theTableBeginsAsItsInitializerSays() {
    try (var test = new TestGraph()) {
      var cell =
          EmbeddingWrapper.builder(new DecayCell(1), TInt64.class, 2, 2)
              .initializer(Initializers.values(1, 2, 3, 4))
              .build();
      var scope = test.scope().withInitializer(Initializers.constant(9));
      var x = test.tf().constant(new long[] {1});
      cell.step(scope, x, cell.zeroState(test.tf(), test.tf().constant(1)));
      assertArrayEquals(
          new double[] {1, 2, 3, 4}, test.value(test.scope().variables().get(0).value()));
      assertArrayEquals(new double[] {9, 9}, test.value(test.scope().variables().get(1).value()));
    }
  }

  private static EmbeddingWrapper<TFloat64, TInt32, LayerStates> stack() {
    var cells =
        MultiRnnCell.of(2, layer -> BasicLstmCell.builder(TFloat64.class, 2 + layer).build());
    return EmbeddingWrapper.builder(cells, TInt32.class, 5, 3).build();
  }

  /** Values, and the gradients of all weights, the table among them. */
  @Test
  void bothDriversGiveTheSame() {
    try (var test = new TestGraph()) {
      var tf = test.tf();
      var x = ids(test, Shape.of(-1, 3, 1), Shape.of(2, 3, 1), 4, 0, 4, 1, 2, 3);
      var lengths = test.feedInts(3, 2);
      var looped = Rnn.dynamicRnn(test.scope(), stack(), x, o -> o.sequenceLength(lengths));
      var steps = tf.unstack(x, 3L, Unstack.axis(1L)).output();
      var again = test.scope().withReuse(Reuse.ALWAYS);
      var unrolled = Rnn.staticRnn(again, stack(), steps, o -> o.sequenceLength(lengths));

      var outputs = List.of(looped.outputs(), tf.stack(unrolled.outputs(), Stack.axis(1L)));
      var weights = new ArrayList<Operand<TFloat64>>();
      test.scope().variables().forEach(v -> weights.add(v.value(TFloat64.class)));
      var fetches = new ArrayList<Operand<?>>(outputs);
      for (var output : outputs) {
        fetches.addAll(Gradients.of(test.weigh(output, 0), weights));
      }
      var values = test.values(fetches);
      assertArrayEquals(values.get(0), values.get(1), 1e-12);
      for (int i = 0; i < weights.size(); i++) {
        var gradient = values.get(2 + i);
        assertArrayEquals(gradient, values.get(2 + weights.size() + i), 1e-12, "weight " + i);
        assertTrue(Arrays.stream(gradient).anyMatch(v -> v != 0));
      }
    }
  }

  @Test
  void theGradientOfTheTableMatchesFiniteDifferences() {
    try (var test = new TestGraph()) {
      var x = ids(test, Shape.of(2, 3, 1), Shape.of(2, 3, 1), 4, 0, 4, 1, 2, 3);
      var outputs = Rnn.dynamicRnn(test.scope(), stack(), x).outputs();
      var table = test.scope().variables().get(0).value(TFloat64.class);
      test.refeed(table, TFloat64.tensorOf(Shape.of(5, 3), DataBuffers.of(test.random(15))));
      var loss = test.weigh(outputs, 0);
      var gradient = test.value(Gradients.of(loss, List.of(table)).get(0));
      for (int i = 0; i < 15; i++) {
        assertEquals(FiniteDifferences.slope(test, loss, table, i), gradient[i], 1e-8);
      }
    }
  }

  @Test
  void takesAVectorOfIds() {
    try (var test = new TestGraph()) {
      var cell = EmbeddingWrapper.builder(new DecayCell(2), TInt32.class, 5, 3).build();
      var state = cell.zeroState(test.tf(), test.tf().constant(2));
      var vector = ids(test, Shape.of(-1), Shape.of(2), 1, 4);
      var column = ids(test, Shape.of(-1, 1), Shape.of(2, 1), 1, 4);
      var values =
          test.values(
              List.of(
                  cell.step(test.scope(), vector, state).output(),
                  cell.step(test.scope(), column, state).output()));
      assertArrayEquals(values.get(0), values.get(1));
    }
  }

  @Test
  void refusesWhatIsNoColumnOfIds() {
    try (var test = new TestGraph()) {
      var cell = EmbeddingWrapper.builder(new DecayCell(2), TInt32.class, 5, 3).build();
      var state = cell.zeroState(test.tf(), test.tf().constant(1));
      var x = ids(test, Shape.of(1, 2), Shape.of(1, 2), 1, 4);
      assertEquals(
          "embedding_wrapper: ids must have shape [batch] or [batch, 1], got [1, 2]. Ids of a"
              + " sequence are [batch, time, 1].",
          Refusals.argument(() -> cell.step(test.scope(), x, state)));
      assertEquals(List.of(), test.scope().variables());
    }
  }

  @Test
  void refusesATableOfNothing() {
    var cell = new DecayCell(2);
    assertEquals(
        "embedding_wrapper: classes and size must be both > 0, got 0, 3",
        Refusals.argument(() -> EmbeddingWrapper.builder(cell, TInt32.class, 0, 3)));
    assertEquals(
        "embedding_wrapper: classes and size must be both > 0, got 3, -1",
        Refusals.argument(() -> EmbeddingWrapper.builder(cell, TInt32.class, 3, -1)));
  }

  @Test
  void handsOutTheCell() {
    var cell = new DecayCell(2);
    assertSame(cell, EmbeddingWrapper.builder(cell, TInt32.class, 2, 2).build().wrapped());
  }
}
