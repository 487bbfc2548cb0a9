package io.github.tfrnn.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.Partitioner;
import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Operand;
import org.tensorflow.framework.constraints.MaxNorm;
import org.tensorflow.framework.constraints.NonNeg;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TNumber;

/** What optimizers do with the constraints of variables. */
class ConstraintTest {
  private final TestGraph test = new TestGraph();
  private final VariableScope root = test.scope();

  @AfterEach
  void close() {
    test.close();
  }

  private TrainOp descend(Operand<TFloat64> w) {
    var loss = test.tf().reduceSum(w, test.tf().constant(0));
    return GradientDescent.of(1.0).minimize(root, loss, root.trainableVariables());
  }

  @Test
  void theProjectionComesAfterTheUpdate() {
    var w =
        root.withConstraint(new NonNeg())
            .variable("w", Shape.of(3), TFloat64.class, Initializers.values(0.5, 2, -3));
    var train = descend(w);
    assertArrayEquals(new double[] {0.5, 2, -3}, test.value(w), "not before");
    test.run(train);
    assertArrayEquals(new double[] {0, 1, 0}, test.value(w), 1e-12);
    test.run(train);
    assertArrayEquals(new double[] {0, 0, 0}, test.value(w), 1e-12);
  }

  static Stream<Optimizer> optimizers() {
    return Stream.of(
        GradientDescent.of(0.5),
        Momentum.of(0.5, 0.9),
        Adagrad.of(0.5),
        Adam.of(0.5),
        AdamW.of(0.5, 0.1),
        RmsProp.of(0.5),
        Ftrl.of(0.5),
        Adadelta.of(100));
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void everyOptimizerProjects(Optimizer optimizer) {
    var w =
        root.withConstraint(new NonNeg())
            .variable("w", Shape.of(2), TFloat32.class, Initializers.values(1e-3f, 9));
    var free = root.variable("free", Shape.of(2), TFloat32.class, Initializers.values(1e-3f, 9));
    var tf = test.tf();
    var loss = tf.reduceSum(tf.math.add(w, free), tf.constant(0));
    test.run(optimizer.minimize(root, loss, root.trainableVariables()));
    double[] constrained = test.value(w);
    double[] unconstrained = test.value(free);
    assertEquals(0, constrained[0], 1e-12);
    assertTrue(unconstrained[0] < 0, "else there is nothing to project");
    assertEquals(Math.max(0, unconstrained[1]), constrained[1], 1e-6);
  }

  @Test
  void onlyVariablesWithAConstraintAreProjected() {
    var own = root.variable("own", Shape.of(1), TFloat64.class, Initializers.values(0.5));
    var other =
        root.scope("in")
            .withConstraint(new NonNeg())
            .variable("w", Shape.of(1), TFloat64.class, Initializers.values(0.5));
    test.run(descend(test.tf().math.add(own, other)));
    assertArrayEquals(new double[] {-0.5}, test.value(own), 1e-12);
    assertArrayEquals(new double[] {0}, test.value(other), 1e-12);
  }

  @Test
  void thePartsOfAVariableAreProjectedOneByOne() {
    var scope = root.withConstraint(new MaxNorm(1)).withPartitioner(Partitioner.fixedSize(2));
    var w = scope.variable("w", Shape.of(3), TFloat64.class, Initializers.values(4, 5, 8));
    test.run(descend(w));
    assertArrayEquals(new double[] {0.6, 0.8, 1}, test.value(w), 1e-6);
  }

  private static <T extends TNumber> Operand<T> first(Ops tf, Operand<T> w) {
    return tf.reshape(
        tf.slice(w, tf.constant(new int[] {0}), tf.constant(new int[] {1})),
        tf.constant(new int[] {1}));
  }

  @Test
  void aProjectionOfAnotherShapeIsRefused() {
    var w =
        root.withConstraint(ConstraintTest::first)
            .variable("w", Shape.of(2), TFloat64.class, Initializers.values(1, 2));
    assertEquals(
        "GradientDescent: constraint of variable w must return TFloat64[2], got TFloat64[1]",
        Refusals.argument(() -> descend(w)));
  }
}
