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
import java.util.function.UnaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * The gated recurrent unit, whose output is its state.
 *
 * <p>With batch size {@code B}, input width {@code D} and {@code H} units, one step computes
 *
 * <pre>{@code
 * [r, u] = sigmoid([x, h] * gates/kernel + gates/bias)
 * c  = activation([x, r * h] * candidate/kernel + candidate/bias)
 * h' = u * h + (1 - u) * c
 * }</pre>
 *
 * <p>The reset gate r works on h before the product, as in the paper and in TensorFlow 1.x; the
 * Keras layer with {@code reset_after} and cuDNN apply it afterwards and need other weights.
 *
 * <p>Its scope, {@code gru_cell} by default, holds in the order of their creation {@code
 * gates/kernel}, shape {@code [D + H, 2H]}, columns r, u; {@code gates/bias}, shape {@code [2H]},
 * ones at first; {@code candidate/kernel}, shape {@code [D + H, H]}; {@code candidate/bias}, shape
 * {@code [H]}, zeros at first. An initializer of the scope around reaches the kernels only.
 *
 * <p>Sources: Cho et al. 2014; {@code tf.nn.rnn_cell.GRUCell} of TensorFlow 1.15.
 */
@SuppressWarnings("exports") // plainLayer() is not for users
public final class GruCell<T extends TFloating>
    implements ProjectsInput<T, Operand<T>>, LayerCell<T, Operand<T>> {
  private final Class<T> type;
  private final int units;
  private final Activation<T> activation;
  private final WeightInitializers initializers;
  private final Affine.Maker<T> maker;
  private final boolean wholeKernel;
  private final CellScope scope;

  private GruCell(Builder<T> builder) {
    type = builder.type;
    units = builder.units;
    activation = builder.activation;
    initializers = builder.initializers();
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
          var weights = weights(own, depth);
          var tf = own.tf();
          return next(tf, weights.gates().of(tf, x, h), h, rh -> weights.candidate().of(tf, x, rh));
        });
  }

  @Override
  public Projection<T, Operand<T>> project(VariableScope scope, Operand<T> inputs) {
    return this.scope.within(
        scope,
        own -> {
          long depth = Fit.depth(own.name(), inputs, type);
          var weights = weights(own, depth);
          var gates = weights.gates().halves(own.tf(), depth, units);
          var candidate = weights.candidate().halves(own.tf(), depth, units);
          var linalg = own.tf().linalg;
          return new Projection<>(
              List.of(
                  linalg.matMul(inputs, gates.input()), linalg.matMul(inputs, candidate.input())),
              (tf, x, h) -> {
                Fit.state(own.name(), stateSize(), h, x.get(0));
                return next(tf, gates.of(tf, x.get(0), h), h, rh -> candidate.of(tf, x.get(1), rh));
              });
        });
  }

  @Override
  @SuppressWarnings("exports") // not for users
  public PlainLayer<T, Operand<T>> plainLayer() {
    return new PlainLayer<>(
        LayerKind.GRU,
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
          var weights = weights(own, depth);
          return PlainLayers.weights(
              LayerKind.GRU, own.name(), 0, List.of(weights.gates(), weights.candidate()));
        });
  }

  private Weights<T> weights(VariableScope inside, long depth) {
    var own = initializers.kernels(inside);
    var ones = initializers.biasOr(Initializers.ones());
    var zeros = initializers.biasOr(Initializers.zeros());
    return new Weights<>(
        maker.make(own, "gates/", new Affine.Size<>(type, depth, units, 2L * units), ones),
        maker.make(own, "candidate/", new Affine.Size<>(type, depth, units, units), zeros));
  }

  /**
   * What follows the product of the gates.
   *
   * @param z the columns r and u, shape {@code [B, 2H]}
   * @param candidate the product that it takes r * h for
   */
  private Step<Operand<T>, Operand<T>> next(
      Ops tf, Operand<T> z, Operand<T> h, UnaryOperator<Operand<T>> candidate) {
    var ru = tf.split(tf.constant(1), tf.math.sigmoid(z), 2L).output();
    var r = ru.get(0);
    var u = ru.get(1);
    var c = activation.apply(tf, candidate.apply(tf.math.mul(r, h)));
    var next = Interpolation.of(tf, u, h, c);
    return new Step<>(next, next);
  }

  private record Weights<T extends TFloating>(Affine<T> gates, Affine<T> candidate) {}

  /** Settings of a {@link GruCell}. */
  public static final class Builder<T extends TFloating> extends WeightsBuilder<T, Builder<T>> {
    private Affine.Maker<T> maker = Linear::make;
    private boolean wholeKernel = true;

    private Builder(Class<T> type, int units) {
      super(type, units, "gru_cell");
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
    public GruCell<T> build() {
      return new GruCell<>(this);
    }
  }
}
