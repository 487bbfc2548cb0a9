package io.github.tfrnn.ops;

import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Stack;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.types.TFloat64;

/** A GRU from its formula in double precision, of x, h, w_ru, w_c, b_ru, b_c. */
final class BlockGruFormula {
  static final int B = 2;
  static final int D = 3;
  static final int H = 2;

  private BlockGruFormula() {}

  /** Inputs of random numbers, with x in this shape. */
  static List<Operand<TFloat64>> inputs(TestGraph test, Shape declared, Shape fed) {
    var inputs = new ArrayList<Operand<TFloat64>>();
    inputs.add(test.random64(declared, fed));
    inputs.add(test.random64(Shape.of(-1, H), Shape.of(B, H)));
    for (var shape :
        List.of(Shape.of(D + H, 2 * H), Shape.of(D + H, H), Shape.of(2 * H), Shape.of(H))) {
      inputs.add(test.random64(shape, shape));
    }
    return inputs;
  }

  /** The same inputs at another step. */
  static List<Operand<TFloat64>> with(
      List<Operand<TFloat64>> inputs, Operand<TFloat64> x, Operand<TFloat64> h) {
    var at = new ArrayList<>(inputs);
    at.set(0, x);
    at.set(1, h);
    return at;
  }

  /** r, u, c and h of a step. */
  static List<Operand<TFloat64>> step(Ops tf, List<Operand<TFloat64>> inputs) {
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

  /** h of each step of a sequence, zeros from {@code steps} on, and the last h. */
  static List<Operand<TFloat64>> unrolled(
      Ops tf, int time, int steps, List<Operand<TFloat64>> inputs) {
    var hs = new ArrayList<Operand<TFloat64>>();
    var h = inputs.get(1);
    var x = tf.unstack(inputs.get(0), (long) time, Unstack.axis(0L)).output();
    for (int t = 0; t < time; t++) {
      var next = step(tf, with(inputs, x.get(t), h)).get(3);
      h = t < steps ? next : h;
      hs.add(t < steps ? next : tf.zerosLike(next));
    }
    return List.of(tf.stack(hs, Stack.axis(0L)), h);
  }
}
