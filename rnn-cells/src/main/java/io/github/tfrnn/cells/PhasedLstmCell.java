package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Shapes;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableInitializer;
import io.github.tfrnn.ops.VariableScope;
import java.util.List;
import java.util.function.UnaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TType;

/**
 * The long short-term memory cell for events that come at any time: each unit has a clock, and
 * changes while its clock is open.
 *
 * <p>With batch size {@code B}, input width {@code D} and {@code H} units, one step takes the time
 * t, shape {@code [B, 1]}, x, shape {@code [B, D]}, and the state c and h, each {@code [B, H]}, and
 * computes
 *
 * <pre>{@code
 * [i, f] = sigmoid([x, h] * mask_gates/kernel + mask_gates/bias)
 * c~ = c * f + i * activation([x, h] * new_input/kernel + new_input/bias)
 * o  = sigmoid([x, h] * output_gate/kernel + output_gate/bias)
 * h~ = activation(c~) * o
 *
 * r  = (t - phase) / period, without its whole part
 * k  = 2 r / ratio_on        where r < ratio_on / 2
 *      2 - 2 r / ratio_on    where r < ratio_on
 *      leak * r              elsewhere
 * c' = k * c~ + (1 - k) * c
 * h' = k * h~ + (1 - k) * h
 * }</pre>
 *
 * <p>With {@link Builder#peepholes()} {@code [x, h, c]} stands for {@code [x, h]} in the first line
 * and {@code [x, h, c~]} in the third. r is computed in the type of t.
 *
 * <p>Its scope, {@code phased_lstm_cell} by default, holds in the order of their creation, with N
 * for {@code D + H}, or {@code D + 2H} with peepholes,
 *
 * <ul>
 *   <li>{@code mask_gates/kernel}, shape {@code [N, 2H]}, columns i, f, and {@code
 *       mask_gates/bias};
 *   <li>{@code new_input/kernel}, shape {@code [D + H, H]}, and {@code new_input/bias};
 *   <li>{@code output_gate/kernel}, shape {@code [N, H]}, and {@code output_gate/bias};
 *   <li>{@code period}, shape {@code [H]}, between the bounds of {@link Builder#period} at first,
 *       evenly in its logarithm;
 *   <li>{@code phase}, shape {@code [H]}, between 0 and the first period of its unit;
 *   <li>{@code ratio_on}, shape {@code [H]}, which {@link Builder#fixedRatioOn} keeps from
 *       training.
 * </ul>
 *
 * <p>Biases are zeros at first, and kernels begin with the initializer of the scope around.
 *
 * <p>The gradient of r is that of the formula. TensorFlow 1.15 leaves out what the whole part has
 * to do with the period, so its periods learn from the place within the cycle only.
 *
 * <p>Sources: Neil, Pfeiffer and Liu 2016; {@code tf.contrib.rnn.PhasedLSTMCell} of TensorFlow
 * 1.15.
 */
public final class PhasedLstmCell<T extends TFloating>
    implements HasProjection<TimedInput<T>, T, LstmState<T>> {
  private final Builder<T> settings;
  private final CellScope scope;

  private PhasedLstmCell(Builder<T> settings) {
    this.settings = settings;
    scope = settings.scope();
  }

  /**
   * Begins a cell.
   *
   * @param type the type of x, state and weights
   * @param units H, at least 1
   * @throws IllegalArgumentException if {@code units < 1}
   */
  public static <T extends TFloating> Builder<T> builder(Class<T> type, int units) {
    return new Builder<>(type, units);
  }

  @Override
  public Structure<TimedInput<T>> inputSize() {
    return TimedInput.structure();
  }

  @Override
  public Structure<Operand<T>> outputSize() {
    return Structure.tensor(Leaf.of("h", settings.type, Shape.of(settings.units)));
  }

  @Override
  public Structure<LstmState<T>> stateSize() {
    return LstmState.structure(settings.type, settings.units, settings.units);
  }

  /**
   * {@inheritDoc}
   *
   * @param input time, shape {@code [B, 1]}, and x, shape {@code [B, D]}, where D must be known
   *     while the graph is built
   * @param state both parts of shape {@code [B, H]}
   * @return output {@code h'}, shape {@code [B, H]}, and the state {@code (c', h')}
   */
  @Override
  public Step<Operand<T>, LstmState<T>> step(
      VariableScope scope, TimedInput<T> input, LstmState<T> state) {
    return this.scope.within(
        scope,
        own -> {
          long depth = depth(own.name(), input);
          Fit.state(own.name(), stateSize(), state, input.x());
          return weights(own, depth).step(own.tf(), input, state);
        });
  }

  /** The products of x, and how far the clocks are open, which only time decides. */
  @Override
  public ProjectsInput.Projection<T, LstmState<T>> project(
      VariableScope scope, TimedInput<T> inputs) {
    return this.scope.within(
        scope,
        own -> {
          long depth = depth(own.name(), inputs);
          var projection = weights(own, depth).project(own.tf(), inputs, depth);
          return new ProjectsInput.Projection<>(
              projection.inputs(),
              (tf, projected, state) -> {
                Fit.state(own.name(), stateSize(), state, projected.get(0));
                return projection.recurrence().step(tf, projected, state);
              });
        });
  }

  private long depth(String who, TimedInput<T> input) {
    long depth = Fit.depth(who, input.x(), settings.type);
    requireTime(who, input);
    return depth;
  }

  private static void requireTime(String who, TimedInput<?> input) {
    var time = input.time();
    if (!TFloating.class.isAssignableFrom(time.type())) {
      throw new IllegalArgumentException(
          who + ": time must be floating point, got " + time.type().getSimpleName());
    }
    var expected = Shape.of(input.x().shape().get(0), 1);
    if (time.shape().numDimensions() != 2 || !time.shape().isCompatibleWith(expected)) {
      throw new IllegalArgumentException(
          who
              + ": time must have shape "
              + Shapes.text(expected)
              + ", got "
              + Shapes.text(time.shape()));
    }
  }

  private Weights<T> weights(VariableScope own, long depth) {
    int units = settings.units;
    var type = settings.type;
    var zeros = Initializers.zeros();
    long seen = depth + (settings.peepholes ? 2L : 1L) * units;
    var mask = Linear.variables(own, "mask_gates/", seen, 2L * units, type, zeros);
    var fresh = Linear.variables(own, "new_input/", depth + units, units, type, zeros);
    var output = Linear.variables(own, "output_gate/", seen, units, type, zeros);
    var periods = new Periods(settings.shortest, settings.longest);
    var shape = Shape.of(units);
    return new Weights<>(
        settings,
        mask,
        fresh,
        output,
        own.variable("period", shape, type, periods),
        own.variable("phase", shape, type, periods.phases()),
        own.withTrainable(settings.trainableRatioOn)
            .variable("ratio_on", shape, type, Initializers.constant(settings.ratioOn)));
  }

  /** The variables. */
  private record Weights<T extends TFloating>(
      Builder<T> settings,
      Linear<T> mask,
      Linear<T> fresh,
      Linear<T> output,
      Operand<T> period,
      Operand<T> phase,
      Operand<T> ratioOn) {

    Step<Operand<T>, LstmState<T>> step(Ops tf, TimedInput<T> input, LstmState<T> state) {
      var xh = tf.concat(List.of(input.x(), state.h()), tf.constant(1));
      return next(
          tf,
          mask.of(tf, seen(tf, xh, state.c())),
          fresh.of(tf, xh),
          c -> output.of(tf, seen(tf, xh, c)),
          openness(tf, input.time()),
          state);
    }

    /** What a gate sees: {@code rows}, and the memory where there are peepholes. */
    private Operand<T> seen(Ops tf, Operand<T> rows, Operand<T> c) {
      return settings.peepholes ? tf.concat(List.of(rows, c), tf.constant(1)) : rows;
    }

    ProjectsInput.Projection<T, LstmState<T>> project(
        Ops outside, TimedInput<T> inputs, long depth) {
      long units = settings.units;
      long sees = settings.peepholes ? 2 * units : units;
      var masks = mask.halves(outside, depth, sees);
      var news = fresh.halves(outside, depth, units);
      var outputs = output.halves(outside, depth, sees);
      var kernel = Columns.join(outside, List.of(masks.input(), news.input(), outputs.input()));
      var products = outside.linalg.matMul(inputs.x(), kernel);
      return new ProjectsInput.Projection<>(
          Columns.join(outside, List.of(products, openness(outside, inputs.time()))),
          (tf, projected, state) -> {
            var parts = Columns.split(tf, projected, 2 * units, units, units, units);
            return next(
                tf,
                masks.of(tf, parts.get(0), seen(tf, state.h(), state.c())),
                news.of(tf, parts.get(1), state.h()),
                c -> outputs.of(tf, parts.get(2), seen(tf, state.h(), c)),
                parts.get(3),
                state);
          });
    }

    /**
     * What follows the products.
     *
     * @param mask that of i and f
     * @param fresh that of the new input
     * @param output that of o, from the memory before the clocks
     * @param k how far the clocks are open
     */
    private Step<Operand<T>, LstmState<T>> next(
        Ops tf,
        Operand<T> mask,
        Operand<T> fresh,
        UnaryOperator<Operand<T>> output,
        Operand<T> k,
        LstmState<T> state) {
      var gates = Columns.split(tf, tf.math.sigmoid(mask), settings.units, settings.units);
      var j = settings.activation.apply(tf, fresh);
      var c = tf.math.add(tf.math.mul(state.c(), gates.get(1)), tf.math.mul(gates.get(0), j));
      var o = tf.math.sigmoid(output.apply(c));
      var h = tf.math.mul(settings.activation.apply(tf, c), o);
      var next = new LstmState<>(blend(tf, k, c, state.c()), blend(tf, k, h, state.h()));
      return new Step<>(next.h(), next);
    }

    /** k * fresh + (1 - k) * old. */
    private Operand<T> blend(Ops tf, Operand<T> k, Operand<T> fresh, Operand<T> old) {
      return tf.math.add(old, tf.math.mul(k, tf.math.sub(fresh, old)));
    }

    /** How far the clocks of the units are open, k, shape {@code [B, H]}. */
    private Operand<T> openness(Ops tf, Operand<? extends TFloating> time) {
      var r = tf.dtypes.cast(cycle(tf, time), period.type());
      var up = tf.math.div(tf.math.add(r, r), ratioOn);
      var down = tf.math.sub(tf.constantOfSameType(up, 2), up);
      var closed = tf.math.mul(tf.constantOfSameType(r, settings.leak), r);
      var half = tf.math.mul(ratioOn, tf.constantOfSameType(ratioOn, 0.5));
      var falling = tf.select(tf.math.less(r, ratioOn), down, closed);
      return tf.select(tf.math.less(r, half), up, falling);
    }

    /** r, in the type of the time. */
    private <U extends TFloating> Operand<U> cycle(Ops tf, Operand<U> time) {
      var since = tf.math.sub(time, tf.dtypes.cast(phase, time.type()));
      var cycles = tf.math.div(since, tf.dtypes.cast(period, time.type()));
      return tf.math.sub(cycles, tf.math.floor(cycles));
    }
  }

  /** The first values of the periods, and of the phases, which depend on them. */
  private static final class Periods implements VariableInitializer {
    private final VariableInitializer logarithms;
    private long seed;

    Periods(double shortest, double longest) {
      logarithms = Initializers.uniform(Math.log(shortest), Math.log(longest));
    }

    @Override
    public Operand<? extends TType> initialValue(
        Ops tf, Shape shape, Class<? extends TType> type, long seed) {
      this.seed = seed;
      return tf.dtypes.cast(periods(tf, shape, seed), type);
    }

    private Operand<TFloat64> periods(Ops tf, Shape shape, long seed) {
      var drawn = logarithms.initialValue(tf, shape, TFloat64.class, seed);
      return tf.math.exp(tf.dtypes.cast(drawn, TFloat64.class));
    }

    /** Uniform between zero and the first period: the same draw again, as a variable may change. */
    VariableInitializer phases() {
      var part = Initializers.uniform(0, 1);
      return (tf, shape, type, own) -> {
        var drawn = part.initialValue(tf, shape, TFloat64.class, own);
        var parts = tf.dtypes.cast(drawn, TFloat64.class);
        return tf.dtypes.cast(tf.math.mul(parts, periods(tf, shape, seed)), type);
      };
    }
  }

  /** Settings of a {@link PhasedLstmCell}. */
  public static final class Builder<T extends TFloating> extends CellBuilder<T, Builder<T>> {
    private boolean peepholes;
    private double leak = 0.001;
    private double ratioOn = 0.1;
    private boolean trainableRatioOn = true;
    private double shortest = 1;
    private double longest = 1000;

    private Builder(Class<T> type, int units) {
      super(type, units, "phased_lstm_cell");
    }

    private Builder(Builder<T> other) {
      super(other);
      peepholes = other.peepholes;
      leak = other.leak;
      ratioOn = other.ratioOn;
      trainableRatioOn = other.trainableRatioOn;
      shortest = other.shortest;
      longest = other.longest;
    }

    @Override
    Builder<T> self() {
      return this;
    }

    /** Lets the gates see the memory, through all weights of their kernels. */
    public Builder<T> peepholes() {
      this.peepholes = true;
      return this;
    }

    /** Sets how much of a change passes while a clock is closed, 0.001 by default. */
    public Builder<T> leak(double leak) {
      this.leak = leak;
      return this;
    }

    /**
     * Sets the part of a period that a clock is open for at first, 0.1 by default.
     *
     * @throws IllegalArgumentException if {@code ratio} is not above 0 and at most 1
     */
    public Builder<T> ratioOn(double ratio) {
      if (!(ratio > 0 && ratio <= 1)) {
        throw refused("ratioOn", "above 0 and at most 1", Double.toString(ratio));
      }
      this.ratioOn = ratio;
      return this;
    }

    /** Keeps that part as it is: {@code trainable_ratio_on=False} of TensorFlow 1.15. */
    public Builder<T> fixedRatioOn() {
      this.trainableRatioOn = false;
      return this;
    }

    /**
     * Sets the bounds of the first periods, 1 and 1000 by default.
     *
     * @throws IllegalArgumentException unless {@code 0 < shortest <= longest}, both finite
     */
    public Builder<T> period(double shortest, double longest) {
      if (!(shortest > 0 && shortest <= longest && longest < Double.POSITIVE_INFINITY)) {
        throw refused("period", "0 < shortest <= longest", shortest + " and " + longest);
      }
      this.shortest = shortest;
      this.longest = longest;
      return this;
    }

    /** Returns the cell; it adds nothing to a graph before its first step. */
    public PhasedLstmCell<T> build() {
      return new PhasedLstmCell<>(new Builder<>(this));
    }
  }
}
