package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Activation;
import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.VariableScope;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Sum;
import org.tensorflow.types.family.TFloating;

/**
 * The long short-term memory cell whose kernels are made of a direction and a length for each of
 * their columns, which are learned apart.
 *
 * <p>With batch size {@code B}, input width {@code D}, {@code H} units and output width {@code P},
 * which is H without a projection, one step takes x, shape {@code [B, D]}, and the state c, {@code
 * [B, H]}, and h, {@code [B, P]}, and computes what {@link LstmCell} does, with
 *
 * <pre>{@code
 * [i, j, f, o] = x * normed(rows of x in kernel, norm_0) + h * normed(rows of h, norm_1) + bias
 * normed(w, g) = g * w / sqrt(max(sum(w^2), 1e-12)), the sum over each column
 * }</pre>
 *
 * <p>and with {@code normed(projection/kernel, projection/norm_0)} for the projection. The kernels
 * are made once, not in every step.
 *
 * <p>Its scope, {@code wn_lstm_cell} by default, holds another one, {@code wn_lstm_cell}, and that
 * one in the order of their creation
 *
 * <ul>
 *   <li>{@code kernel}, shape {@code [D + P, 4H]}, columns i, j, f, o;
 *   <li>{@code norm_0} and {@code norm_1}, shape {@code [4H]};
 *   <li>{@code bias}, shape {@code [4H]}, zeros at first; {@code forgetBias} is added in the graph
 *       and not stored;
 *   <li>{@code w_f_diag}, {@code w_i_diag}, {@code w_o_diag}, shape {@code [H]};
 *   <li>{@code projection/kernel}, shape {@code [H, P]}, and {@code projection/norm_0}, {@code
 *       [P]}.
 * </ul>
 *
 * <p>All but the bias begin with {@link Builder#initializer}, or else that of the scope around.
 * {@link Builder#withoutNorm} leaves out the lengths, and the cell is an {@link LstmCell}.
 *
 * <p>A second cell in the same place is {@code wn_lstm_cell_1/wn_lstm_cell}; in TensorFlow 1.15 it
 * fails, as its name is not made unique.
 *
 * <p>Sources: Salimans and Kingma 2016; {@code tf.contrib.rnn.WeightNormLSTMCell} of TensorFlow
 * 1.15.
 */
public final class WeightNormLstmCell<T extends TFloating> extends AbstractLstmCell<T> {
  private static final String NAME = "wn_lstm_cell";

  private final LstmSettings<T> settings;
  private final boolean norm;

  private WeightNormLstmCell(Builder<T> builder, LstmSettings<T> settings) {
    super(builder.type, builder.scope(), settings.units(), settings.outputs());
    this.settings = settings;
    norm = builder.norm;
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
  LstmWeights<T> weights(VariableScope inside, long depth) {
    var own = settings.initialized(inside.scope(NAME).withOps(inside.tf()));
    long columns = 4L * settings.units();
    if (!norm) {
      var gates = Linear.variables(own, depth + settings.outputs(), columns, type());
      return LstmCell.weights(own, own, gates, depth, settings);
    }
    var tf = own.tf();
    long rows = depth + settings.outputs();
    var kernel = own.variable("kernel", Shape.of(rows, columns), type());
    var sizes = tf.constant(new long[] {depth, settings.outputs()});
    var parts = tf.splitV(kernel, sizes, tf.constant(0), 2L).output();
    var normed =
        tf.concat(
            List.of(normed(own, parts.get(0), "norm_0"), normed(own, parts.get(1), "norm_1")),
            tf.constant(0));
    var bias = own.variable("bias", Shape.of(columns), type(), Initializers.zeros());
    var peepholes = Peepholes.variables(own, settings);
    var projection = settings.projectionKernel(own).map(w -> normed(own, w, "projection/norm_0"));
    var step = settings.step(peepholes, Activation.linear(), projection);
    return LstmWeights.of(
        new Linear<>(normed, bias).shifted(tf, settings.forgetShift(tf)),
        depth,
        settings.outputs(),
        step::next);
  }

  /** Makes the lengths and gives them to the columns of {@code kernel}. */
  private static <T extends TFloating> Operand<T> normed(
      VariableScope own, Operand<T> kernel, String name) {
    var tf = own.tf();
    var lengths = own.variable(name, Shape.of(kernel.shape().get(1)), kernel.type());
    return tf.math.mul(unit(tf, kernel), lengths);
  }

  private static <T extends TFloating> Operand<T> unit(Ops tf, Operand<T> kernel) {
    var squares = tf.sum(tf.math.square(kernel), tf.constant(0), Sum.keepDims(true));
    var least = tf.constantOfSameType(kernel, 1e-12);
    return tf.math.mul(kernel, tf.math.rsqrt(tf.math.maximum(squares, least)));
  }

  /** Settings of a {@link WeightNormLstmCell}. */
  public static final class Builder<T extends TFloating> extends LstmBuilder<T, Builder<T>> {
    private boolean norm = true;

    private Builder(Class<T> type, int units) {
      super(type, units, NAME);
    }

    @Override
    Builder<T> self() {
      return this;
    }

    /** Takes the kernels as they are: {@code norm=False} of TensorFlow 1.15. */
    public Builder<T> withoutNorm() {
      this.norm = false;
      return this;
    }

    /**
     * Returns the cell; it adds nothing to a graph before its first step.
     *
     * @throws IllegalArgumentException if there is a clip of the projection and no projection
     */
    public WeightNormLstmCell<T> build() {
      return new WeightNormLstmCell<>(this, settings());
    }
  }
}
