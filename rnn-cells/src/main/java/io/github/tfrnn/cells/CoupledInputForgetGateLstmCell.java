package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Activation;
import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.VariableScope;
import java.util.List;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * The long short-term memory cell that takes in as much as it forgets: its input gate is one minus
 * its forget gate.
 *
 * <p>With batch size {@code B}, input width {@code D}, {@code H} units and output width {@code P},
 * which is H without a projection, one step takes x, shape {@code [B, D]}, and the state c, {@code
 * [B, H]}, and h, {@code [B, P]}, and computes
 *
 * <pre>{@code
 * [j, f, o] = [x, h] * W_0 + B
 * f  = sigmoid(f + forgetBias + W_F_diag * c)
 * c' = f * c + (1 - f) * activation(j)
 * c' = clip(c', -cellClip, cellClip)
 * m  = activation(c') * sigmoid(o + W_O_diag * c')
 * h' = clip(m * W_P_0, -projectionClip, projectionClip)
 * }</pre>
 *
 * <p>The terms with {@code W_*_diag} are there with {@link Builder#peepholes()} only, the clips and
 * the projection with the setting of their name. With {@link Builder#layerNorm} each of j, f and o,
 * and c' before its clip, is normalized as in {@link LayerNormLstmCell}, and B is not added.
 *
 * <p>Its scope, {@code coupled_input_forget_gate_lstm_cell} by default, holds in the order of their
 * creation
 *
 * <ul>
 *   <li>{@code W_0}, shape {@code [D + P, 3H]}, columns j, f, o; in several {@link Builder#shards
 *       shards} {@code W_0}, {@code W_1} and so on, one below the other;
 *   <li>{@code B}, shape {@code [3H]}, zeros at first; {@code forgetBias} is added in the graph and
 *       not stored;
 *   <li>{@code gamma} and {@code beta} of each of {@code transform}, {@code forget} and {@code
 *       output}, shape {@code [H]}, where there are norms;
 *   <li>{@code W_F_diag}, {@code W_O_diag}, shape {@code [H]};
 *   <li>{@code state/gamma} and {@code state/beta}, shape {@code [H]}, where there are norms;
 *   <li>{@code W_P_0}, shape {@code [H, P]}, or several.
 * </ul>
 *
 * <p>Kernels and peepholes begin with {@link Builder#initializer}, or else that of the scope
 * around. TensorFlow 1.15 has that argument and makes nothing of it, and has no clip of the memory.
 *
 * <p>Sources: Greff et al. 2015; Sak, Senior and Beaufays 2014; {@code
 * tf.contrib.rnn.CoupledInputForgetGateLSTMCell} of TensorFlow 1.15. Its {@code
 * state_is_tuple=False} is {@link ConcatenatedState}.
 */
public final class CoupledInputForgetGateLstmCell<T extends TFloating> extends AbstractLstmCell<T> {
  private static final List<String> GATES = List.of("transform", "forget", "output");

  private final LstmSettings<T> settings;
  private final Optional<LayerNorm.Start> norm;
  private final int unitShards;
  private final int projectionShards;

  private CoupledInputForgetGateLstmCell(Builder<T> builder, LstmSettings<T> settings) {
    super(builder.type, builder.scope(), settings.units(), settings.outputs());
    this.settings = settings;
    norm = builder.norm;
    unitShards = builder.unitShards;
    projectionShards = builder.projectionShards;
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
    var tf = own.tf();
    int units = settings.units();
    int outputs = settings.outputs();
    var kernel = Shards.kernel(own, "W", depth + outputs, 3L * units, type(), unitShards);
    var bias = own.variable("B", Shape.of(3L * units), type(), Initializers.zeros());
    var linear = new Linear<>(kernel, bias);
    var shift = Columns.row(tf, type(), units, 0, settings.forgetBias(), 0);
    if (norm.isEmpty()) {
      var step = settings.step(peepholes(own), Activation.linear(), projection(own));
      return LstmWeights.of(
          linear.shifted(tf, shift), depth, outputs, (ops, z, c) -> next(ops, step, z, c));
    }
    var gates =
        LayerNorm.OfGates.variables(own, GATES, units, type(), norm.get()).shifted(tf, shift);
    var peepholes = peepholes(own);
    var memory = LayerNorm.variables(own, "state", units, type(), norm.get());
    var step = settings.step(peepholes, memory::of, projection(own));
    return LstmWeights.of(
        linear.unbiased(tf), depth, outputs, (ops, z, c) -> next(ops, step, gates.of(ops, z), c));
  }

  private Peepholes<T> peepholes(VariableScope own) {
    return new Peepholes<>(
        Peepholes.variable(own, "W_F_diag", settings),
        Optional.empty(),
        Peepholes.variable(own, "W_O_diag", settings));
  }

  private Optional<Operand<T>> projection(VariableScope own) {
    return settings.projection().isEmpty()
        ? Optional.empty()
        : Optional.of(
            Shards.kernel(
                own, "W_P", settings.units(), settings.outputs(), type(), projectionShards));
  }

  /**
   * What follows the product.
   *
   * @param z the columns j, f and o, the forget bias among them, shape {@code [B, 3H]}
   */
  private static <T extends TFloating> Step<Operand<T>, LstmState<T>> next(
      Ops tf, LstmStep<T> step, Operand<T> z, Operand<T> c) {
    var jfo = tf.split(tf.constant(-1), z, 3L).output();
    var j = step.transform().apply(tf, jfo.get(0));
    var f = tf.math.sigmoid(Peepholes.see(tf, jfo.get(1), step.peepholes().f(), c));
    // f * c + (1 - f) * j
    return step.end(tf, tf.math.add(j, tf.math.mul(f, tf.math.sub(c, j))), jfo.get(2));
  }

  /** Settings of a {@link CoupledInputForgetGateLstmCell}. */
  public static final class Builder<T extends TFloating> extends LstmBuilder<T, Builder<T>> {
    private Optional<LayerNorm.Start> norm = Optional.empty();
    private int unitShards = 1;
    private int projectionShards = 1;

    private Builder(Class<T> type, int units) {
      super(type, units, "coupled_input_forget_gate_lstm_cell");
    }

    @Override
    Builder<T> self() {
      return this;
    }

    /** Normalizes the gates and the memory, with gammas of 1 and betas of 0 at first. */
    public Builder<T> layerNorm() {
      return layerNorm(1, 0);
    }

    /**
     * Normalizes the gates and the memory.
     *
     * @param gain what gammas begin with, {@code norm_gain} of TensorFlow 1.15
     * @param shift what betas begin with, {@code norm_shift} of TensorFlow 1.15
     */
    public Builder<T> layerNorm(double gain, double shift) {
      this.norm = Optional.of(new LayerNorm.Start(gain, shift));
      return this;
    }

    /**
     * Keeps the kernels in several variables: {@code num_unit_shards} and {@code num_proj_shards}
     * of TensorFlow 1.15, for its checkpoints.
     *
     * @param units of {@code W}, at most D + P
     * @param projection of {@code W_P}, at most H
     * @throws IllegalArgumentException if a number is below 1; at the first step, if there are more
     *     shards than rows
     */
    public Builder<T> shards(int units, int projection) {
      this.unitShards = requirePositive("shards", units);
      this.projectionShards = requirePositive("shards", projection);
      return this;
    }

    /**
     * Returns the cell; it adds nothing to a graph before its first step.
     *
     * @throws IllegalArgumentException if there is a clip of the projection and no projection
     */
    public CoupledInputForgetGateLstmCell<T> build() {
      return new CoupledInputForgetGateLstmCell<>(this, settings());
    }
  }
}
