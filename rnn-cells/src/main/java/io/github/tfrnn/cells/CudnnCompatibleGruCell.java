package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.VariableInitializer;
import io.github.tfrnn.ops.VariableScope;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * The GRU of cuDNN, whose reset gate works after the product of h; {@link GruCell} has it before.
 * Its output is its state.
 *
 * <p>With batch size {@code B}, input width {@code D} and {@code H} units, one step computes
 *
 * <pre>{@code
 * [r, u] = sigmoid([x, h] * gates/kernel + gates/bias)
 * a  = x * candidate/input_projection/kernel + candidate/input_projection/bias
 * b  = h * candidate/hidden_projection/kernel + candidate/hidden_projection/bias
 * c  = activation(a + r * b)
 * h' = u * h + (1 - u) * c
 * }</pre>
 *
 * <p>x has shape {@code [B, D]}, where D must be known while the graph is built; h and the output,
 * h', have shape {@code [B, H]}. With another activation than tanh it is no longer what cuDNN
 * computes.
 *
 * <p>Its scope, {@code cudnn_compatible_gru_cell} by default, holds in the order of their creation
 *
 * <ul>
 *   <li>{@code gates/kernel}, shape {@code [D + H, 2H]}, columns r, u;
 *   <li>{@code gates/bias}, shape {@code [2H]}, ones at first;
 *   <li>{@code candidate/input_projection/kernel}, shape {@code [D, H]};
 *   <li>{@code candidate/hidden_projection/kernel}, shape {@code [H, H]};
 *   <li>{@code candidate/input_projection/bias}, shape {@code [H]}, zeros at first;
 *   <li>{@code candidate/hidden_projection/bias}, shape {@code [H]}, zeros at first.
 * </ul>
 *
 * <p>Kernels begin with the initializer of the scope around. A checkpoint of TensorFlow 1.x that
 * {@code CudnnGRU} wrote fits: it saves its weights in this form, each layer under this name.
 *
 * <p>Sources: Cho et al. 2014, first version; {@code tf.contrib.cudnn_rnn.CudnnCompatibleGRUCell}
 * of TensorFlow 1.15.
 */
public final class CudnnCompatibleGruCell<T extends TFloating> extends ProjectingCell<T> {
  private static final String INPUT = "candidate/input_projection/";
  private static final String HIDDEN = "candidate/hidden_projection/";

  private CudnnCompatibleGruCell(Builder<T> builder) {
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
    var inside = initializers.kernels(own);
    var size = new Affine.Size<>(type, depth, units, 2L * units);
    var ones = initializers.biasOr(Initializers.ones());
    var zeros = initializers.biasOr(Initializers.zeros());
    var outside = own.tf();
    var gates = Linear.make(inside, "gates/", size, ones).halves(outside, depth, units);
    var input = inside.variable(INPUT + "kernel", Shape.of(depth, units), type);
    var hidden = inside.variable(HIDDEN + "kernel", Shape.of(units, units), type);
    var inputBias = bias(inside, INPUT, zeros);
    var hiddenBias = bias(inside, HIDDEN, zeros);

    // Gates and candidate in one product each, of x and of h.
    var inputs = Columns.join(outside, List.of(gates.input(), input));
    var states = Columns.join(outside, List.of(gates.state(), hidden));
    var noBias = outside.zeros(outside.constant(new long[] {2L * units}), type);
    var inputBiases = outside.concat(List.of(noBias, inputBias), outside.constant(0));
    var stateBiases = outside.concat(List.of(gates.bias(), hiddenBias), outside.constant(0));
    return new Projection<>(
        tf.nn.biasAdd(tf.linalg.matMul(x, inputs), inputBiases),
        (ops, projected, h) -> {
          var product = ops.nn.biasAdd(ops.linalg.matMul(h, states), stateBiases);
          return next(ops, projected, product, h);
        });
  }

  private Operand<T> bias(VariableScope inside, String prefix, VariableInitializer initializer) {
    return inside.variable(prefix + "bias", Shape.of(units), type, initializer);
  }

  /**
   * What follows the products.
   *
   * @param ofX the columns r, u and a, shape {@code [B, 3H]}
   * @param ofH the columns r, u and b, shape {@code [B, 3H]}
   */
  private Step<Operand<T>, Operand<T>> next(Ops tf, Operand<T> ofX, Operand<T> ofH, Operand<T> h) {
    var x = Columns.split(tf, ofX, 2L * units, units);
    var s = Columns.split(tf, ofH, 2L * units, units);
    var gates = tf.math.sigmoid(tf.math.add(x.get(0), s.get(0)));
    var ru = tf.split(tf.constant(1), gates, 2L).output();
    var reset = tf.math.mul(ru.get(0), s.get(1));
    var c = activation.apply(tf, tf.math.add(x.get(1), reset));
    var next = Interpolation.of(tf, ru.get(1), h, c);
    return new Step<>(next, next);
  }

  /** Settings of a {@link CudnnCompatibleGruCell}. */
  public static final class Builder<T extends TFloating> extends WeightsBuilder<T, Builder<T>> {
    private Builder(Class<T> type, int units) {
      super(type, units, "cudnn_compatible_gru_cell");
    }

    @Override
    Builder<T> self() {
      return this;
    }

    /** Returns the cell; it adds nothing to a graph before its first step. */
    public CudnnCompatibleGruCell<T> build() {
      return new CudnnCompatibleGruCell<>(this);
    }
  }
}
