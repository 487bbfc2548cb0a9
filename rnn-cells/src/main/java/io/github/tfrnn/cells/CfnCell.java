package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.VariableScope;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * The chaos free network cell: without inputs its state always shrinks to zero. Its output is its
 * state.
 *
 * <p>With batch size {@code B}, input width {@code D} and {@code H} units, one step computes
 *
 * <pre>{@code
 * [theta, eta, w] = x * kernel
 * [theta, eta] = sigmoid([theta, eta] + h * recurrent_kernel + bias)
 * h' = theta * activation(h) + (1 - eta) * activation(w)
 * }</pre>
 *
 * <p>x has shape {@code [B, D]}, where D must be known while the graph is built; h and the output,
 * h', have shape {@code [B, H]}. The paper has eta where this has 1 - eta, as TensorFlow 1.15 does:
 * with biases of ones the input gate is nearly closed at first.
 *
 * <p>Its scope, {@code cfn_cell} by default, holds in the order of their creation {@code kernel},
 * shape {@code [D, 3H]}, columns theta, eta, w; {@code recurrent_kernel}, shape {@code [H, 2H]};
 * {@code bias}, shape {@code [2H]}, ones at first. Both kernels are Glorot uniform at first. As in
 * TensorFlow 1.15 the initializer of the scope around reaches none of them.
 *
 * <p>Sources: Laurent and von Brecht 2017, A recurrent neural network without chaos; {@code
 * tf.contrib.rnn.CFNCell} of TensorFlow 1.15.
 */
public final class CfnCell<T extends TFloating> extends ProjectingCell<T> {
  private CfnCell(Builder<T> builder) {
    super(builder, "h");
  }

  /**
   * Begins a cell.
   *
   * @param type the type of input, state and weights
   * @param units H, at least 1
   * @throws IllegalArgumentException if {@code units < 1}
   */
  public static <T extends TFloating> Builder<T> builder(Class<T> type, int units) {
    return new Builder<>(type, units);
  }

  @Override
  Projection<T, Operand<T>> split(VariableScope own, Ops tf, Operand<T> x, long depth) {
    long h = units;
    var usual = initializers.kernelOr(Initializers.glorotUniform());
    var kernel = own.variable("kernel", Shape.of(depth, 3 * h), type, usual);
    var recurrent = own.variable("recurrent_kernel", Shape.of(h, 2 * h), type, usual);
    var bias =
        own.variable("bias", Shape.of(2 * h), type, initializers.biasOr(Initializers.ones()));
    var products = Columns.split(tf, tf.linalg.matMul(x, kernel), 2 * h, h);
    var w = activation.apply(tf, products.get(1));
    return new Projection<>(
        Columns.join(tf, List.of(products.get(0), w)),
        (ops, projected, state) -> {
          var parts = Columns.split(ops, projected, 2 * h, h);
          var z = ops.nn.biasAdd(ops.linalg.matMul(state, recurrent), bias);
          return next(ops, ops.math.add(parts.get(0), z), parts.get(1), state);
        });
  }

  private Step<Operand<T>, Operand<T>> next(Ops tf, Operand<T> z, Operand<T> w, Operand<T> h) {
    var gates = tf.split(tf.constant(1), tf.math.sigmoid(z), 2L).output();
    var theta = gates.get(0);
    var eta = gates.get(1);
    var kept = tf.math.mul(theta, activation.apply(tf, h));
    var next = tf.math.add(kept, tf.math.sub(w, tf.math.mul(eta, w)));
    return new Step<>(next, next);
  }

  /** Settings of a {@link CfnCell}. */
  public static final class Builder<T extends TFloating> extends WeightsBuilder<T, Builder<T>> {
    private Builder(Class<T> type, int units) {
      super(type, units, "cfn_cell");
    }

    @Override
    Builder<T> self() {
      return this;
    }

    /** Returns the cell; it adds nothing to a graph before its first step. */
    public CfnCell<T> build() {
      return new CfnCell<>(this);
    }
  }
}
