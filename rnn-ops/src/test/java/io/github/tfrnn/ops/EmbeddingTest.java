package io.github.tfrnn.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TIntegral;

/** Values, gradients and refusals of {@link Embedding}. */
class EmbeddingTest {
  private final TestGraph test = new TestGraph();
  private final Ops tf = test.tf();

  @AfterEach
  void close() {
    test.close();
  }

  private Operand<TFloat64> table() {
    return test.feed64(Shape.of(3, 2), Shape.of(3, 2), 1, 2, 3, 4, 5, 6);
  }

  @ParameterizedTest
  @ValueSource(classes = {TInt32.class, TInt64.class})
  void eachIdGetsItsRow(Class<? extends TIntegral> type) {
    var ids = tf.dtypes.cast(test.feedInts(2, 0, 2), type);
    var y = Embedding.lookup(tf, table(), ids);
    assertArrayEquals(new double[] {5, 6, 1, 2, 5, 6}, test.value(y));
    assertEquals("[?, 2]", Shapes.text(y.shape()));
  }

  @Test
  void idsMayHaveAnyShape() {
    var scalar = Embedding.lookup(tf, table(), tf.constant(1));
    assertArrayEquals(new double[] {3, 4}, test.value(scalar));
    var matrix = Embedding.lookup(tf, table(), tf.constant(new int[][] {{1}, {0}}));
    assertEquals("[2, 1, 2]", Shapes.text(matrix.shape()));
    assertArrayEquals(new double[] {3, 4, 1, 2}, test.value(matrix));
    var none = Embedding.lookup(tf, table(), test.feedInts());
    assertEquals(Shape.of(0, 2), test.shapeOf(none));
  }

  @Test
  void theTableHasAGradientThatSumsRepeatedIds() {
    var table = table();
    var ids = tf.constant(new int[][] {{2, 0}, {2, 2}});
    var y = Embedding.lookup(tf, table, ids);
    Slopes.assertMatch(test, test.weigh(y, 0.3), List.of(table));
    var gradient = Gradients.of(y, List.of(table)).get(0);
    assertArrayEquals(new double[] {1, 1, 0, 0, 3, 3}, test.value(gradient));
    assertEquals(Shape.of(3, 2), test.shapeOf(gradient));
  }

  @Test
  void theTableIsAVariableOfTheScope() {
    var scope = test.scope().scope("words").withInitializer(Initializers.constant(0.5));
    var y = Embedding.lookup(scope, test.feedInts(1), 7, 3, TFloat32.class);
    assertArrayEquals(new double[] {0.5, 0.5, 0.5}, test.value(y));
    var variable = scope.variables().get(0);
    assertEquals("words/embedding", variable.name());
    assertEquals("[7, 3]", Shapes.text(variable.shape()));
    var again =
        Embedding.lookup(scope.withReuse(Reuse.ALWAYS), test.feedInts(1, 2), 7, 3, TFloat32.class);
    assertEquals(6, test.value(again).length);
    assertEquals(1, scope.variables().size());
  }

  @Test
  void theVariableHasAGradient() {
    var scope = test.scope();
    var y = Embedding.lookup(scope, test.feedInts(1, 1), 3, 2, TFloat64.class);
    var gradient = Gradients.of(y, List.of(scope.variables().get(0).value())).get(0);
    assertArrayEquals(new double[] {0, 0, 2, 2, 0, 0}, test.value(gradient));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 3})
  void anIdOutsideTheTableFailsTheRun(int id) {
    var y = Embedding.lookup(tf, table(), test.feedInts(0, id));
    var e = assertThrows(TFInvalidArgumentException.class, () -> test.value(y));
    assertTrue(String.valueOf(e.getMessage()).contains("indices[1] = " + id + " is not in [0, 3)"));
  }

  @Test
  void aTableOfNothingIsRefused() {
    var scope = test.scope();
    var ids = test.feedInts(1);
    assertEquals(
        "embedding: classes and size must both be above zero, got 0, 3",
        Refusals.argument(() -> Embedding.lookup(scope, ids, 0, 3, TFloat32.class)));
    assertEquals(
        "embedding: classes and size must both be above zero, got 3, -1",
        Refusals.argument(() -> Embedding.lookup(scope, ids, 3, -1, TFloat32.class)));
  }

  @Test
  void aScalarIsNoTable() {
    assertEquals(
        "embedding lookup: params must have shape [classes, ...], got []",
        Refusals.argument(() -> Embedding.lookup(tf, tf.constant(1f), tf.constant(0))));
  }
}
