package io.github.tfrnn.ops;

import java.util.function.UnaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.family.TFloating;

/**
 * A densely connected layer.
 *
 * <pre>{@code
 * y = activation(x * kernel + bias)
 * }</pre>
 *
 * <p>With input depth {@code D} and {@code U} units, its scope holds {@code kernel}, shape {@code
 * [D, U]}, and {@code bias}, shape {@code [U]}. The scope is called {@code dense}, or {@code
 * dense_1} and so on where a sibling has that name. Source: {@code tf.layers.dense} of TensorFlow
 * 1.15, with its names, defaults and order of creation.
 */
public final class Dense {
  private Dense() {}

  /**
   * Applies a layer with a bias and no activation.
   *
   * @see #apply(VariableScope, Operand, int, UnaryOperator)
   */
  public static <T extends TFloating> Operand<T> apply(
      VariableScope scope, Operand<T> x, int units) {
    return apply(scope, x, units, UnaryOperator.identity());
  }

  /**
   * Applies a layer to the last dimension of {@code x}.
   *
   * @param scope where the layer's own scope is entered
   * @param x shape {@code [B, ..., D]} of a known rank and depth; with more than two dimensions,
   *     such as {@code [batch, time, D]}, each vector of the last one is mapped
   * @param units U, at least 1
   * @param options changes the defaults: {@code options -> options.name("logits").withoutBias()}
   * @return shape {@code [B, ..., U]}
   * @throws IllegalArgumentException if the shape of {@code x} does not fit, if {@code units < 1},
   *     or if existing weights have another shape or type
   * @throws IllegalStateException if the weights exist and must not, or must and do not
   */
  public static <T extends TFloating> Operand<T> apply(
      VariableScope scope, Operand<T> x, int units, UnaryOperator<DenseOptions<T>> options) {
    var chosen = options.apply(DenseOptions.defaults());
    int rank = x.shape().numDimensions();
    if (rank < 2 || x.shape().get(rank - 1) < 0) {
      throw new IllegalArgumentException(
          "dense: x must have shape [batch, ..., depth] with a known depth, got "
              + Shapes.text(x.shape()));
    }
    if (units < 1) {
      throw new IllegalArgumentException("dense: units must be at least 1, got " + units);
    }
    var own = chosen.enter(scope);
    var tf = own.tf();
    long depth = x.shape().get(rank - 1);
    var kernel = own.variable("kernel", Shape.of(depth, units), x.type());

    Operand<T> rows = x;
    if (rank > 2) {
      rows = tf.reshape(x, tf.constant(new long[] {-1, depth}));
    }
    Operand<T> y = tf.linalg.matMul(rows, kernel);
    if (chosen.bias()) {
      var bias = own.variable("bias", Shape.of(units), x.type(), chosen.biasInitializer());
      y = tf.nn.biasAdd(y, bias);
    }
    if (rank > 2) {
      y = tf.reshape(y, Dimensions.first(tf, x, rank - 1, units));
    }
    return chosen.activation().apply(tf, y);
  }
}
