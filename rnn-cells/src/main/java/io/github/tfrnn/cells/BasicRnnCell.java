package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Activation;
import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.ops.spi.LayerCell;
import io.github.tfrnn.ops.spi.LayerKind;
import io.github.tfrnn.ops.spi.LayerWeights;
import io.github.tfrnn.ops.spi.PlainLayer;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * The plain recurrent cell, whose output is its state.
 *
 * <p>With batch size {@code B}, input width {@code D} and {@code H} units, one step computes
 *
 * <pre>{@code
 * h' = activation([x, h] * kernel + bias)
 * }</pre>
 *
 * <p>Its scope, {@code basic_rnn_cell} by default, holds {@code kernel}, shape {@code [D + H, H]},
 * with the initializer of the scope around it, and {@code bias}, shape {@code [H]}, zeros at first.
 *
 * <p>Source: {@code tf.nn.rnn_cell.BasicRNNCell} of TensorFlow 1.15.
 */
@SuppressWarnings("exports") // plainLayer() is not for users
public final class BasicRnnCell<T extends TFloating>
    implements ProjectsInput<T, Operand<T>>, LayerCell<T, Operand<T>> {
  private final Class<T> type;
  private final int units;
  private final Activation<T> activation;
  private final Affine.Maker<T> maker;
  private final boolean wholeKernel;
  private final CellScope scope;

  private BasicRnnCell(Builder<T> builder) {
    type = builder.type;
    units = builder.units;
    activation = builder.activation;
    maker = builder.maker;
    wholeKernel = builder.wholeKernel;
    scope = builder.scope();
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
  public boolean hasIndependentRows() {
    return true;
  }

  @Override
  public Class<T> type() {
    return type;
  }

  @Override
  public Structure<Operand<T>> outputSize() {
    return stateSize();
  }

  @Override
  public Structure<Operand<T>> stateSize() {
    return Structure.tensor(Leaf.of("h", type, Shape.of(units)));
  }

  /**
   * {@inheritDoc}
   *
   * @param x shape {@code [B, D]}; D must be known while the graph is built
   * @param h shape {@code [B, H]}
   * @return {@code h'}, shape {@code [B, H]}, as output and as state
   */
  @Override
  public Step<Operand<T>, Operand<T>> step(VariableScope scope, Operand<T> x, Operand<T> h) {
    return this.scope.within(
        scope,
        own -> {
          long depth = Fit.depth(own.name(), x, type);
          Fit.state(own.name(), stateSize(), h, x);
          return next(own.tf(), weights(own, depth).of(own.tf(), x, h));
        });
  }

  @Override
  public Projection<T, Operand<T>> project(VariableScope scope, Operand<T> inputs) {
    return this.scope.within(
        scope,
        own -> {
          long depth = Fit.depth(own.name(), inputs, type);
          var halves = weights(own, depth).halves(own.tf(), depth, units);
          return new Projection<>(
              halves.project(own.tf(), inputs),
              (tf, projected, h) -> {
                Fit.state(own.name(), stateSize(), h, projected);
                return next(tf, halves.of(tf, projected, h));
              });
        });
  }

  @Override
  @SuppressWarnings("exports") // not for users
  public PlainLayer<T, Operand<T>> plainLayer() {
    return new PlainLayer<>(
        LayerKind.TANH_RNN,
        type,
        units,
        PlainLayers.deviation(wholeKernel, activation),
        this::layerWeights);
  }

  private LayerWeights<T> layerWeights(VariableScope scope, Operand<T> x, Operand<T> state) {
    return this.scope.within(
        scope,
        own -> {
          long depth = PlainLayers.depth(own.name(), this, x, state);
          return PlainLayers.weights(
              LayerKind.TANH_RNN, own.name(), 0, List.of(weights(own, depth)));
        });
  }

  private Affine<T> weights(VariableScope own, long depth) {
    return maker.make(own, "", new Affine.Size<>(type, depth, units, units), Initializers.zeros());
  }

  private Step<Operand<T>, Operand<T>> next(Ops tf, Operand<T> z) {
    var h = activation.apply(tf, z);
    return new Step<>(h, h);
  }

  /** Settings of a {@link BasicRnnCell}. */
  public static final class Builder<T extends TFloating> extends CellBuilder<T, Builder<T>> {
    private Affine.Maker<T> maker = Linear::make;
    private boolean wholeKernel = true;

    private Builder(Class<T> type, int units) {
      super(type, units, "basic_rnn_cell");
    }

    Builder(CellBuilder<T, ?> other, Affine.Maker<T> maker) {
      super(other);
      this.maker = maker;
      wholeKernel = false;
    }

    @Override
    Builder<T> self() {
      return this;
    }

    /** Returns the cell; it adds nothing to a graph before its first step. */
    public BasicRnnCell<T> build() {
      return new BasicRnnCell<>(this);
    }
  }
}
