package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.VariableScope;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * The update gate cell, between a plain recurrent cell and a GRU: one gate decides whether a unit
 * keeps its value or takes a new one. Its output is its state.
 *
 * <p>With batch size {@code B}, input width {@code D} and {@code H} units, one step computes
 *
 * <pre>{@code
 * [g, c] = [x, h] * kernel + bias
 * g  = sigmoid(g + forgetBias)
 * h' = g * h + (1 - g) * activation(c)
 * }</pre>
 *
 * <p>x has shape {@code [B, D]}, where D must be known while the graph is built; h and the output,
 * h', have shape {@code [B, H]}.
 *
 * <p>Its scope, {@code ugrnn_cell} by default, holds {@code kernel}, shape {@code [D + H, 2H]},
 * columns g, c, with the initializer of the scope around it, and {@code bias}, shape {@code [2H]},
 * zeros at first. {@code forgetBias} is added in the graph and not stored.
 *
 * <p>Sources: Collins, Sohl-Dickstein and Sussillo 2017, Capacity and Trainability in Recurrent
 * Neural Networks; {@code tf.contrib.rnn.UGRNNCell} of TensorFlow 1.15, whose {@code initializer}
 * is {@code kernelInitializer} here.
 */
public final class UgrnnCell<T extends TFloating> extends ProjectingCell<T> {
  private final double forgetBias;

  private UgrnnCell(Builder<T> builder) {
    super(builder, "h");
    forgetBias = builder.forgetBias;
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
    var size = new Affine.Size<>(type, depth, units, 2L * units);
    var bias = initializers.biasOr(Initializers.zeros());
    var halves =
        Linear.make(initializers.kernels(own), "", size, bias)
            .shifted(own.tf(), Columns.row(own.tf(), type, units, forgetBias, 0))
            .halves(own.tf(), depth, units);
    return new Projection<>(
        halves.project(tf, x), (ops, projected, h) -> next(ops, halves.of(ops, projected, h), h));
  }

  private Step<Operand<T>, Operand<T>> next(Ops tf, Operand<T> z, Operand<T> h) {
    var gc = tf.split(tf.constant(1), z, 2L).output();
    var g = tf.math.sigmoid(gc.get(0));
    var next = Interpolation.of(tf, g, h, activation.apply(tf, gc.get(1)));
    return new Step<>(next, next);
  }

  /** Settings of a {@link UgrnnCell}. */
  public static final class Builder<T extends TFloating> extends WeightsBuilder<T, Builder<T>> {
    private double forgetBias = 1;

    private Builder(Class<T> type, int units) {
      super(type, units, "ugrnn_cell");
    }

    @Override
    Builder<T> self() {
      return this;
    }

    /** Sets what is added to the gate before its sigmoid, 1 by default. */
    public Builder<T> forgetBias(double forgetBias) {
      this.forgetBias = forgetBias;
      return this;
    }

    /** Returns the cell; it adds nothing to a graph before its first step. */
    public UgrnnCell<T> build() {
      return new UgrnnCell<>(this);
    }
  }
}
