package io.github.tfrnn.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.testing.TestGraph;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TFloating;

/**
 * Each optimizer against its formula, written as a plain loop, over 20 steps, and both against
 * numbers of Python's tf.compat.v1.train.
 *
 * <p>The loss is {@code sum(A / 2 * w^2 + B * w)}, so that the gradient is {@code A * w + B}.
 */
class OptimizerFormulaTest {
  private static final double TOLERANCE = 1e-6;
  private static final int STEPS = 20;
  private static final double[] A = {1, 2, 0.5, 3};
  private static final double[] B = {0.1, -0.2, 0.05, 0};
  private static final double[] W = {0.4, -0.3, 0.2, 0.1};

  /** One element's update; {@code slots} are its own and {@code t} counts from 1. */
  @FunctionalInterface
  private interface Formula {
    double next(double w, double g, double[] slots, int t);
  }

  /**
   * What is tested.
   *
   * @param slots first values of the slots
   * @param after1 weights after the first step, from Python
   * @param after20 weights after the last step, from Python
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Rule(
      String name,
      Optimizer optimizer,
      double[] slots,
      Formula formula,
      double[] after1,
      double[] after20) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static double[] row(double... values) {
    return values;
  }

  static Stream<Rule> rules() {
    return Stream.of(
        new Rule(
            "GradientDescent",
            GradientDescent.of(0.05),
            row(),
            (w, g, s, t) -> w - 0.05 * g,
            row(0.375, -0.26000002, 0.1925, 0.085000001),
            row(0.079242945, 0.051369336, 0.080806307, 0.0038759531)),
        new Rule(
            "Momentum",
            Momentum.of(0.02, 0.9),
            row(0),
            (w, g, s, t) -> w - 0.02 * (s[0] = 0.9 * s[0] + g),
            row(0.39000002, -0.28400001, 0.197, 0.094000004),
            row(-0.2353356, 0.21023412, -0.064653337, 0.0046074111)),
        new Rule(
            "Momentum with Nesterov",
            Momentum.of(0.02, 0.9).withNesterov(),
            row(0),
            (w, g, s, t) -> w - 0.02 * (g + 0.9 * (s[0] = 0.9 * s[0] + g)),
            row(0.38100001, -0.2696, 0.1943, 0.088600002),
            row(-0.2073537, 0.17223111, -0.065416686, 0.0029493454)),
        new Rule(
            "Adagrad",
            Adagrad.of(0.05),
            row(0.1),
            (w, g, s, t) -> w - 0.05 * g / Math.sqrt(s[0] += g * g),
            row(0.35774231, -0.25350097, 0.17857143, 0.06558764),
            row(0.10311284, -0.014056522, -0.00078006973, 8.8334062e-05)),
        new Rule(
            "Adagrad from 0.5",
            Adagrad.of(0.05).withInitialAccumulator(0.5),
            row(0.5),
            (w, g, s, t) -> w - 0.05 * g / Math.sqrt(s[0] += g * g),
            row(0.37113249, -0.26253659, 0.18962428, 0.080471665),
            row(0.13874075, -0.03113557, 0.060299873, 0.0021514453)),
        new Rule(
            "RMSProp",
            RmsProp.of(0.01),
            row(1, 0),
            (w, g, s, t) -> rmsProp(w, g, s, 0.9, 0, 1e-10),
            row(0.39480126, -0.291852, 0.19842084, 0.09685342),
            row(0.27302244, -0.14222561, 0.1512302, 0.034940522)),
        new Rule(
            "RMSProp with momentum",
            RmsProp.of(0.01).withDecay(0.8).withMomentum(0.5).withEpsilon(1e-6),
            row(1, 0),
            (w, g, s, t) -> rmsProp(w, g, s, 0.8, 0.5, 1e-6),
            row(0.39457676, -0.29169548, 0.19832765, 0.09668301),
            row(0.12807454, -0.0062813554, 0.059351627, -0.00069059199)),
        new Rule(
            "RMSProp, centered",
            RmsProp.of(0.01).withMomentum(0.5).withEpsilon(1e-3).centered(),
            row(1, 0, 0),
            (w, g, s, t) -> {
              s[2] = 0.9 * s[2] + 0.1 * g;
              return rmsProp(w, g, s, 0.9, 0.5, 1e-3 - s[2] * s[2]);
            },
            row(0.39479703, -0.29182908, 0.19842151, 0.096853592),
            row(0.15675548, -0.007118037, 0.11300438, 0.0090931626)),
        new Rule(
            "Adadelta",
            Adadelta.of(1).withEpsilon(1e-6),
            row(0, 0),
            (w, g, s, t) -> {
              s[0] = 0.95 * s[0] + 0.05 * g * g;
              double d = g * Math.sqrt(s[1] + 1e-6) / Math.sqrt(s[0] + 1e-6);
              s[1] = 0.95 * s[1] + 0.05 * d * d;
              return w - d;
            },
            row(0.39552805, -0.29552794, 0.19552985, 0.095528364),
            row(0.31263399, -0.21418366, 0.11675958, 0.034954544)),
        new Rule(
            "Adam",
            Adam.of(0.01),
            row(0, 0),
            (w, g, s, t) -> adam(w, g, s, t, 0.9f, 0.999f, 1e-8),
            row(0.39000002, -0.29000002, 0.19000003, 0.090000011),
            row(0.20603421, -0.10803737, 0.011936393, -0.027115418)),
        new Rule(
            "Adam with other settings",
            Adam.of(0.01).withBeta1(0.8).withBeta2(0.99).withEpsilon(1e-4),
            row(0, 0),
            (w, g, s, t) -> adam(w, g, s, t, 0.8f, 0.99f, 1e-4),
            row(0.39001995, -0.29001251, 0.19006623, 0.090033226),
            row(0.21027204, -0.11334235, 0.01954685, -0.010734388)),
        new Rule(
            "Ftrl",
            Ftrl.of(0.1),
            row(0.1, 0),
            (w, g, s, t) -> ftrl(w, g, s, -0.5, 0, 0, 0),
            row(0.10167558, -0.096719705, -0.023558727, -0.041372344),
            row(-0.089809403, 0.096302018, -0.095663466, -5.5019274e-11)),
        new Rule(
            "Ftrl with penalties",
            Ftrl.of(0.1)
                .withPower(-0.7)
                .withInitialAccumulator(0.2)
                .withL1(0.02)
                .withL2(0.1)
                .withL2Shrinkage(0.05),
            row(0.2, 0),
            (w, g, s, t) -> ftrl(w, g, s, -0.7, 0.02, 0.1, 0.05),
            row(0.07277704, -0.092025124, -0.027020317, -0.043984827),
            row(-0.085042089, 0.090594441, -0.081284411, 0)));
  }

  private static double rmsProp(
      double w, double g, double[] s, double decay, double momentum, double epsilon) {
    s[0] = decay * s[0] + (1 - decay) * g * g;
    s[1] = momentum * s[1] + 0.01 * g / Math.sqrt(s[0] + epsilon);
    return w - s[1];
  }

  private static double adam(
      double w, double g, double[] s, int t, float beta1, float beta2, double epsilon) {
    s[0] = beta1 * s[0] + (1 - beta1) * g; // 1 - beta is exact
    s[1] = beta2 * s[1] + (1 - beta2) * g * g;
    double rate = 0.01 * Math.sqrt(1 - power(beta2, t)) / (1 - power(beta1, t));
    return w - rate * s[0] / (Math.sqrt(s[1]) + epsilon);
  }

  /** As in TensorFlow 1.15, of single precision whatever the weights are. */
  private static float power(float beta, int t) {
    float power = beta;
    for (int i = 1; i < t; i++) {
      power *= beta;
    }
    return power;
  }

  private static double ftrl(
      double w, double g, double[] s, double power, double l1, double l2, double shrinkage) {
    double n = s[0] + g * g;
    double change = (Math.pow(n, -power) - Math.pow(s[0], -power)) / 0.1;
    s[0] = n;
    s[1] += g + 2 * shrinkage * w - change * w;
    double divisor = Math.pow(n, -power) / 0.1 + 2 * l2;
    return Math.abs(s[1]) > l1 ? (Math.signum(s[1]) * l1 - s[1]) / divisor : 0;
  }

  private static double[] plain(Rule rule, int steps) {
    double[] weights = W.clone();
    for (int i = 0; i < weights.length; i++) {
      double[] slots = rule.slots.clone();
      for (int t = 1; t <= steps; t++) {
        weights[i] = rule.formula.next(weights[i], A[i] * weights[i] + B[i], slots, t);
      }
    }
    return weights;
  }

  static Stream<Arguments> rulesAndTypes() {
    return rules()
        .flatMap(
            rule ->
                Stream.of(TFloat32.class, TFloat64.class).map(type -> Arguments.of(rule, type)));
  }

  @ParameterizedTest
  @MethodSource("rulesAndTypes")
  void twentyStepsFollowTheFormula(Rule rule, Class<? extends TFloating> type) {
    try (var test = new TestGraph()) {
      var w = test.scope().variable("a/w", Shape.of(4), type, Initializers.values(W));
      var train = rule.optimizer.minimize(test.scope(), loss(test, w), test.scope().variables());
      for (int step = 1; step <= STEPS; step++) {
        test.run(train);
        assertArrayEquals(plain(rule, step), test.value(w), TOLERANCE, "step " + step);
      }
    }
  }

  private static <T extends TFloating> Operand<T> loss(TestGraph test, Operand<T> w) {
    var tf = test.tf();
    var a = tf.dtypes.cast(tf.constant(Arrays.stream(A).map(x -> x / 2).toArray()), w.type());
    var b = tf.dtypes.cast(tf.constant(B), w.type());
    var terms = tf.math.add(tf.math.mul(a, tf.math.square(w)), tf.math.mul(b, w));
    return tf.sum(terms, tf.constant(0));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void theFormulaIsThatOfTensorFlow1(Rule rule) {
    assertArrayEquals(rule.after1, plain(rule, 1), TOLERANCE);
    assertArrayEquals(rule.after20, plain(rule, STEPS), TOLERANCE);
  }
}
