package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Activation;
import io.github.tfrnn.ops.VariableScope;
import java.util.Optional;
import java.util.OptionalLong;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.family.TFloating;

/**
 * The long short-term memory cell with layer normalization and dropout of what it takes in; {@link
 * LayerNormLstmCell} has peepholes, clipping and projection instead of dropout.
 *
 * <p>With batch size {@code B}, input width {@code D} and {@code H} units, one step takes x, shape
 * {@code [B, D]}, and the state c and h, each {@code [B, H]}, and computes
 *
 * <pre>{@code
 * [i, j, f, o] = norm([x, h] * kernel), each gate by itself
 * g  = dropout(activation(j))
 * c' = norm(c * sigmoid(f + forgetBias) + sigmoid(i) * g)
 * h' = activation(c') * sigmoid(o)
 * }</pre>
 *
 * <p>where {@code norm(v) = gamma * (v - mean(v)) / sqrt(variance(v) + 1e-12) + beta} over the H
 * columns of a row. The normalized memory is the state. With {@link Builder#dropoutKeepProb} an
 * element of g is kept with that probability p and divided by p, or else 0; what is dropped is new
 * in every step, row and run, and nothing else is dropped. Seeds and runs are those of {@link
 * DropoutWrapper}.
 *
 * <p>Its scope, {@code layer_norm_basic_lstm_cell} by default, holds in the order of their creation
 * {@code kernel}, shape {@code [D + H, 4H]}, columns i, j, f, o, with the initializer of the scope
 * around it; and then {@code gamma} and {@code beta}, shape {@code [H]}, of each of {@code input},
 * {@code transform}, {@code forget} and {@code output}, for the gates i, j, f, o, and {@code
 * state}. They begin with the gain and the shift of {@link Builder#layerNorm}. {@link
 * Builder#withoutLayerNorm Without norms} there is {@code bias}, shape {@code [4H]}, after the
 * kernel instead; as in TensorFlow 1.15 it begins with the initializer of the scope and not with
 * zeros.
 *
 * <p>Sources: Ba, Kiros and Hinton 2016; Semeniuta, Severyn and Barth 2016 for the dropout; {@code
 * tf.contrib.rnn.LayerNormBasicLSTMCell} of TensorFlow 1.15.
 */
public final class LayerNormBasicLstmCell<T extends TFloating> extends AbstractLstmCell<T> {
  private static final String NAME = "layer_norm_basic_lstm_cell";

  private final int units;
  private final double forgetBias;
  private final Activation<T> activation;
  private final Optional<LayerNorm.Start> norm;
  private final KeepProbability keep;
  private final OptionalLong seed;
  private final DropoutMask mask = DropoutMask.named("transform");

  private LayerNormBasicLstmCell(Builder<T> builder) {
    super(builder.type, builder.scope(), builder.units, builder.units);
    units = builder.units;
    forgetBias = builder.forgetBias;
    activation = builder.activation;
    norm = builder.norm;
    keep = builder.keep;
    seed = builder.seed;
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

  /** Whether nothing is dropped. */
  @Override
  public boolean hasIndependentRows() {
    return keep == KeepProbability.ALL;
  }

  @Override
  LstmWeights<T> weights(VariableScope own, long depth) {
    var tf = own.tf();
    var linear = Linear.withoutBias(own, depth + units, 4L * units, type());
    var shift = Columns.row(tf, type(), units, 0, 0, forgetBias, 0);
    var plain = LstmStep.plain(dropping(own), activation);
    if (norm.isEmpty()) {
      var bias = own.variable("bias", Shape.of(4L * units), type());
      var gates = new Linear<>(linear.kernel(), bias).shifted(tf, shift);
      return LstmWeights.of(gates, depth, units, plain::next);
    }
    var gates =
        LayerNorm.OfGates.variables(own, LayerNormLstmCell.GATES, units, type(), norm.get())
            .shifted(tf, shift);
    var memory = LayerNorm.variables(own, "state", units, type(), norm.get());
    var step = plain.remembering(memory::of);
    return LstmWeights.of(linear, depth, units, (ops, z, c) -> step.next(ops, gates.of(ops, z), c));
  }

  /** What becomes of the new input. */
  private Activation<T> dropping(VariableScope own) {
    var masks = seed.isPresent() ? own.withSeed(seed.getAsLong()) : own;
    return (tf, j) -> mask.drop(masks.withOps(tf), keep, activation.apply(tf, j));
  }

  /** Settings of a {@link LayerNormBasicLstmCell}. */
  public static final class Builder<T extends TFloating> extends CellBuilder<T, Builder<T>> {
    private double forgetBias = 1;
    private Optional<LayerNorm.Start> norm = Optional.of(LayerNorm.Start.PLAIN);
    private KeepProbability keep = KeepProbability.ALL;
    private OptionalLong seed = OptionalLong.empty();

    private Builder(Class<T> type, int units) {
      super(type, units, NAME);
    }

    @Override
    Builder<T> self() {
      return this;
    }

    /** Sets what is added to the forget gate before its sigmoid, 1 by default. */
    public Builder<T> forgetBias(double forgetBias) {
      this.forgetBias = forgetBias;
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

    /** Leaves the norms out, and adds a bias instead. */
    public Builder<T> withoutLayerNorm() {
      this.norm = Optional.empty();
      return this;
    }

    /**
     * Sets the probability to keep an element of g, 1 by default.
     *
     * @throws IllegalArgumentException unless it is between 0 and 1
     */
    public Builder<T> dropoutKeepProb(double probability) {
      this.keep = KeepProbability.of(NAME, "dropoutKeepProb", probability);
      return this;
    }

    /**
     * As the other one, with what is known at run time.
     *
     * @param probability a scalar between 0 and 1, made outside of any loop
     * @throws IllegalArgumentException if it is no scalar
     */
    public Builder<T> dropoutKeepProb(Operand<? extends TFloating> probability) {
      this.keep = KeepProbability.of(NAME, "dropoutKeepProb", probability);
      return this;
    }

    /**
     * Sets the seed of what is dropped, {@code dropout_prob_seed} of TensorFlow 1.15; by default
     * that of the scope around.
     */
    public Builder<T> dropoutSeed(long seed) {
      this.seed = OptionalLong.of(seed);
      return this;
    }

    /** Returns the cell; it adds nothing to a graph before its first step. */
    public LayerNormBasicLstmCell<T> build() {
      return new LayerNormBasicLstmCell<>(this);
    }
  }
}
