package io.github.tfrnn.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/**
 * What is read is read before anything is written: the references of variables share their memory
 * with whoever read them, and a session runs what does not wait in any order.
 */
class TrainingOrderTest {
  private static final int RUNS = 60;
  private static final int STEPS = 4;

  private final TestGraph test = new TestGraph();
  private final Ops tf = test.tf();

  @AfterEach
  void close() {
    test.close();
  }

  /** A network of two dense layers and the mean of its squared errors. */
  private Operand<TFloat32> loss(VariableScope scope) {
    var hidden = tf.math.tanh(dense(scope.scope("hidden"), tf.constant(inputs()), 3, 16));
    var output = dense(scope.scope("output"), hidden, 16, 2);
    var errors = tf.math.squaredDifference(output, tf.constant(new float[] {1, -1}));
    return tf.math.mean(errors, tf.constant(new int[] {0, 1}));
  }

  private static float[][] inputs() {
    var rows = new float[32][3];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = new float[] {(float) Math.sin(i), (float) Math.cos(3 * i), i / 32f};
    }
    return rows;
  }

  private Operand<TFloat32> dense(VariableScope scope, Operand<TFloat32> x, int in, int out) {
    var kernel = scope.variable("kernel", Shape.of(in, out), TFloat32.class);
    var bias = scope.variable("bias", Shape.of(out), TFloat32.class, Initializers.zeros());
    return tf.math.add(tf.linalg.matMul(x, kernel), bias);
  }

  @Test
  void sixtyEqualRunsOfEveryOptimizerGiveTheSameLosses() {
    var step = GlobalStep.of(test.scope());
    var rate = Schedules.exponentialDecay(tf, 0.05, step.value(TInt64.class), 2, 0.5, false);
    var optimizers =
        List.of(
            GradientDescent.of(rate),
            Momentum.of(rate, 0.9).withNesterov(),
            Adagrad.of(rate),
            RmsProp.of(rate),
            RmsProp.of(rate).withMomentum(0.5).centered(),
            Adadelta.of(rate),
            Adam.of(rate),
            AdamW.of(rate, tf.constant(0.01f)),
            Ftrl.of(rate));
    List<Operand<?>> losses = new ArrayList<>();
    List<TrainOp> trains = new ArrayList<>();
    for (int i = 0; i < optimizers.size(); i++) {
      var scope = test.scope().scope("net" + i);
      var loss = loss(scope);
      losses.add(loss);
      // One of them counts the steps, which changes the learning rate of all.
      UnaryOperator<TrainOptions> options =
          i == 0 ? o -> o.clipNorm(1).globalStep(step) : o -> o.clipNorm(1);
      trains.add(optimizers.get(i).minimize(scope, loss, scope.trainableVariables(), options));
    }
    Set<List<Double>> different = new HashSet<>();
    for (int run = 0; run < RUNS; run++) {
      different.add(lossesFromTheBeginning(losses, trains));
    }
    assertEquals(1, different.size());
    var losses0 = different.iterator().next();
    for (int i = 0; i < optimizers.size(); i++) {
      double first = losses0.get(i);
      double last = losses0.get((STEPS - 1) * optimizers.size() + i);
      assertTrue(last < first, optimizers.get(i).getClass() + ": " + first + ", " + last);
    }
  }

  private List<Double> lossesFromTheBeginning(List<Operand<?>> losses, List<TrainOp> trains) {
    test.session().forceInitialize();
    List<Double> seen = new ArrayList<>();
    for (int step = 0; step < STEPS; step++) {
      test.values(losses, trains.toArray(TrainOp[]::new)).forEach(loss -> seen.add(loss[0]));
    }
    return seen;
  }

  /** Reads {@code w} twenty times, which takes far longer than a training step. */
  private Operand<TFloat32> slow(Operand<TFloat32> w) {
    Operand<TFloat32> x = tf.fill(tf.constant(new int[] {256, 256}), tf.constant(0.01f));
    for (int i = 0; i < 20; i++) {
      x = tf.math.add(tf.math.tanh(tf.linalg.matMul(x, x)), w);
    }
    return tf.math.mean(x, tf.constant(new int[] {0, 1}));
  }

  private Operand<TFloat32> weight() {
    return test.scope().variable("w", Shape.scalar(), TFloat32.class, Initializers.ones());
  }

  @Test
  void theLossIsThatOfTheWeightsBeforeTheUpdate() {
    var w = weight();
    var loss = tf.math.addN(List.of(tf.math.square(w), tf.stopGradient(slow(w))));
    double before = test.value(loss)[0];
    var train = GradientDescent.of(0.5).minimize(test.scope(), loss, test.scope().variables());
    assertEquals(before, test.values(List.of(loss), train).get(0)[0]);
    assertArrayEquals(new double[] {0}, test.value(w));
  }

  @Test
  void aMetricMayAskToBeComputedBeforeTheUpdate() {
    var w = weight();
    var metric = slow(w);
    double before = test.value(metric)[0];
    var train =
        GradientDescent.of(0.5)
            .minimize(
                test.scope(),
                tf.math.square(w),
                test.scope().variables(),
                options -> options.after(metric));
    assertEquals(before, test.values(List.of(metric), train).get(0)[0]);
    assertArrayEquals(new double[] {0}, test.value(w));
  }

  /** Each gradient here is the memory of the other variable. */
  @Test
  void gradientsThatAreVariablesThemselvesDoNotSeeTheUpdate() {
    var scope = test.scope();
    int size = 100_000;
    var a = scope.variable("a", Shape.of(size), TFloat32.class, Initializers.constant(3));
    var b = scope.variable("b", Shape.of(size), TFloat32.class, Initializers.constant(5));
    var shape = tf.constant(new int[] {size});
    var train =
        GradientDescent.of(1)
            .apply(
                scope,
                List.of(tf.identity(b), tf.reshape(a, shape)),
                scope.variables(),
                UnaryOperator.identity());
    test.run(train);
    var ends =
        test.values(List.of(tf.math.mean(a, tf.constant(0)), tf.math.mean(b, tf.constant(0))));
    assertArrayEquals(new double[] {-2}, ends.get(0));
    assertArrayEquals(new double[] {2}, ends.get(1));
  }
}
