package io.github.tfrnn.ops;

import static io.github.tfrnn.ops.OpGradients.apart;
import static io.github.tfrnn.ops.OpGradients.areUnused;
import static io.github.tfrnn.ops.OpGradients.number;
import static io.github.tfrnn.ops.OpGradients.ofWeights;
import static io.github.tfrnn.ops.OpGradients.shaped;

import java.util.List;
import java.util.Map;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;

/**
 * The gradient of the GRU step in one op, {@code GRUBlockCell}: inputs are x, h_prev, w_ru, w_c,
 * b_ru, b_c, outputs r, u, c, h. TensorFlow's kernel for the way back takes the gradient of h
 * alone.
 */
final class GruBlockGradients {
  private static final int H = 3;

  private GruBlockGradients() {}

  static void addTo(Map<String, OpGradient> gradients) {
    gradients.put("GRUBlockCell", GruBlockGradients::step);
  }

  private static List<Operand<?>> step(Ops tf, GraphOperation op, List<Output<?>> dy) {
    var back = areUnused(dy, 0, 1, 2) ? kernel(tf, op, dy) : composed(tf, op, dy);
    var x = number(op.input(0));
    var h = number(op.input(1));
    var reset = tf.math.mul(number(op.output(0)), h);
    return List.of(
        back.x(),
        back.h(),
        ofWeights(tf, x, h, back.gates()),
        ofWeights(tf, x, reset, back.candidate()),
        tf.nn.biasAddGrad(back.gates()),
        tf.nn.biasAddGrad(back.candidate()));
  }

  /**
   * What comes back from a step.
   *
   * @param gates the gradient of r and u before their activation, {@code [B, 2H]}
   * @param candidate that of c before its activation, {@code [B, H]}
   */
  private record Back(
      Operand<TNumber> x, Operand<TNumber> h, Operand<TNumber> gates, Operand<TNumber> candidate) {}

  private static Back kernel(Ops tf, GraphOperation op, List<Output<?>> dy) {
    var builder = tf.scope().opBuilder("GRUBlockCellGrad", "GRUBlockCellGrad");
    for (int i = 0; i < 6; i++) {
      builder.addInput(op.input(i));
    }
    for (int i = 0; i < H; i++) {
      builder.addInput(op.output(i));
    }
    var back = builder.addInput(shaped(tf, dy.get(H), op.output(H)).asOutput()).build();
    return new Back(
        number(back.output(0)),
        number(back.output(1)),
        number(back.output(3)),
        number(back.output(2)));
  }

  /** With {@code h = u * h_prev + (1 - u) * c}, where c sees {@code r * h_prev}. */
  private static Back composed(Ops tf, GraphOperation op, List<Output<?>> dy) {
    var before = number(op.input(1));
    var r = number(op.output(0));
    var u = number(op.output(1));
    var c = number(op.output(2));
    var dh = number(dy.get(H));

    var dc = tf.math.add(number(dy.get(2)), tf.math.sub(dh, tf.math.mul(dh, u)));
    var dzc = tf.math.tanhGrad(c, dc);
    var fromCandidate = apart(tf, op.input(0), op.input(1), dzc, op.input(3));
    var dReset = fromCandidate.get(1);
    var dr = tf.math.add(number(dy.get(0)), tf.math.mul(dReset, before));
    var du = tf.math.add(number(dy.get(1)), tf.math.mul(dh, tf.math.sub(before, c)));
    var dzru =
        tf.concat(List.of(tf.math.sigmoidGrad(r, dr), tf.math.sigmoidGrad(u, du)), tf.constant(1));
    var fromGates = apart(tf, op.input(0), op.input(1), dzru, op.input(2));
    var kept = tf.math.add(tf.math.mul(dh, u), tf.math.mul(dReset, r));
    return new Back(
        tf.math.add(fromCandidate.get(0), fromGates.get(0)),
        tf.math.add(kept, fromGates.get(1)),
        dzru,
        dzc);
  }
}
