package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Activation;
import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.VariableScope;
import java.util.OptionalInt;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * The cell that neural architecture search found for language models.
 *
 * <p>With batch size {@code B}, input width {@code D}, {@code H} units and output width {@code P},
 * which is H without a projection, one step takes x, shape {@code [B, D]}, and the state c, {@code
 * [B, H]}, and h, {@code [B, P]}, and computes
 *
 * <pre>{@code
 * [x0 .. x7] = x * kernel
 * [h0 .. h7] = h * recurrent_kernel + bias
 * p  = tanh(sigmoid(x0 + h0) * relu(x1 + h1))
 * q  = tanh(sigmoid(x2 + h2) + relu(x3 * h3))
 * r  = tanh(tanh(x4 + h4) * sigmoid(x5 + h5))
 * s  = sigmoid(tanh(x6 + h6) + sigmoid(x7 + h7))
 * c' = tanh(p + c) * q
 * h' = tanh(c' * tanh(r + s)) * projection_weights
 * }</pre>
 *
 * <p>Its scope, {@code nas_cell} by default, holds in the order of their creation {@code
 * recurrent_kernel}, shape {@code [P, 8H]}; {@code kernel}, shape {@code [D, 8H]}; {@code bias},
 * shape {@code [8H]}, zeros at first, with {@link Builder#bias()} only; and {@code
 * projection_weights}, shape {@code [H, P]}, with {@link Builder#projection} only. All but the bias
 * begin with the initializer of the scope around.
 *
 * <p>Sources: Zoph and Le 2016; {@code tf.contrib.rnn.NASCell} of TensorFlow 1.15.
 */
public final class NasCell<T extends TFloating> extends AbstractLstmCell<T> {
  private final int units;
  private final OptionalInt projection;
  private final boolean bias;

  private NasCell(Builder<T> builder) {
    super(builder.type, builder.scope(), builder.units, builder.projection.orElse(builder.units));
    units = builder.units;
    projection = builder.projection;
    bias = builder.bias;
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
  LstmWeights<T> weights(VariableScope own, long depth) {
    int outputs = projection.orElse(units);
    long columns = 8L * units;
    var recurrent = own.variable("recurrent_kernel", Shape.of(outputs, columns), type());
    var kernel = own.variable("kernel", Shape.of(depth, columns), type());
    var shift =
        bias
            ? own.variable("bias", Shape.of(columns), type(), Initializers.zeros())
            : Linear.zeros(own.tf(), columns, type());
    Activation<T> projecting = Activation.linear();
    if (projection.isPresent()) {
      var weights = own.variable("projection_weights", Shape.of(units, outputs), type());
      projecting = (tf, m) -> tf.linalg.matMul(m, weights);
    }
    return new Weights<>(kernel, new Linear<>(recurrent, shift), projecting);
  }

  private record Weights<T extends TFloating>(
      Operand<T> kernel, Linear<T> recurrent, Activation<T> projection) implements LstmWeights<T> {

    @Override
    public Step<Operand<T>, LstmState<T>> step(Ops tf, Operand<T> x, LstmState<T> state) {
      return next(tf, tf.linalg.matMul(x, kernel), state);
    }

    @Override
    public Projection<T, LstmState<T>> project(Ops tf, Operand<T> inputs) {
      return new Projection<>(tf.linalg.matMul(inputs, kernel), this::next);
    }

    private Step<Operand<T>, LstmState<T>> next(Ops tf, Operand<T> projected, LstmState<T> state) {
      var axis = tf.constant(1);
      var x = tf.split(axis, projected, 8L).output();
      var h = tf.split(axis, recurrent.of(tf, state.h()), 8L).output();
      var l0 = tf.math.sigmoid(tf.math.add(x.get(0), h.get(0)));
      var l1 = tf.nn.relu(tf.math.add(x.get(1), h.get(1)));
      var l2 = tf.math.sigmoid(tf.math.add(x.get(2), h.get(2)));
      var l3 = tf.nn.relu(tf.math.mul(x.get(3), h.get(3)));
      var l4 = tf.math.tanh(tf.math.add(x.get(4), h.get(4)));
      var l5 = tf.math.sigmoid(tf.math.add(x.get(5), h.get(5)));
      var l6 = tf.math.tanh(tf.math.add(x.get(6), h.get(6)));
      var l7 = tf.math.sigmoid(tf.math.add(x.get(7), h.get(7)));

      var p = tf.math.tanh(tf.math.mul(l0, l1));
      var q = tf.math.tanh(tf.math.add(l2, l3));
      var r = tf.math.tanh(tf.math.mul(l4, l5));
      var s = tf.math.sigmoid(tf.math.add(l6, l7));

      var c = tf.math.mul(tf.math.tanh(tf.math.add(p, state.c())), q);
      var m = tf.math.tanh(tf.math.mul(c, tf.math.tanh(tf.math.add(r, s))));
      var output = projection.apply(tf, m);
      return new Step<>(output, new LstmState<>(c, output));
    }
  }

  /** Settings of a {@link NasCell}. */
  public static final class Builder<T extends TFloating> extends TypedBuilder<T, Builder<T>> {
    private final int units;
    private OptionalInt projection = OptionalInt.empty();
    private boolean bias;

    private Builder(Class<T> type, int units) {
      super(type, "nas_cell");
      this.units = requirePositive("units", units);
    }

    @Override
    Builder<T> self() {
      return this;
    }

    /**
     * Projects the output to fewer or more columns.
     *
     * @param columns P, at least 1
     * @throws IllegalArgumentException if {@code columns < 1}
     */
    public Builder<T> projection(int columns) {
      this.projection = OptionalInt.of(requirePositive("projection", columns));
      return this;
    }

    /** Adds a bias, {@code use_bias=True} of TensorFlow 1.15. */
    public Builder<T> bias() {
      this.bias = true;
      return this;
    }

    /** Returns the cell; it adds nothing to a graph before its first step. */
    public NasCell<T> build() {
      return new NasCell<>(this);
    }
  }
}
