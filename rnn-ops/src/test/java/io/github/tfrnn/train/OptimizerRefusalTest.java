package io.github.tfrnn.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/** What optimizers and their options refuse, and in which words. */
class OptimizerRefusalTest {
  private final TestGraph test = new TestGraph();
  private final Ops tf = test.tf();
  private final VariableScope scope = test.scope();
  private final Optimizer descent = GradientDescent.of(0.1);

  @AfterEach
  void close() {
    test.close();
  }

  private static void assertRefused(String message, Supplier<?> call) {
    assertEquals(message, Refusals.argument(call::get));
  }

  static Stream<Arguments> settings() {
    return Stream.of(
        setting(
            "GradientDescent: learningRate must be at least 0, got -0.1",
            () -> GradientDescent.of(-0.1)),
        setting(
            "Momentum: learningRate must be at least 0, got NaN",
            () -> Momentum.of(Double.NaN, 0.9)),
        setting("Momentum: momentum must be at least 0, got -0.9", () -> Momentum.of(0.1, -0.9)),
        setting(
            "Adagrad: initialAccumulator must be above 0, got 0.0",
            () -> Adagrad.of(0.1).withInitialAccumulator(0)),
        setting(
            "RMSProp: decay must be at least 0 and below 1, got 1.0",
            () -> RmsProp.of(0.1).withDecay(1)),
        setting(
            "RMSProp: momentum must be at least 0, got Infinity",
            () -> RmsProp.of(0.1).withMomentum(Double.POSITIVE_INFINITY)),
        setting(
            "RMSProp: epsilon must be at least 0, got -1.0", () -> RmsProp.of(0.1).withEpsilon(-1)),
        setting(
            "Adadelta: rho must be at least 0 and below 1, got 1.5",
            () -> Adadelta.of(0.1).withRho(1.5)),
        setting(
            "Adadelta: epsilon must be at least 0, got -1.0",
            () -> Adadelta.of(0.1).withEpsilon(-1)),
        setting(
            "Adam: beta1 must be at least 0 and below 1, got 1.0", () -> Adam.of(0.1).withBeta1(1)),
        setting(
            "Adam: beta2 must be at least 0 and below 1, got -0.5",
            () -> Adam.of(0.1).withBeta2(-0.5)),
        setting(
            "AdamW: epsilon must be at least 0, got NaN",
            () -> AdamW.of(0.1, 0.1).withEpsilon(Double.NaN)),
        setting("AdamW: weightDecay must be at least 0, got -0.1", () -> AdamW.of(0.1, -0.1)),
        setting("Ftrl: power must be at most 0, got 0.5", () -> Ftrl.of(0.1).withPower(0.5)),
        setting(
            "Ftrl: initialAccumulator must be at least 0, got -1.0",
            () -> Ftrl.of(0.1).withInitialAccumulator(-1)),
        setting("Ftrl: l1 must be at least 0, got -1.0", () -> Ftrl.of(0.1).withL1(-1)),
        setting("Ftrl: l2 must be at least 0, got -1.0", () -> Ftrl.of(0.1).withL2(-1)),
        setting(
            "Ftrl: l2Shrinkage must be at least 0, got -1.0",
            () -> Ftrl.of(0.1).withL2Shrinkage(-1)),
        setting(
            "train options: clipNorm must be above zero, got 0.0",
            () -> TrainOptions.defaults().clipNorm(0)));
  }

  private static Arguments setting(String message, Supplier<?> call) {
    return Arguments.of(message, call);
  }

  @ParameterizedTest
  @MethodSource("settings")
  void aSettingOutOfItsRangeIsRefused(String message, Supplier<?> call) {
    assertRefused(message, call);
  }

  @Test
  void aLearningRateThatIsNotAScalarIsRefused() {
    var rates = tf.constant(new float[] {0.1f, 0.2f});
    assertRefused("Adam: learningRate must be a scalar, got shape [2]", () -> Adam.of(rates));
  }

  @Test
  void aLossThatDependsOnNoVariableIsRefused() {
    scope.variable("w", Shape.of(1), TFloat32.class);
    var loss = tf.withName("loss").constant(1f);
    assertRefused(
        "GradientDescent: loss must depend on at least one of the variables, got loss and [w]",
        () -> descent.minimize(scope, loss, scope.variables()));
  }

  @Test
  void noVariablesAreRefused() {
    assertRefused(
        "GradientDescent: variables must be one or more, got none",
        () -> descent.minimize(scope, tf.constant(1f), scope.variables()));
  }

  @Test
  void aVariableTwiceIsRefused() {
    var w = scope.variable("w", Shape.of(1), TFloat32.class);
    var v = scope.variables().get(0);
    assertRefused(
        "GradientDescent: variable w must be listed once, got it again",
        () -> descent.minimize(scope, w, List.of(v, v)));
  }

  @Test
  void anIntegerVariableIsRefused() {
    var w = scope.variable("w", Shape.of(1), TFloat32.class);
    scope.variable("n", Shape.of(1), TInt32.class);
    assertRefused(
        "GradientDescent: variable n must be floating point, got TInt32",
        () -> descent.minimize(scope, w, scope.variables()));
  }

  @Test
  void aVariableOfAnotherGraphIsRefused() {
    try (var second = new TestGraph()) {
      second.scope().variable("w", Shape.of(1), TFloat32.class);
      assertRefused(
          "GradientDescent: variable w must belong to the graph of the scope, got one of another"
              + " graph",
          () -> descent.minimize(scope, tf.constant(1f), second.scope().variables()));
    }
  }

  @Test
  void gradientsOfAnotherNumberAreRefused() {
    scope.variable("w", Shape.of(1), TFloat32.class);
    assertRefused(
        "GradientDescent: gradients must be as many as the 1 variables, got 0",
        () -> descent.apply(scope, List.of(), scope.variables(), UnaryOperator.identity()));
  }

  @Test
  void aGradientOfAnotherShapeIsRefused() {
    scope.variable("w", Shape.of(3), TFloat32.class);
    var gradient = tf.constant(new double[] {1});
    assertRefused(
        "GradientDescent: variable w must have a gradient of its type and shape, TFloat32[3], got"
            + " TFloat64[1]",
        () -> descent.apply(scope, List.of(gradient), scope.variables(), UnaryOperator.identity()));
  }

  @Test
  void aGradientOfAnotherGraphIsRefused() {
    scope.variable("w", Shape.of(1), TFloat32.class);
    try (var second = new TestGraph()) {
      var gradient = second.tf().constant(new float[] {1});
      assertRefused(
          "GradientDescent: variable w must have a gradient of its graph, got one from elsewhere",
          () ->
              descent.apply(scope, List.of(gradient), scope.variables(), UnaryOperator.identity()));
    }
  }

  @Test
  void aGlobalStepOfAnotherTypeIsRefused() {
    scope.variable("step", Shape.of(2), TInt64.class);
    assertRefused(
        "train options: globalStep must be an int64 scalar, got step, TInt64[2]",
        () -> TrainOptions.defaults().globalStep(scope.variables().get(0)));
  }

  @Test
  void aBetaThatIsOneInThePrecisionOfTheVariableIsRefused() {
    var w = scope.variable("w", Shape.of(1), TBfloat16.class, Initializers.ones());
    assertRefused(
        "Adam: beta2 must be below 1 in the precision of variable w, TBfloat16, got 0.999, which"
            + " rounds to 1. Set a smaller one, such as 0.99.",
        () -> Adam.of(0.1).minimize(scope, w, scope.variables()));
    assertEquals(1, scope.variables().size(), "no slot was made");
  }

  @Test
  void anEpsilonThatIsZeroInThePrecisionOfTheVariableIsRefused() {
    var w = scope.variable("w", Shape.of(1), TFloat16.class, Initializers.ones());
    assertRefused(
        "RMSProp: epsilon must be above 0 in the precision of variable w, TFloat16, got 1.0E-10,"
            + " which rounds to 0. Set a larger one, such as 1e-4.",
        () -> RmsProp.of(0.1).minimize(scope, w, scope.variables()));
  }
}
