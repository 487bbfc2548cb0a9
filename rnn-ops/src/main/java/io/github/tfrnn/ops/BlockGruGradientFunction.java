package io.github.tfrnn.ops;

import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;

/**
 * Makes the function that is the gradient of a {@link BlockGru}.
 *
 * <p>What a step back multiplies with is formed for all steps at once; the loop is left with what
 * depends on the step after.
 *
 * <pre>{@code
 * dh   = dh[t] + dh[t + 1] u[t + 1] + dr[t + 1] r[t + 1] + dz[t + 1] * Wh^T
 * dzc  = dh (1 - u) (1 - c^2)        dr = dzc * Wch^T, the gradient of r h[t - 1]
 * dz   = [dr, dh] * [h[t - 1] r (1 - r), (h[t - 1] - c) u (1 - u)]
 * }</pre>
 */
final class BlockGruGradientFunction<T extends TNumber> extends BlockGradientFunction<T> {
  /** The gradients of x, h, both kernels and both biases, in the order of the op's inputs. */
  static final int RESULTS = 6;

  BlockGruGradientFunction(Graph scratch, Class<T> type, long depth, long units) {
    super(scratch, type, depth, units);
  }

  @Override
  List<Operand<T>> trace() {
    var count = argument(TInt32.class, Shape.scalar());
    var x = argument(Shape.of(-1, -1, depth));
    var h0 = argument(Shape.of(-1, units));
    var gates = argument(Shape.of(depth + units, 2 * units));
    var candidate = argument(Shape.of(depth + units, units));
    var sequence = Shape.of(-1, -1, units);
    var r = argument(sequence);
    var u = argument(sequence);
    var c = argument(sequence);
    var h = argument(sequence);
    var dhs = argument(sequence);
    var last = argument(Shape.of(-1, units));

    var before = before(h0, h);
    var ofCandidate = tf.math.mul(tf.math.sub(one(), u), tanhSlope(c));
    var ofGates =
        tf.concat(
            List.of(
                tf.math.mul(before, sigmoidSlope(r)),
                tf.math.mul(tf.math.sub(before, c), sigmoidSlope(u))),
            tf.constant(LAST_AXIS));
    var back =
        steps(
            count,
            List.of(dhs, ofCandidate, ofGates, u, r),
            last,
            transposed(rows(gates, depth, units)),
            transposed(rows(candidate, depth, units)));
    var dz = flat(back.outputs().get(0), 2 * units);
    var dzc = flat(back.outputs().get(1), units);
    var ofX =
        tf.math.add(
            tf.linalg.matMul(dz, rows(gates, 0, depth), MatMul.transposeB(true)),
            tf.linalg.matMul(dzc, rows(candidate, 0, depth), MatMul.transposeB(true)));
    var inputs = flat(x, depth);
    return List.of(
        tf.reshape(ofX, tf.shape(x)),
        back.carry(),
        ofKernel(inputs, flat(before, units), dz),
        ofKernel(inputs, flat(tf.math.mul(r, before), units), dzc),
        tf.sum(dz, tf.constant(0)),
        tf.sum(dzc, tf.constant(0)));
  }

  /**
   * The loop: carries dh, gives dz and dzc of each step.
   *
   * @param inputs dh, what dh and what [dr, dh] is multiplied with, u and r
   */
  private Scan.Result<Operand<T>, List<Operand<T>>> steps(
      Operand<TInt32> count,
      List<Operand<T>> inputs,
      Operand<T> last,
      Operand<T> gates,
      Operand<T> candidate) {
    return Scan.carrying(tf, Structure.<T>tensor(), last)
        .named("GRUBlockCell gradient")
        .over(Structure.<T>tensors(inputs.size()), inputs)
        .steps(count)
        .options(o -> o.withGradientOrder(0))
        .reverse()
        .run(
            Structure.<T>tensors(2),
            (body, carry, at) -> {
              var math = body.tf().math;
              var linalg = body.tf().linalg;
              var dh = math.add(at.get(0), carry);
              var dzc = math.mul(dh, at.get(1));
              var dr = linalg.matMul(dzc, candidate);
              var both = body.tf().concat(List.of(dr, dh), body.tf().constant(1));
              var dz = math.mul(both, at.get(2));
              var kept = math.add(math.mul(dh, at.get(3)), math.mul(dr, at.get(4)));
              return new Scan.Next<>(
                  math.add(kept, linalg.matMul(dz, gates)), List.<Operand<T>>of(dz, dzc));
            });
  }
}
