package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Activation;
import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.Partitioner;
import io.github.tfrnn.ops.VariableInitializer;
import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.ops.spi.LayerCell;
import io.github.tfrnn.ops.spi.LayerKind;
import io.github.tfrnn.ops.spi.LayerWeights;
import io.github.tfrnn.ops.spi.PlainLayer;
import java.util.List;
import java.util.OptionalInt;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.family.TFloating;

/**
 * The long short-term memory cell, with peepholes, clipping and projection where asked for.
 *
 * <p>With batch size {@code B}, input width {@code D}, {@code H} units and output width {@code P},
 * which is H without a projection, one step takes x, shape {@code [B, D]}, and the state c, {@code
 * [B, H]}, and h, {@code [B, P]}, and computes
 *
 * <pre>{@code
 * [i, j, f, o] = [x, h] * kernel + bias
 * c' = c * sigmoid(f + forgetBias + w_f_diag * c) + sigmoid(i + w_i_diag * c) * activation(j)
 * c' = clip(c', -cellClip, cellClip)
 * m  = activation(c') * sigmoid(o + w_o_diag * c')
 * h' = clip(m * projection/kernel, -projectionClip, projectionClip)
 * }</pre>
 *
 * <p>The terms with {@code w_*_diag} are there with {@link Builder#peepholes()} only, the clips and
 * the projection with the setting of their name. The output gate sees the new memory, after its
 * clip.
 *
 * <p>Its scope, {@code lstm_cell} by default, holds in the order of their creation
 *
 * <ul>
 *   <li>{@code kernel}, shape {@code [D + P, 4H]}, columns i, j, f, o;
 *   <li>{@code bias}, shape {@code [4H]}, zeros at first; {@code forgetBias} is added in the graph
 *       and not stored;
 *   <li>{@code w_f_diag}, {@code w_i_diag}, {@code w_o_diag}, shape {@code [H]};
 *   <li>{@code projection/kernel}, shape {@code [H, P]}.
 * </ul>
 *
 * <p>With {@link Builder#unitShards} the kernel is kept in parts, {@code kernel/part_0} and so on,
 * and with {@link Builder#projectionShards} that of the projection. The numbers stay the same.
 *
 * <p>All but the bias begin with {@link Builder#initializer}, or else that of the scope around.
 *
 * <p>Sources: Hochreiter and Schmidhuber 1997; Sak, Senior and Beaufays 2014 for peepholes and
 * projection; {@code tf.nn.rnn_cell.LSTMCell} of TensorFlow 1.15.
 */
@SuppressWarnings("exports") // plainLayer() is not for users
public final class LstmCell<T extends TFloating> extends AbstractLstmCell<T>
    implements LayerCell<T, LstmState<T>> {
  private final LstmSettings<T> settings;
  private final OptionalInt unitShards;
  private final OptionalInt projectionShards;
  private final Affine.Maker<T> maker;
  private final boolean wholeKernel;

  private LstmCell(Builder<T> builder, LstmSettings<T> settings) {
    super(builder.type, builder.scope(), settings.units(), settings.outputs());
    this.settings = settings;
    unitShards = builder.unitShards;
    projectionShards = builder.projectionShards;
    maker = unitShards.isEmpty() ? builder.maker : this::sharded;
    wholeKernel = builder.wholeKernel;
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
    var size = new Affine.Size<>(type(), depth, settings.outputs(), 4L * settings.units());
    var gates = maker.make(own, "", size, Initializers.zeros());
    return weights(own, sharded(own, projectionShards), gates, depth, settings);
  }

  @Override
  @SuppressWarnings("exports") // not for users
  public PlainLayer<T, LstmState<T>> plainLayer() {
    return new PlainLayer<>(
        LayerKind.LSTM,
        type(),
        settings.units(),
        PlainLayers.deviation(wholeKernel, settings.activation()).or(settings::deviation),
        this::layerWeights);
  }

  private LayerWeights<T> layerWeights(VariableScope scope, Operand<T> x, LstmState<T> state) {
    return within(
        scope,
        own -> {
          long depth = PlainLayers.depth(own.name(), this, x, state);
          var size = new Affine.Size<>(type(), depth, settings.outputs(), 4L * settings.units());
          var gates = maker.make(settings.initialized(own), "", size, Initializers.zeros());
          return PlainLayers.weights(
              LayerKind.LSTM, own.name(), settings.forgetBias(), List.of(gates));
        });
  }

  private Linear<T> sharded(
      VariableScope own, String prefix, Affine.Size<T> size, VariableInitializer bias) {
    var shape = Shape.of(size.depth() + size.units(), size.columns());
    return new Linear<>(
        sharded(own, unitShards).variable(prefix + "kernel", shape, size.type()),
        own.variable(prefix + "bias", Shape.of(size.columns()), size.type(), bias));
  }

  private static VariableScope sharded(VariableScope own, OptionalInt shards) {
    return shards.isEmpty() ? own : own.withPartitioner(Partitioner.fixedSize(shards.getAsInt()));
  }

  /**
   * Makes the weights that come after kernel and bias.
   *
   * @param forProjection the scope with the settings for the kernel of the projection
   */
  static <T extends TFloating> LstmWeights<T> weights(
      VariableScope own,
      VariableScope forProjection,
      Affine<T> gates,
      long depth,
      LstmSettings<T> settings) {
    var peepholes = Peepholes.variables(own, settings);
    var projection = settings.projectionKernel(forProjection);
    var step = settings.step(peepholes, Activation.linear(), projection);
    return LstmWeights.of(
        gates.shifted(own.tf(), settings.forgetShift(own.tf())),
        depth,
        settings.outputs(),
        step::next);
  }

  /** Settings of an {@link LstmCell}. */
  public static final class Builder<T extends TFloating> extends LstmBuilder<T, Builder<T>> {
    private OptionalInt unitShards = OptionalInt.empty();
    private OptionalInt projectionShards = OptionalInt.empty();
    private Affine.Maker<T> maker = Linear::make;
    private boolean wholeKernel = true;

    private Builder(Class<T> type, int units) {
      super(type, units, "lstm_cell");
    }

    Builder(CellBuilder<T, ?> other) {
      super(other);
    }

    Builder(CellBuilder<T, ?> other, Affine.Maker<T> maker) {
      this(other);
      this.maker = maker;
      wholeKernel = false;
    }

    @Override
    Builder<T> self() {
      return this;
    }

    /**
     * Keeps the kernel in parts, cut along its rows. It is {@code num_unit_shards} of TensorFlow
     * 1.15; one shard is {@code kernel/part_0}.
     *
     * @param shards at least 1
     * @throws IllegalArgumentException if {@code shards < 1}
     */
    public Builder<T> unitShards(int shards) {
      this.unitShards = OptionalInt.of(requirePositive("unitShards", shards));
      return this;
    }

    /**
     * Keeps the kernel of the projection in parts, cut along its rows. It is {@code
     * num_proj_shards} of TensorFlow 1.15.
     *
     * @param shards at least 1
     * @throws IllegalArgumentException if {@code shards < 1}; at {@code build} if there is no
     *     projection
     */
    public Builder<T> projectionShards(int shards) {
      this.projectionShards = OptionalInt.of(requirePositive("projectionShards", shards));
      return this;
    }

    /**
     * Returns the cell; it adds nothing to a graph before its first step.
     *
     * @throws IllegalArgumentException if there is a clip or are shards of the projection and no
     *     projection
     */
    public LstmCell<T> build() {
      requireProjection("projectionShards", projectionShards.isPresent());
      return new LstmCell<>(this, settings());
    }
  }
}
