package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.VariableScope;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * The minimal recurrent cell: the input is brought to the width of the state, and one gate mixes
 * the two. Its output is its state.
 *
 * <p>With batch size {@code B}, input width {@code D} and {@code H} units, one step computes
 *
 * <pre>{@code
 * z  = activation(x * kernel[0 .. D])
 * u  = sigmoid([z, h] * kernel[D .. D + 2H] + bias)
 * h' = u * h + (1 - u) * z
 * }</pre>
 *
 * <p>x has shape {@code [B, D]}, where D must be known while the graph is built; h and the output,
 * h', have shape {@code [B, H]}.
 *
 * <p>Its scope, {@code minimal_rnn_cell} by default, holds {@code kernel}, shape {@code [D + 2H,
 * H]}, Glorot uniform at first, and {@code bias}, shape {@code [H]}, ones at first. As in
 * TensorFlow 1.15 the initializer of the scope around reaches neither.
 *
 * <p>Sources: Chen, Pennington and Schoenholz 2018, Dynamical Isometry and a Mean Field Theory of
 * RNNs; {@code tf.contrib.rnn.MinimalRNNCell} of TensorFlow 1.15.
 */
public final class MinimalRnnCell<T extends TFloating> extends ProjectingCell<T> {
  private MinimalRnnCell(Builder<T> builder) {
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
    var kernel =
        own.variable(
            "kernel",
            Shape.of(depth + 2 * h, h),
            type,
            initializers.kernelOr(Initializers.glorotUniform()));
    var bias = own.variable("bias", Shape.of(h), type, initializers.biasOr(Initializers.ones()));
    var outside = own.tf();
    var sizes = outside.constant(new long[] {depth, 2 * h});
    var kernels = outside.splitV(kernel, sizes, outside.constant(0), 2L).output();
    var gate = new Linear<>(kernels.get(1), bias).halves(outside, h, h);
    var z = activation.apply(tf, tf.linalg.matMul(x, kernels.get(0)));
    return new Projection<>(
        Columns.join(tf, List.of(gate.project(tf, z), z)),
        (ops, projected, state) -> {
          var parts = ops.split(ops.constant(1), projected, 2L).output();
          var u = ops.math.sigmoid(gate.of(ops, parts.get(0), state));
          var next = Interpolation.of(ops, u, state, parts.get(1));
          return new Step<>(next, next);
        });
  }

  /** Settings of a {@link MinimalRnnCell}. */
  public static final class Builder<T extends TFloating> extends WeightsBuilder<T, Builder<T>> {
    private Builder(Class<T> type, int units) {
      super(type, units, "minimal_rnn_cell");
    }

    @Override
    Builder<T> self() {
      return this;
    }

    /** Returns the cell; it adds nothing to a graph before its first step. */
    public MinimalRnnCell<T> build() {
      return new MinimalRnnCell<>(this);
    }
  }
}
