package io.github.tfrnn.cells;

import static java.util.Objects.requireNonNull;

import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.VariableScope;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * Mixes the input of a cell and its output, as two gates that see the input say.
 *
 * <p>With batch size {@code B} and width {@code D} of both input and output, one step computes
 *
 * <pre>{@code
 * carry     = sigmoid(x * carry_w + carry_b)
 * transform = 1 - carry                                  // coupled, the default
 *           = sigmoid(x * transform_w + transform_b)     // separate
 * output    = x * carry + cell(x, state) * transform
 * }</pre>
 *
 * <p>Its variables stand in the scope that it is first called in, without a scope of its own, after
 * those of the cell: {@code carry_w}, shape {@code [D, D]}; {@code carry_b}, shape {@code [D]}, at
 * first {@code carryBias}, 1 by default; and with separate gates {@code transform_w}, {@code [D,
 * D]}, and {@code transform_b}, {@code [D]}, at first {@code -carryBias}. The gates of a sequence
 * are computed for all steps at once, before the loop. (Before the loop there are only the
 * variables of the first layer of a stack: in one, those of the layers above come last.)
 *
 * <p>Sources: Srivastava and others 2015; {@code tf.contrib.rnn.HighwayWrapper} of TensorFlow 1.15.
 */
public final class HighwayWrapper<T extends TFloating, S> extends CellWrapper<T, S> {
  private static final String NAME = "highway_wrapper";

  private final boolean coupled;
  private final double carryBias;
  private final CellScope scope = CellScope.here();

  private HighwayWrapper(Builder<T, S> builder) {
    super(builder.cell);
    coupled = builder.coupled;
    carryBias = builder.carryBias;
  }

  /** Begins a wrapper of {@code cell} with coupled gates. */
  public static <T extends TFloating, S> Builder<T, S> builder(TensorCell<T, S> cell) {
    return new Builder<>(cell);
  }

  /**
   * {@inheritDoc}
   *
   * @param x shape {@code [B, D]}, the shape of the cell's output
   * @throws IllegalArgumentException if input or state do not fit the cell, or input and output
   *     have different shapes
   */
  @Override
  public Step<Operand<T>, S> step(VariableScope scope, Operand<T> x, S state) {
    long depth = depth(scope, x);
    var step = cell.step(scope, x, state);
    var tf = scope.tf();
    var gates = this.scope.within(scope, own -> gates(own, x, depth));
    return new Step<>(mixed(tf, gates.carried(), gates.transform(), step.output()), step.state());
  }

  @Override
  public Projection<T, S> project(VariableScope scope, Operand<T> inputs) {
    long depth = depth(scope, inputs);
    return Projections.beside(
        cell,
        scope,
        inputs,
        () -> {
          var gates = this.scope.within(scope, own -> gates(own, inputs, depth));
          return List.of(gates.carried(), gates.transform());
        },
        (tf, gates, output) -> mixed(tf, gates.get(0), gates.get(1), output));
  }

  private long depth(VariableScope scope, Operand<T> x) {
    String who = who(scope, NAME);
    Fit.sameAsOutput(who, this, x, "An InputProjectionWrapper around it gives x that width.");
    return Fit.depth(who, x, type());
  }

  /**
   * What the input alone decides.
   *
   * @param carried {@code x * carry}
   */
  private record Gates<T extends TFloating>(Operand<T> carried, Operand<T> transform) {}

  private Gates<T> gates(VariableScope own, Operand<T> x, long depth) {
    var tf = own.tf();
    var carry = gate(own, "carry", x, depth, carryBias);
    var transform =
        coupled
            ? tf.math.sub(tf.constantOfSameType(x, 1), carry)
            : gate(own, "transform", x, depth, -carryBias);
    return new Gates<>(tf.math.mul(x, carry), transform);
  }

  private Operand<T> gate(VariableScope own, String name, Operand<T> x, long depth, double bias) {
    var w = own.variable(name + "_w", Shape.of(depth, depth), type());
    var b = own.variable(name + "_b", Shape.of(depth), type(), Initializers.constant(bias));
    var tf = own.tf();
    return tf.math.sigmoid(tf.nn.biasAdd(tf.linalg.matMul(x, w), b));
  }

  private static <T extends TFloating> Operand<T> mixed(
      Ops tf, Operand<T> carried, Operand<T> transform, Operand<T> output) {
    return tf.math.add(carried, tf.math.mul(output, transform));
  }

  /** Settings of a {@link HighwayWrapper}. */
  public static final class Builder<T extends TFloating, S> {
    private final TensorCell<T, S> cell;
    private boolean coupled = true;
    private double carryBias = 1;

    private Builder(TensorCell<T, S> cell) {
      this.cell = requireNonNull(cell, "cell");
    }

    /** Gives the transform gate weights of its own; by default it is one minus the carry gate. */
    public Builder<T, S> separateGates() {
      this.coupled = false;
      return this;
    }

    /**
     * Sets the first bias of the carry gate, 1 by default; the transform gate gets its negative.
     */
    public Builder<T, S> carryBias(double carryBias) {
      this.carryBias = carryBias;
      return this;
    }

    /** Returns the wrapper; it adds nothing to a graph before its first step. */
    public HighwayWrapper<T, S> build() {
      return new HighwayWrapper<>(this);
    }
  }
}
