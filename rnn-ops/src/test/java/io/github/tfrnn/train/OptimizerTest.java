package io.github.tfrnn.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.Variable;
import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TFloating;

/** What all optimizers do around their formulas: slots, order, clipping, global step. */
class OptimizerTest {
  private static final double TOLERANCE = 1e-6;

  private final TestGraph test = new TestGraph();
  private final Ops tf = test.tf();
  private final VariableScope scope = test.scope();

  @AfterEach
  void close() {
    test.close();
  }

  private Operand<TFloat32> weights(String name, double... values) {
    return scope.variable(
        name, Shape.of(values.length), TFloat32.class, Initializers.values(values));
  }

  private Operand<TFloat32> sumOfSquares(Operand<TFloat32> x) {
    return tf.nn.l2Loss(x);
  }

  private Variable variable(String name) {
    return scope.variables().stream().filter(v -> v.name().equals(name)).findFirst().orElseThrow();
  }

  private void assertValue(Operand<?> fetch, double... expected) {
    assertArrayEquals(expected, test.value(fetch), TOLERANCE);
  }

  static Stream<Arguments> slots() {
    return Stream.of(
        Arguments.of(GradientDescent.of(0.1), List.of()),
        Arguments.of(Momentum.of(0.1, 0.9), List.of("rnn/kernel/Momentum")),
        Arguments.of(Adagrad.of(0.1), List.of("rnn/kernel/Adagrad")),
        Arguments.of(RmsProp.of(0.1), List.of("rnn/kernel/RMSProp", "rnn/kernel/RMSProp_1")),
        Arguments.of(
            RmsProp.of(0.1).centered(),
            List.of("rnn/kernel/RMSProp", "rnn/kernel/RMSProp_1", "rnn/kernel/RMSProp_2")),
        Arguments.of(Adadelta.of(0.1), List.of("rnn/kernel/Adadelta", "rnn/kernel/Adadelta_1")),
        Arguments.of(
            Adam.of(0.1),
            List.of("beta1_power", "beta2_power", "rnn/kernel/Adam", "rnn/kernel/Adam_1")),
        Arguments.of(
            AdamW.of(0.1, 0.1),
            List.of("beta1_power", "beta2_power", "rnn/kernel/AdamW", "rnn/kernel/AdamW_1")),
        Arguments.of(Ftrl.of(0.1), List.of("rnn/kernel/Ftrl", "rnn/kernel/Ftrl_1")));
  }

  @ParameterizedTest
  @MethodSource("slots")
  void slotsHaveTheNamesAndTheOrderOfTensorFlow1(Optimizer optimizer, List<String> names) {
    var loss = sumOfSquares(weights("rnn/kernel", 1, 2));
    optimizer.minimize(scope, loss, scope.trainableVariables());
    var all = scope.variables().stream().map(Variable::name).toList();
    assertEquals("rnn/kernel", all.get(0));
    assertEquals(names, all.subList(1, all.size()));
  }

  @Test
  void slotsAreNotTrainable() {
    var loss = sumOfSquares(weights("w", 1));
    Adam.of(0.1).minimize(scope, loss, scope.variables(), o -> o.globalStep(GlobalStep.of(scope)));
    assertEquals(List.of("w"), scope.trainableVariables().stream().map(Variable::name).toList());
  }

  @Test
  void slotsOfAReloadedGraphAreNotTrainable() {
    var loss = sumOfSquares(weights("w", 1));
    Adam.of(0.1).minimize(scope, loss, scope.variables(), o -> o.globalStep(GlobalStep.of(scope)));
    try (var reloaded = new Graph()) {
      reloaded.importGraphDef(test.graph().toGraphDef());
      var root = VariableScope.of(reloaded);
      assertEquals(List.of("w"), root.trainableVariables().stream().map(Variable::name).toList());
      assertEquals(6, root.variables().size());
      assertEquals("global_step", GlobalStep.of(root).name());
      assertEquals(6, root.variables().size());
    }
  }

  @Test
  void aSecondTrainingOpGetsSlotsOfItsOwn() {
    var loss = sumOfSquares(weights("w", 1));
    var variables = scope.trainableVariables();
    Adam.of(0.1).minimize(scope, loss, variables);
    Adam.of(0.1).minimize(scope, loss, variables);
    assertEquals(
        List.of(
            "w",
            "beta1_power",
            "beta2_power",
            "w/Adam",
            "w/Adam_1",
            "beta1_power_1",
            "beta2_power_1",
            "w/Adam_2",
            "w/Adam_3"),
        scope.variables().stream().map(Variable::name).toList());
  }

  @Test
  void slotsMadeAfterTheFirstRunAreInitializedToo() {
    var w = weights("w", 1, -2);
    assertValue(w, 1, -2);
    var train = Adagrad.of(0.1).minimize(scope, sumOfSquares(w), scope.variables());
    test.run(train);
    assertValue(w, 1 - 0.1 / Math.sqrt(1.1), -2 + 0.2 / Math.sqrt(4.1));
  }

  @Test
  void onlyTheListedVariablesChange() {
    var trained = weights("trained", 1);
    var frozen = weights("frozen", 1);
    var loss = sumOfSquares(tf.math.add(trained, frozen));
    var train = Momentum.of(0.1, 0.9).minimize(scope, loss, List.of(variable("trained")));
    test.run(train);
    assertValue(trained, 0.8);
    assertValue(frozen, 1);
    assertEquals(
        List.of("trained", "frozen", "trained/Momentum"),
        scope.variables().stream().map(Variable::name).toList());
  }

  /** Ftrl would set it to zero, and AdamW would let it decay. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aVariableThatTheLossDoesNotReachStays(boolean ftrl) {
    var reached = weights("reached", 1);
    var other = weights("other", 2);
    var optimizer = ftrl ? Ftrl.of(0.1) : AdamW.of(0.1, 0.5);
    var train = optimizer.minimize(scope, sumOfSquares(reached), scope.variables());
    test.run(train);
    assertValue(other, 2);
    assertEquals(List.of("reached"), train.variables().stream().map(Variable::name).toList());
  }

  @Test
  void weightsThatShallNotDecayDoNot() {
    var kernel = weights("kernel", 1);
    var bias = weights("bias", 1);
    var loss = tf.math.mul(tf.constant(0f), tf.math.add(kernel, bias));
    var train =
        AdamW.of(0.1, 0.5)
            .decayOnly(variable -> variable.name().equals("kernel"))
            .minimize(scope, loss, scope.variables());
    test.run(train);
    assertValue(kernel, 0.5);
    assertValue(bias, 1);
  }

  @Test
  void gradientsAreClippedTogetherAndTheirNormIsThatBefore() {
    var a = weights("a", 3);
    var b = weights("b", 4);
    var loss = tf.math.add(sumOfSquares(a), sumOfSquares(b));
    var train =
        GradientDescent.of(1).minimize(scope, loss, scope.variables(), o -> o.clipNorm(0.5));
    assertArrayEquals(
        new double[] {5}, test.values(List.of(train.globalNorm()), train).get(0), TOLERANCE);
    assertValue(a, 2.7);
    assertValue(b, 3.6);
  }

  @Test
  void theNormToClipByMayBeFed() {
    var a = weights("a", 3, 4);
    var norm = test.feed32(Shape.scalar(), Shape.scalar(), 1f);
    var train =
        GradientDescent.of(1)
            .minimize(scope, sumOfSquares(a), scope.variables(), o -> o.clipNorm(norm));
    test.run(train);
    assertValue(a, 2.4, 3.2);
  }

  @Test
  void gradientsInDoublePrecisionAreMeasuredInIt() {
    var w = scope.variable("w", Shape.of(1), TFloat64.class, Initializers.constant(1e200));
    var train =
        GradientDescent.of(0.5)
            .minimize(scope, tf.nn.l2Loss(w), scope.variables(), o -> o.clipNorm(1e300));
    assertEquals(TFloat64.class, train.globalNorm().type());
  }

  @Test
  void withoutClippingTheNormMayBeFetchedAllTheSame() {
    var w = weights("w", 3, 4);
    var train = GradientDescent.of(1).minimize(scope, sumOfSquares(w), scope.variables());
    assertValue(train.globalNorm(), 5);
    assertValue(w, 3, 4);
  }

  @Test
  void theGlobalStepCountsRunsOfTheTrainingOp() {
    var w = weights("w", 1);
    var step = GlobalStep.of(scope);
    assertEquals(step, GlobalStep.of(scope));
    var train =
        GradientDescent.of(0.1)
            .minimize(scope, sumOfSquares(w), scope.trainableVariables(), o -> o.globalStep(step));
    assertValue(step.value(), 0);
    test.run(train);
    test.run(train);
    assertValue(step.value(), 2);
  }

  @Test
  void aScheduleIsReadBeforeTheStepIsCounted() {
    var w = weights("w", 1);
    var step = GlobalStep.of(scope);
    var rate =
        Schedules.piecewiseConstant(
            tf, step.value(TInt64.class), new long[] {0, 1}, new double[] {0.5, 0.25, 0});
    var train =
        GradientDescent.of(rate)
            .minimize(scope, sumOfSquares(w), scope.trainableVariables(), o -> o.globalStep(step));
    test.run(train);
    assertValue(w, 0.5);
    test.run(train);
    assertValue(w, 0.375);
    test.run(train);
    assertValue(w, 0.375);
  }

  @Test
  void theLearningRateMayBeFedInAnotherPrecision() {
    var w = weights("w", 1);
    var rate = tf.placeholder(TFloat64.class, Placeholder.shape(Shape.scalar()));
    test.refeed(rate, TFloat64.scalarOf(0.25));
    var train = Momentum.of(rate, 0).minimize(scope, sumOfSquares(w), scope.trainableVariables());
    test.run(train);
    assertValue(w, 0.75);
  }

  static Stream<Class<? extends TFloating>> types() {
    return Stream.of(TFloat16.class, TBfloat16.class, TFloat32.class, TFloat64.class);
  }

  /** One step of each optimizer from w = 1 with the gradient 1. */
  @ParameterizedTest
  @MethodSource("types")
  <T extends TFloating> void allFloatingPointTypesAreTrained(Class<T> type) {
    var optimizers =
        List.of(
            GradientDescent.of(0.125),
            Momentum.of(0.125, 0.9),
            Adagrad.of(0.125).withInitialAccumulator(3),
            RmsProp.of(0.125).withEpsilon(1e-4),
            RmsProp.of(0.125).withEpsilon(0.01).centered(),
            Adadelta.of(0.125).withEpsilon(1),
            Adam.of(0.125).withBeta2(0.99).withEpsilon(1e-4),
            AdamW.of(0.125, 0.5).withBeta2(0.99).withEpsilon(1e-4),
            Ftrl.of(0.125).withInitialAccumulator(1));
    var centered = 1 - 0.125 / Math.sqrt(1 - 0.01 + 0.01);
    var ftrl = ((Math.sqrt(2) - 1) / 0.125 - 1) * 0.125 / Math.sqrt(2);
    var expected =
        List.of(
            0.875,
            0.875,
            1 - 0.125 / 2,
            0.875,
            centered,
            1 - 0.125 / Math.sqrt(1.05),
            0.875,
            0.375,
            ftrl);
    var values = new ArrayList<Operand<T>>();
    var trains = new ArrayList<TrainOp>();
    for (int i = 0; i < optimizers.size(); i++) {
      var inner = scope.scope("net" + i);
      var w = inner.variable("w", Shape.scalar(), type, Initializers.ones());
      values.add(w);
      trains.add(
          optimizers
              .get(i)
              .minimize(scope, w, inner.trainableVariables(), UnaryOperator.identity()));
    }
    test.run(trains.toArray(TrainOp[]::new));
    var found = test.values(values).stream().map(value -> value[0]).toList();
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i), found.get(i), 0.01, optimizers.get(i).getClass().getName());
    }
  }
}
