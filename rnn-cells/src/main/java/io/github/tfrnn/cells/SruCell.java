package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.VariableScope;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * The simple recurrent unit, all of whose products are products of the input: a driver makes them
 * for the whole sequence at once, and a step of the loop is elementwise.
 *
 * <p>With batch size {@code B}, input width {@code D} and {@code H} units, one step computes
 *
 * <pre>{@code
 * [a, f, r, b] = x * kernel
 * [f, r] = sigmoid([f, r] + bias)
 * c' = f * c + (1 - f) * a
 * h' = r * activation(c') + (1 - r) * b
 * }</pre>
 *
 * <p>x has shape {@code [B, D]}, where D must be known while the graph is built; the state, c, and
 * the output, h', have shape {@code [B, H]}.
 *
 * <p>Its scope, {@code sru_cell} by default, holds {@code kernel}, shape {@code [D, 4H]}, columns
 * a, f, r, b, with the initializer of the scope around it, and {@code bias}, shape {@code [2H]},
 * zeros at first.
 *
 * <p>Sources: Lei et al. 2017, Training RNNs as Fast as CNNs; {@code tf.contrib.rnn.SRUCell} of
 * TensorFlow 1.15, which has no setting for the initializers.
 */
public final class SruCell<T extends TFloating> extends ProjectingCell<T> {
  private SruCell(Builder<T> builder) {
    super(builder, "c");
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
    var kernel = initializers.kernels(own).variable("kernel", Shape.of(depth, 4 * h), type);
    var bias =
        own.variable("bias", Shape.of(2 * h), type, initializers.biasOr(Initializers.zeros()));
    var products = Columns.split(tf, tf.linalg.matMul(x, kernel), h, 2 * h, h);
    var gates = tf.math.sigmoid(tf.nn.biasAdd(products.get(1), bias));
    return new Projection<>(
        Columns.join(tf, List.of(products.get(0), gates, products.get(2))), this::next);
  }

  private Step<Operand<T>, Operand<T>> next(Ops tf, Operand<T> projected, Operand<T> c) {
    var columns = tf.split(tf.constant(1), projected, 4L).output();
    var f = columns.get(1);
    var r = columns.get(2);
    var memory = Interpolation.of(tf, f, c, columns.get(0));
    var h = Interpolation.of(tf, r, activation.apply(tf, memory), columns.get(3));
    return new Step<>(h, memory);
  }

  /** Settings of an {@link SruCell}. */
  public static final class Builder<T extends TFloating> extends WeightsBuilder<T, Builder<T>> {
    private Builder(Class<T> type, int units) {
      super(type, units, "sru_cell");
    }

    @Override
    Builder<T> self() {
      return this;
    }

    /** Returns the cell; it adds nothing to a graph before its first step. */
    public SruCell<T> build() {
      return new SruCell<>(this);
    }
  }
}
