package io.github.tfrnn.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.framework.regularizers.L1;
import org.tensorflow.framework.regularizers.L2;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TNumber;

/** The losses of regularized variables: which there are, where they are listed, what they are. */
class RegularizerTest {
  private final TestGraph test = new TestGraph();
  private final VariableScope root = test.scope();

  @AfterEach
  void close() {
    test.close();
  }

  private static <R extends TNumber> Operand<R> meanPlusTenth(Ops tf, Operand<R> w) {
    return meanPlus(tf, w, 0.1);
  }

  private static <R extends TNumber> Operand<R> meanPlusTwoTenths(Ops tf, Operand<R> w) {
    return meanPlus(tf, w, 0.2);
  }

  private static <R extends TNumber> Operand<R> meanPlus(Ops tf, Operand<R> w, double more) {
    var mean = tf.math.mean(w, tf.constant(0));
    return tf.math.add(mean, tf.dtypes.cast(tf.constant(more), w.type()));
  }

  private static Operand<TFloat64> w(VariableScope scope, String name) {
    return scope.variable(name, Shape.of(1), TFloat64.class);
  }

  private double[] losses(VariableScope scope) {
    return scope.regularizationLosses().stream().mapToDouble(loss -> test.value(loss)[0]).toArray();
  }

  /** testVarScopeRegularizer of TensorFlow 1.15. */
  @Test
  void scopesHandRegularizersDownAndVariablesMayBringTheirOwn() {
    var tower =
        root.scope("tower")
            .withInitializer(Initializers.constant(0.3))
            .withRegularizer(RegularizerTest::meanPlusTenth);
    w(tower.scope("foo"), "v");
    assertArrayEquals(new double[] {0.4}, losses(root), 1e-12);
    var inner = tower.scope("bar").withRegularizer(RegularizerTest::meanPlusTwoTenths);
    inner.variable(
        "u",
        Shape.of(1),
        TFloat64.class,
        options -> options.withRegularizer(RegularizerTest::meanPlusTenth));
    w(inner, "w");
    assertArrayEquals(new double[] {0.4, 0.4, 0.5}, losses(root), 1e-12);

    w(tower.scope("foo").withReuse(Reuse.ALWAYS), "v");
    assertEquals(3, root.regularizationLosses().size(), "reuse adds none");
    inner.variable(
        "off",
        Shape.of(1),
        TFloat64.class,
        options -> options.withRegularizer(Regularizers.none()));
    w(inner.scope("quiet").withRegularizer(Regularizers.none()), "v");
    assertEquals(3, root.regularizationLosses().size(), "no regularizer, no loss");
  }

  @Test
  void aScopeListsTheLossesOfItsOwnVariables() {
    var l2 = root.withRegularizer(new L2(1));
    w(l2.scope("foo_"), "v");
    w(l2.scope("foo").scope("a"), "v");
    w(l2.scope("foo"), "v");
    var names =
        root.scope("foo").regularizationLosses().stream().map(loss -> loss.op().name()).toList();
    assertEquals(List.of("foo/a/v/Regularizer/loss", "foo/v/Regularizer/loss"), names);
  }

  @Test
  void otherScopesOfTheGraphAndACopyOfItKnowTheLosses() {
    w(root.withRegularizer(new L2(1)).withInitializer(Initializers.constant(3)), "v");
    assertEquals(1, VariableScope.of(test.graph()).regularizationLosses().size());
    try (var copy = new Graph()) {
      copy.importGraphDef(test.graph().toGraphDef());
      var losses = VariableScope.of(copy).regularizationLosses();
      assertEquals("v/Regularizer/loss", losses.get(0).op().name());
      assertEquals(TFloat64.class, losses.get(0).type());
    }
  }

  @Test
  void theRegularizersOfTensorFlowAreThereUnderTheirFormulas() {
    var scope = root.withInitializer(Initializers.values(1, -2, 3));
    for (var regularizer :
        List.of(new L2(0.5f), new L1(0.5f), Regularizers.l2(0.5), Regularizers.l1(0.5))) {
      scope
          .uniqueScope("case")
          .withRegularizer(regularizer)
          .variable("w", Shape.of(3), TFloat64.class);
    }
    root.variable("unregularized", Shape.of(3), TFloat64.class);
    assertArrayEquals(new double[] {7, 3, 3.5, 3}, losses(root), 1e-12);
    assertArrayEquals(
        new double[] {16.5}, test.value(root.regularizationLoss(TFloat32.class)), 1e-6);
  }

  @Test
  void withoutRegularizersTheLossIsZero() {
    w(root, "v");
    assertArrayEquals(new double[] {0}, test.value(root.regularizationLoss(TFloat32.class)), 0);
  }

  @Test
  void theLossHasAGradient() {
    var w =
        root.withRegularizer(Regularizers.l2(0.5))
            .variable("w", Shape.of(3), TFloat64.class, Initializers.values(1, -2, 3));
    var gradient = Gradients.of(root.regularizationLoss(TFloat64.class), List.of(w)).get(0);
    assertArrayEquals(new double[] {0.5, -1, 1.5}, test.value(gradient), 1e-12);
  }

  @Test
  void whatIsNoNumberOfARealKindHasNoLoss() {
    root.withRegularizer(new L2(1)).variable("steps", Shape.of(1), TInt64.class);
    assertEquals(List.of(), root.regularizationLosses());
  }

  private static <R extends TNumber> Operand<R> vector(Ops tf, Operand<R> w) {
    return tf.math.square(w);
  }

  @Test
  void aLossThatIsNoScalarIsRefused() {
    var scope = root.scope("rnn").withRegularizer(RegularizerTest::vector);
    assertEquals(
        "rnn/v: regularizer must return a scalar TFloat64 of the graph, got TFloat64[1]",
        Refusals.argument(() -> w(scope, "v")));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY})
  void aScaleThatIsNoPenaltyIsRefused(double scale) {
    assertEquals(
        "l2 regularizer: scale must be at least 0, got " + scale,
        Refusals.argument(() -> Regularizers.l2(scale)));
    Refusals.argument(() -> Regularizers.l1(scale));
  }
}
