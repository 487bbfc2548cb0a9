package io.github.tfrnn.ops;

import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TNumber;

/**
 * Makes the function that is the gradient of {@code BlockLSTM}.
 *
 * <p>What a step back multiplies with is formed for all steps at once; the loop is left with what
 * depends on the step after.
 *
 * <pre>{@code
 * dh  = dh[t] + dz[t + 1] * Wh^T            from the output and from the step after
 * dc  = dc[t] + dc[t + 1] f[t + 1] + dh * o (1 - tanh(c)^2)
 * dz  = [dc, dc, dc, dh] * [j i (1 - i), i (1 - j^2), c[t - 1] f (1 - f), tanh(c) o (1 - o)]
 * }</pre>
 */
final class BlockLstmGradientFunction<T extends TNumber> extends BlockGradientFunction<T> {
  /** The gradients of x, c, h, kernel and bias. */
  static final int RESULTS = 5;

  BlockLstmGradientFunction(Graph scratch, Class<T> type, long depth, long units) {
    super(scratch, type, depth, units);
  }

  @Override
  List<Operand<T>> trace() {
    Operand<TInt64> count = argument(TInt64.class, Shape.scalar());
    var x = argument(Shape.of(-1, -1, depth));
    var c0 = argument(Shape.of(-1, units));
    var h0 = argument(Shape.of(-1, units));
    var kernel = argument(Shape.of(depth + units, 4 * units));
    var sequence = Shape.of(-1, -1, units);
    var i = argument(sequence);
    var cs = argument(sequence);
    var f = argument(sequence);
    var o = argument(sequence);
    var j = argument(sequence);
    var tanh = argument(sequence);
    var h = argument(sequence);
    var dcs = argument(sequence);
    var dhs = argument(sequence);

    var slopes =
        tf.concat(
            List.of(
                tf.math.mul(j, sigmoidSlope(i)),
                tf.math.mul(i, tanhSlope(j)),
                tf.math.mul(before(c0, cs), sigmoidSlope(f)),
                tf.math.mul(tanh, sigmoidSlope(o))),
            tf.constant(LAST_AXIS));
    var through = tf.math.mul(o, tanhSlope(tanh));
    var recurrent = rows(kernel, depth, units);
    var back = steps(count, List.of(dcs, dhs, through, f, slopes), c0, recurrent);
    var dz = flat(back.outputs(), 4 * units);
    var ofX = tf.linalg.matMul(dz, rows(kernel, 0, depth), MatMul.transposeB(true));
    var ofKernel = ofKernel(flat(x, depth), flat(before(h0, h), units), dz);
    return List.of(
        tf.reshape(ofX, tf.shape(x)),
        back.carry().get(0),
        back.carry().get(1),
        ofKernel,
        tf.sum(dz, tf.constant(0)));
  }

  /**
   * The loop: carries dc and dh, gives dz of each step.
   *
   * @param inputs dc, dh, o (1 - tanh(c)^2), f, and what dz is multiplied with
   */
  private Scan.Result<List<Operand<T>>, Operand<T>> steps(
      Operand<TInt64> count, List<Operand<T>> inputs, Operand<T> like, Operand<T> recurrent) {
    var none = tf.zerosLike(like);
    var transposed = transposed(recurrent);
    return Scan.carrying(tf, Structure.<T>tensors(2), List.<Operand<T>>of(none, none))
        .named("BlockLSTM gradient")
        .over(Structure.<T>tensors(inputs.size()), inputs)
        .steps(tf.dtypes.cast(count, TInt32.class))
        .options(o -> o.withGradientOrder(0))
        .reverse()
        .run(
            Structure.<T>tensor(),
            (body, carry, at) -> {
              var math = body.tf().math;
              var dh = math.add(at.get(1), carry.get(1));
              var dc = math.add(math.add(at.get(0), carry.get(0)), math.mul(dh, at.get(2)));
              var parts = body.tf().concat(List.of(dc, dc, dc, dh), body.tf().constant(1));
              var dz = math.mul(parts, at.get(4));
              return new Scan.Next<>(
                  List.of(math.mul(dc, at.get(3)), body.tf().linalg.matMul(dz, transposed)), dz);
            });
  }
}
