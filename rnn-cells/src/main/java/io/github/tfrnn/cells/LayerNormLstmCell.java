package io.github.tfrnn.cells;

import io.github.tfrnn.ops.VariableScope;
import java.util.List;
import java.util.Optional;
import org.tensorflow.types.family.TFloating;

/**
 * The long short-term memory cell with layer normalization of its gates and its memory, and with
 * peepholes, clipping and projection where asked for.
 *
 * <p>With batch size {@code B}, input width {@code D}, {@code H} units and output width {@code P},
 * which is H without a projection, one step takes x, shape {@code [B, D]}, and the state c, {@code
 * [B, H]}, and h, {@code [B, P]}, and computes
 *
 * <pre>{@code
 * [i, j, f, o] = norm([x, h] * kernel), each gate by itself
 * c' = c * sigmoid(f + forgetBias + w_f_diag * c) + sigmoid(i + w_i_diag * c) * activation(j)
 * c' = clip(norm(c'), -cellClip, cellClip)
 * m  = activation(c') * sigmoid(o + w_o_diag * c')
 * h' = clip(m * projection/kernel, -projectionClip, projectionClip)
 * }</pre>
 *
 * <p>where {@code norm(v) = gamma * (v - mean(v)) / sqrt(variance(v) + 1e-12) + beta} over the H
 * columns of a row. The normalized memory is the state. Terms, clips and projection are there as in
 * {@link LstmCell}, with the setting of their name only.
 *
 * <p>Its scope, {@code layer_norm_lstm_cell} by default, holds in the order of their creation
 *
 * <ul>
 *   <li>{@code kernel}, shape {@code [D + P, 4H]}, columns i, j, f, o;
 *   <li>{@code bias}, shape {@code [4H]}, zeros at first. The norms make it useless, and it stays
 *       as it is; it is there because a checkpoint of TensorFlow 1.x has it;
 *   <li>{@code input/gamma}, {@code input/beta}, and then both of {@code transform}, {@code forget}
 *       and {@code output}, for the gates i, j, f, o, shape {@code [H]};
 *   <li>{@code w_f_diag}, {@code w_i_diag}, {@code w_o_diag}, shape {@code [H]};
 *   <li>{@code state/gamma}, {@code state/beta}, shape {@code [H]};
 *   <li>{@code projection/kernel}, shape {@code [H, P]}.
 * </ul>
 *
 * <p>Kernels and peepholes begin with {@link Builder#initializer}, or else that of the scope
 * around; gamma with the gain and beta with the shift of {@link Builder#layerNorm}.
 *
 * <p>Here the norms are on unless {@link Builder#withoutLayerNorm} is asked for; the {@code
 * layer_norm} argument of TensorFlow 1.15 is false by default, which makes the cell an {@link
 * LstmCell} of another name.
 *
 * <p>Sources: Ba, Kiros and Hinton 2016; {@code tf.contrib.rnn.LayerNormLSTMCell} of TensorFlow
 * 1.15.
 */
public final class LayerNormLstmCell<T extends TFloating> extends AbstractLstmCell<T> {
  static final List<String> GATES = List.of("input", "transform", "forget", "output");

  private final LstmSettings<T> settings;
  private final Optional<LayerNorm.Start> norm;

  private LayerNormLstmCell(Builder<T> builder, LstmSettings<T> settings) {
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
    var own = settings.initialized(inside);
    var linear = Linear.variables(own, depth + settings.outputs(), 4L * settings.units(), type());
    return norm.map(start -> normalized(own, linear, depth, start))
        .orElseGet(() -> LstmCell.weights(own, own, linear, depth, settings));
  }

  private LstmWeights<T> normalized(
      VariableScope own, Linear<T> linear, long depth, LayerNorm.Start start) {
    var tf = own.tf();
    int units = settings.units();
    var gates =
        LayerNorm.OfGates.variables(own, GATES, units, type(), start)
            .shifted(tf, settings.forgetShift(tf));
    var peepholes = Peepholes.variables(own, settings);
    var memory = LayerNorm.variables(own, "state", units, type(), start);
    var step = settings.step(peepholes, memory::of, settings.projectionKernel(own));
    return LstmWeights.of(
        linear.unbiased(tf),
        depth,
        settings.outputs(),
        (ops, z, c) -> step.next(ops, gates.of(ops, z), c));
  }

  /** Settings of a {@link LayerNormLstmCell}. */
  public static final class Builder<T extends TFloating> extends LstmBuilder<T, Builder<T>> {
    private Optional<LayerNorm.Start> norm = Optional.of(LayerNorm.Start.PLAIN);

    private Builder(Class<T> type, int units) {
      super(type, units, "layer_norm_lstm_cell");
    }

    @Override
    Builder<T> self() {
      return this;
    }

    /**
     * Sets what gammas and betas begin with, 1 and 0 by default.
     *
     * @param gain {@code norm_gain} of TensorFlow 1.15
     * @param shift {@code norm_shift} of TensorFlow 1.15
     */
    public Builder<T> layerNorm(double gain, double shift) {
      this.norm = Optional.of(new LayerNorm.Start(gain, shift));
      return this;
    }

    /** Leaves the norms out, and adds the bias instead. */
    public Builder<T> withoutLayerNorm() {
      this.norm = Optional.empty();
      return this;
    }

    /**
     * Returns the cell; it adds nothing to a graph before its first step.
     *
     * @throws IllegalArgumentException if there is a clip of the projection and no projection
     */
    public LayerNormLstmCell<T> build() {
      return new LayerNormLstmCell<>(this, settings());
    }
  }
}
