package io.github.tfrnn.cells;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Squeeze;
import org.tensorflow.types.family.TFloating;

/**
 * A convolution of x and h side by side, with zeros around them, so that its result has their size.
 *
 * @param kernel shape {@code [k1, .. kn, Cin + C, N]} for n = 1, 2 or 3 dimensions: first the
 *     channels of x, then those of h
 * @param bias shape {@code [N]}
 */
record Convolution<T extends TFloating>(Operand<T> kernel, Operand<T> bias)
    implements LstmWeights.Product<T> {

  @Override
  public Operand<T> of(Ops tf, Operand<T> x, Operand<T> h) {
    return tf.nn.biasAdd(convolve(tf, tf.concat(List.of(x, h), tf.constant(-1)), kernel), bias);
  }

  private static <T extends TFloating> Operand<T> convolve(
      Ops tf, Operand<T> x, Operand<T> kernel) {
    return switch (kernel.shape().numDimensions()) {
      case 3 -> {
        // There is no kernel for one dimension: a picture of height one.
        var picture = tf.expandDims(x, tf.constant(1));
        var convolved = convolve(tf, picture, tf.expandDims(kernel, tf.constant(0)));
        yield tf.squeeze(convolved, Squeeze.axis(List.of(1L)));
      }
      case 4 -> tf.nn.conv2d(x, kernel, List.of(1L, 1L, 1L, 1L), "SAME");
      default -> tf.nn.conv3d(x, kernel, List.of(1L, 1L, 1L, 1L, 1L), "SAME");
    };
  }

  /**
   * Takes the product apart.
   *
   * @param inputs Cin
   * @param channels C
   */
  Affine.Parts<T> halves(Ops outside, long inputs, long channels) {
    var sizes = outside.constant(new long[] {inputs, channels});
    var parts = outside.splitV(kernel, sizes, outside.constant(-2), 2L).output();
    return new Affine.Parts<>() {
      @Override
      public Operand<T> project(Ops tf, Operand<T> rows) {
        return convolve(tf, rows, parts.get(0));
      }

      @Override
      public Operand<T> of(Ops tf, Operand<T> projected, Operand<T> h) {
        return tf.math.add(projected, tf.nn.biasAdd(convolve(tf, h, parts.get(1)), bias));
      }
    };
  }
}
