package io.github.tfrnn.ops.spi;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TFloating;

/**
 * TensorFlow's op {@code BlockLSTM}, which TensorFlow-Java does not offer: columns i, j, f, o.
 *
 * @param forgetBias what is added to the forget gate
 * @param cellClip the limit of the memory; not above 0 for none
 * @param peepholes whether the gates see the memory
 */
public record BlockLstm(float forgetBias, float cellClip, boolean peepholes) {

  /**
   * The weights.
   *
   * @param kernel {@code [D + H, 4H]}
   * @param bias {@code [4H]}
   * @param i {@code [H]}; not read without peepholes, nor are the other two
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
   * Adds the op. Shapes must be known to fit: its kernel ends the process on some that do not.
   *
   * @param count how many steps, a scalar, from 0 to T
   * @param x {@code [T, B, D]}
   * @param c the initial memory, {@code [B, H]}
   * @param h the initial output, {@code [B, H]}
   */
  public <T extends TFloating> Steps<T> add(
      Ops tf, Operand<TInt64> count, Operand<T> x, Operand<T> c, Operand<T> h, Weights<T> weights) {
    var op =
        tf.scope()
            .opBuilder("BlockLSTM", "BlockLSTM")
            .addInput(count.asOutput())
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
            .setAttr("use_peephole", peepholes)
            .build();
    return new Steps<>(op.<T>output(1), op.<T>output(6));
  }
}
