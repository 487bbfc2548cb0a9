package io.github.tfrnn.ops;

import io.github.tfrnn.ops.spi.GradientAttribute;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TFloating;

/**
 * TensorFlow's op {@code BlockLSTM}, an LSTM over a whole sequence, which TensorFlow-Java does not
 * offer.
 *
 * <pre>{@code
 * [zi, zj, zf, zo] = [x[t], h] * kernel + bias
 * i = sigmoid(zi + c * wi)    j = tanh(zj)    f = sigmoid(zf + forgetBias + c * wf)
 * c = clip(i * j + f * c)     o = sigmoid(zo + c * wo)     h = o * tanh(c)
 * }</pre>
 *
 * <p>Its gradient is a loop of this library over what the op gives, which takes half the time of
 * TensorFlow's own op; with peepholes, with a clip, inside the body of a loop and in a graph of
 * another library it is TensorFlow's, which ignores the clip. Gates have no gradient, and there is
 * none of second order.
 *
 * <p>TensorFlow 1.15 has {@code gen_rnn_ops.block_lstm} for this. The layer over it is {@code
 * LstmBlockFusedCell}.
 *
 * @param forgetBias what is added to the forget gate
 * @param cellClip the limit of the memory; not above 0 for none
 * @param peepholes whether the gates see the memory
 */
public record BlockLstm(float forgetBias, float cellClip, boolean peepholes) {

  /**
   * The weights.
   *
   * @param kernel {@code [D + H, 4H]}, columns i, j, f, o
   * @param bias {@code [4H]}
   * @param i {@code [H]}; not read without peepholes, nor are the other two
   * @param f {@code [H]}
   * @param o {@code [H]}
   */
  public record Weights<T extends TFloating>(
      Operand<T> kernel, Operand<T> bias, Operand<T> i, Operand<T> f, Operand<T> o) {

    /** Those of a cell without peepholes, with what the kernel takes in their place. */
    public static <T extends TFloating> Weights<T> plain(
        Ops tf, Operand<T> kernel, Operand<T> bias, long units) {
      var unused = tf.zeros(tf.constant(new long[] {units}), kernel.type());
      return new Weights<>(kernel, bias, unused, unused, unused);
    }
  }

  /** The memory and the output after each step, {@code [T, B, H]}, zeros where none is taken. */
  public record Steps<T extends TFloating>(Operand<T> c, Operand<T> h) {}

  /**
   * Adds the op. Shapes that do not fit each other are an error of the run.
   *
   * @param count how many steps, a scalar; below 0 it counts as 0, above T as T, on which the op by
   *     itself would end the process
   * @param x {@code [T, B, D]}, {@code TFloat32} or {@code TFloat16}; D must be known
   * @param c the initial memory, {@code [B, H]}
   * @param h the initial output, {@code [B, H]}; H must be known
   * @throws IllegalArgumentException if {@code tf} is eager, or D or H is not known while the graph
   *     is built
   */
  public <T extends TFloating> Steps<T> add(
      Ops tf, Operand<TInt64> count, Operand<T> x, Operand<T> c, Operand<T> h, Weights<T> weights) {
    Graphs.local(tf, "BlockLSTM");
    Dimensions.requireLast("BlockLSTM", "x", x.shape(), 3);
    Dimensions.requireLast("BlockLSTM", "h", h.shape(), 2);
    var builder =
        tf.scope()
            .opBuilder("BlockLSTM", "BlockLSTM")
            .addInput(within(tf, count, x).asOutput())
            .addInput(x.asOutput())
            .addInput(c.asOutput())
            .addInput(h.asOutput())
            .addInput(weights.kernel().asOutput())
            .addInput(weights.i().asOutput())
            .addInput(weights.f().asOutput())
            .addInput(weights.o().asOutput())
            .addInput(weights.bias().asOutput())
            .setAttr("forget_bias", forgetBias)
            .setAttr("cell_clip", cellClip)
            .setAttr("use_peephole", peepholes);
    if (!peepholes && cellClip <= 0 && tf.scope().env() instanceof Graph graph) {
      builder.setAttr(GradientAttribute.NAME, BlockLstmGradient.FUNCTIONS.attach(graph, x, h));
    }
    var op = builder.build();
    return new Steps<>(op.<T>output(1), op.<T>output(6));
  }

  private static Operand<TInt64> within(Ops tf, Operand<TInt64> count, Operand<?> x) {
    var time = tf.dtypes.cast(Dimensions.of(tf, x, 0), TInt64.class);
    return tf.math.maximum(tf.math.minimum(count, time), tf.constant(0L));
  }
}
