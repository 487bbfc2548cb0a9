package io.github.tfrnn.cells;

import static java.util.Objects.requireNonNull;

import io.github.tfrnn.ops.Activation;
import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.VariableScope;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * The intersection cell (+RNN) for deep stacks: one gate works through time, as in {@link
 * UgrnnCell}, and another one through depth, from the input to the output.
 *
 * <p>With batch size {@code B} and {@code H} units, one step computes
 *
 * <pre>{@code
 * [gh, c, gy, y] = [x, h] * kernel + bias
 * gh = sigmoid(gh + forgetBias)
 * gy = sigmoid(gy + forgetBias)
 * h' = gh * h + (1 - gh) * activation(c)
 * y' = gy * x + (1 - gy) * outputActivation(y)
 * }</pre>
 *
 * <p>x, h and the output, y', have shape {@code [B, H]}. An input of another width D, as the first
 * layer of a stack gets it, is refused unless {@link Builder#inputProjection()} is set; then the
 * cell works on {@code x * in_projection/kernel + in_projection/bias} in its place.
 *
 * <p>Its scope, {@code intersection_rnn_cell} by default, holds in the order of their creation
 * {@code in_projection/kernel}, shape {@code [D, H]}, and {@code in_projection/bias}, shape {@code
 * [H]}, where D is not H; {@code kernel}, shape {@code [2H, 4H]}, columns gh, c, gy, y; {@code
 * bias}, shape {@code [4H]}. Kernels begin with the initializer of the scope around, biases with
 * zeros. {@code forgetBias} is added in the graph and not stored.
 *
 * <p>Sources: Collins, Sohl-Dickstein and Sussillo 2017, Capacity and Trainability in Recurrent
 * Neural Networks; {@code tf.contrib.rnn.IntersectionRNNCell} of TensorFlow 1.15, whose {@code
 * initializer} is {@code kernelInitializer} here. Its {@code num_in_proj} projects to H whatever
 * its value, so here it is a setting without one.
 */
public final class IntersectionRnnCell<T extends TFloating> extends ProjectingCell<T> {
  private final boolean inputProjection;
  private final double forgetBias;
  private final Activation<T> outputActivation;

  private IntersectionRnnCell(Builder<T> builder) {
    super(builder, "h");
    inputProjection = builder.inputProjection;
    forgetBias = builder.forgetBias;
    outputActivation = builder.outputActivation;
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
  void requireDepth(String who, long depth) {
    if (depth != units && !inputProjection) {
      throw new IllegalArgumentException(
          who
              + ": x must have input size == output size for Intersection RNN, "
              + units
              + ", got "
              + depth
              + ". To fix, set inputProjection() when the cell is built.");
    }
  }

  @Override
  Projection<T, Operand<T>> split(VariableScope own, Ops tf, Operand<T> x, long depth) {
    var inside = initializers.kernels(own);
    var row = depth == units ? x : inputProjection(inside, tf, x, depth);
    var size = new Affine.Size<>(type, units, units, 4L * units);
    var bias = initializers.biasOr(Initializers.zeros());
    var halves =
        Linear.make(inside, "", size, bias)
            .shifted(own.tf(), Columns.row(own.tf(), type, units, forgetBias, 0, forgetBias, 0))
            .halves(own.tf(), units, units);
    return new Projection<>(
        Columns.join(tf, List.of(halves.project(tf, row), row)),
        (ops, projected, h) -> {
          var parts = Columns.split(ops, projected, 4L * units, units);
          return next(ops, halves.of(ops, parts.get(0), h), parts.get(1), h);
        });
  }

  private Operand<T> inputProjection(VariableScope inside, Ops tf, Operand<T> x, long depth) {
    var bias = initializers.biasOr(Initializers.zeros());
    return Linear.variables(inside, "in_projection/", depth, units, type, bias).of(tf, x);
  }

  /**
   * What follows the product.
   *
   * @param z the columns gh, c, gy and y, the forget bias among them, shape {@code [B, 4H]}
   */
  private Step<Operand<T>, Operand<T>> next(Ops tf, Operand<T> z, Operand<T> x, Operand<T> h) {
    var columns = tf.split(tf.constant(1), z, 4L).output();
    var gh = tf.math.sigmoid(columns.get(0));
    var c = activation.apply(tf, columns.get(1));
    var gy = tf.math.sigmoid(columns.get(2));
    var y = outputActivation.apply(tf, columns.get(3));
    return new Step<>(Interpolation.of(tf, gy, x, y), Interpolation.of(tf, gh, h, c));
  }

  /** Settings of an {@link IntersectionRnnCell}. */
  public static final class Builder<T extends TFloating> extends WeightsBuilder<T, Builder<T>> {
    private boolean inputProjection;
    private double forgetBias = 1;
    private Activation<T> outputActivation = Activation.relu();

    private Builder(Class<T> type, int units) {
      super(type, units, "intersection_rnn_cell");
    }

    @Override
    Builder<T> self() {
      return this;
    }

    /** Projects inputs of another width to H columns; inputs of width H stay as they are. */
    public Builder<T> inputProjection() {
      this.inputProjection = true;
      return this;
    }

    /** Sets what is added to both gates before their sigmoid, 1 by default. */
    public Builder<T> forgetBias(double forgetBias) {
      this.forgetBias = forgetBias;
      return this;
    }

    /** Sets the function that the output goes through, relu by default. */
    public Builder<T> outputActivation(Activation<T> activation) {
      this.outputActivation = requireNonNull(activation, "activation");
      return this;
    }

    /** Returns the cell; it adds nothing to a graph before its first step. */
    public IntersectionRnnCell<T> build() {
      return new IntersectionRnnCell<>(this);
    }
  }
}
