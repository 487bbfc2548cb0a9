package io.github.tfrnn.ops;

import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/** The GRU in one op has the gradient of its formula. */
class GruBlockGradientsTest {
  private static final int B = 2;
  private static final int D = 3;
  private static final int H = 2;
  private static final int TIME = 4;

  private final TestGraph test = new TestGraph();
  private final Ops tf = test.tf();

  /** Which of r, u, c, h the loss reads. */
  enum Used {
    H(3),
    GATES(0, 1, 2),
    ALL(0, 1, 2, 3);

    private final int[] outputs;

    Used(int... outputs) {
      this.outputs = outputs;
    }
  }

  @AfterEach
  void close() {
    test.close();
  }

  /** x, h, w_ru, w_c, b_ru, b_c. */
  private List<Operand<TFloat64>> inputs(Shape declared, Shape fed) {
    var inputs = new ArrayList<Operand<TFloat64>>();
    inputs.add(test.random64(declared, fed));
    inputs.add(test.random64(Shape.of(-1, H), Shape.of(B, H)));
    for (var shape :
        List.of(Shape.of(D + H, 2 * H), Shape.of(D + H, H), Shape.of(2 * H), Shape.of(H))) {
      inputs.add(test.random64(shape, shape));
    }
    return inputs;
  }

  private static List<Operand<TFloat64>> op(Ops tf, List<Operand<TFloat64>> inputs) {
    var builder = tf.scope().opBuilder("GRUBlockCell", "GRUBlockCell");
    inputs.forEach(input -> builder.addInput(tf.dtypes.cast(input, TFloat32.class).asOutput()));
    var op = builder.build();
    var outputs = new ArrayList<Operand<TFloat64>>();
    for (int i = 0; i < 4; i++) {
      outputs.add(tf.dtypes.cast(op.output(i), TFloat64.class));
    }
    return outputs;
  }

  private static List<Operand<TFloat64>> formula(Ops tf, List<Operand<TFloat64>> inputs) {
    var x = inputs.get(0);
    var h = inputs.get(1);
    var z = affine(tf, x, h, inputs.get(2), inputs.get(4));
    var ru = tf.split(tf.constant(1), tf.math.sigmoid(z), 2L).output();
    var u = ru.get(1);
    var c = tf.math.tanh(affine(tf, x, tf.math.mul(ru.get(0), h), inputs.get(3), inputs.get(5)));
    var next = tf.math.add(tf.math.mul(u, h), tf.math.mul(tf.math.sub(tf.constant(1.0), u), c));
    return List.of(ru.get(0), u, c, next);
  }

  private static Operand<TFloat64> affine(
      Ops tf, Operand<TFloat64> x, Operand<TFloat64> h, Operand<TFloat64> w, Operand<TFloat64> b) {
    return tf.math.add(tf.linalg.matMul(tf.concat(List.of(x, h), tf.constant(1)), w), b);
  }

  @ParameterizedTest
  @EnumSource
  void aStepHasTheGradientOfItsFormula(Used used) {
    var inputs = inputs(Shape.of(-1, D), Shape.of(B, D));
    BlockAgreement.assertSame(
        test,
        BlockAgreement.loss(test, formula(tf, inputs), used.outputs),
        BlockAgreement.loss(test, op(tf, inputs), used.outputs),
        inputs);
  }

  @Test
  void gradientOfAStepMatchesFiniteDifferences() {
    var inputs = inputs(Shape.of(-1, D), Shape.of(B, D));
    BlockAgreement.assertSlopes(test, BlockAgreement.loss(test, op(tf, inputs), 3), inputs);
  }

  @ParameterizedTest(name = "recompute {0}")
  @ValueSource(booleans = {false, true})
  void theStepHasItsGradientInALoop(boolean recompute) {
    var inputs = inputs(Shape.of(-1, -1, D), Shape.of(TIME, B, D));
    var looped =
        Scan.carrying(tf, Structure.<TFloat64>tensor(), inputs.get(1))
            .over(Structure.<TFloat64>tensor(), inputs.get(0))
            .options(options -> recompute ? options.recomputing() : options)
            .run(
                Structure.<TFloat64>tensor(),
                (body, h, x) -> {
                  var next = op(body.tf(), with(inputs, x, h)).get(3);
                  return new Scan.Next<>(next, next);
                });
    var hs = new ArrayList<Operand<TFloat64>>();
    var h = inputs.get(1);
    for (var x : tf.unstack(inputs.get(0), (long) TIME, Unstack.axis(0L)).output()) {
      h = formula(tf, with(inputs, x, h)).get(3);
      hs.add(h);
    }
    BlockAgreement.assertSame(
        test,
        BlockAgreement.loss(test, List.of(tf.stack(hs), h), 0, 1),
        BlockAgreement.loss(test, List.of(looped.outputs(), looped.carry()), 0, 1),
        inputs);
  }

  private static List<Operand<TFloat64>> with(
      List<Operand<TFloat64>> inputs, Operand<TFloat64> x, Operand<TFloat64> h) {
    var at = new ArrayList<>(inputs);
    at.set(0, x);
    at.set(1, h);
    return at;
  }
}
