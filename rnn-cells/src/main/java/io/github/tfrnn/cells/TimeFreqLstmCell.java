package io.github.tfrnn.cells;

import io.github.tfrnn.cells.Linear.Halves;
import io.github.tfrnn.cells.LstmUpdate.Peepholes;
import io.github.tfrnn.ops.Activation;
import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableInitializer;
import io.github.tfrnn.ops.VariableScope;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * The time-frequency LSTM, whose input is a spectrum: in every time step one LSTM goes up through
 * windows of the columns and sees what it gave for the window before.
 *
 * <p>A window is {@code featureSize} columns wide, and each is {@code frequencySkip} columns behind
 * the one before. With batch size {@code B} and {@code H} units, the step of window k computes
 *
 * <pre>{@code
 * [i, j, f, o] = [x of window k, m of window k, m' of window k - 1] * W + B
 * c' = c * sigmoid(f + forgetBias + W_F_diag * c) + sigmoid(i + W_I_diag * c) * tanh(j)
 * c' = clip(c', -cellClip, cellClip)
 * m' = sigmoid(o + W_O_diag * c') * tanh(c')
 * }</pre>
 *
 * <p>c and m come from the time step before and are the state; what stands before the first window
 * is zero. The terms with {@code W_*_diag} are there with {@code peepholes()}, the clip with {@code
 * cellClip} only. The output is m' of all windows side by side, shape {@code [B, H * windows]}.
 *
 * <p>Its scope, {@code time_freq_lstm_cell} by default, holds in the order of their creation {@code
 * W_0}, shape {@code [featureSize + 2H, 4H]}, columns i, j, f, o, with {@code W_1} and so on where
 * there are {@code unitShards}; {@code B}, shape {@code [4H]}, zeros at first; {@code W_F_diag},
 * {@code W_I_diag} and {@code W_O_diag}, shape {@code [H]}.
 *
 * <p>Sources: Sainath and Li 2016; {@code tf.contrib.rnn.TimeFreqLSTMCell} of TensorFlow 1.15.
 * There the sizes of state and output leave out the number of windows, so that no driver can run
 * it; here {@code frequencySteps} says it. There the state is one tensor, which is {@link
 * ConcatenatedState} here, and {@code initializer} is not used.
 */
public final class TimeFreqLstmCell<T extends TFloating>
    implements ProjectsInput<T, List<LstmState<T>>> {
  private final Class<T> type;
  private final int units;
  private final double forgetBias;
  private final boolean peepholes;
  private final OptionalDouble cellClip;
  private final int unitShards;
  private final @Nullable VariableInitializer initializer;
  private final Activation<T> activation;
  private final FrequencyWindows windows;
  private final CellScope scope;

  private TimeFreqLstmCell(Builder<T> builder) {
    type = builder.type;
    units = builder.units;
    forgetBias = builder.forgetBias;
    peepholes = builder.peepholes;
    cellClip = builder.cellClip;
    unitShards = builder.unitShards;
    initializer = builder.initializer;
    activation = builder.activation;
    windows = builder.windows();
    scope = builder.scope();
  }

  /**
   * Begins a cell; {@code featureSize} and {@code frequencySteps} must be set.
   *
   * @param type the type of input, state and weights
   * @param units H, at least 1
   * @throws IllegalArgumentException if {@code units < 1}
   */
  public static <T extends TFloating> Builder<T> builder(Class<T> type, int units) {
    return new Builder<>(type, units);
  }

  @Override
  public Class<T> type() {
    return type;
  }

  @Override
  public Structure<Operand<T>> outputSize() {
    return Structure.tensor(Leaf.of("m", type, Shape.of((long) units * windows.total())));
  }

  /** For each window {@code state_f00_c} and {@code state_f00_m}. */
  @Override
  public Structure<List<LstmState<T>>> stateSize() {
    var leaves = new ArrayList<Leaf>();
    for (int k = 0; k < windows.total(); k++) {
      leaves.add(Leaf.of("state_f%02d_c".formatted(k), type, Shape.of(units)));
      leaves.add(Leaf.of("state_f%02d_m".formatted(k), type, Shape.of(units)));
    }
    return StateLists.of(LstmState.structure(type, units, units), leaves);
  }

  /**
   * {@inheritDoc}
   *
   * @param x shape {@code [B, D]}; D must be known while the graph is built and have as many
   *     windows as {@code frequencySteps} says
   * @param states for each window c and h, which is m, of shape {@code [B, H]}
   * @return the outputs of all windows, and the new states
   */
  @Override
  public Step<Operand<T>, List<LstmState<T>>> step(
      VariableScope scope, Operand<T> x, List<LstmState<T>> states) {
    return this.scope.within(
        scope,
        own -> {
          requireFit(own.name(), x);
          requireState(own.name(), states, x);
          var weights = weights(own);
          return next(own.tf(), weights, weights.project(own.tf(), windows, x), states);
        });
  }

  @Override
  public Projection<T, List<LstmState<T>>> project(VariableScope scope, Operand<T> inputs) {
    return this.scope.within(
        scope,
        own -> {
          requireFit(own.name(), inputs);
          var weights = weights(own);
          var products = weights.project(own.tf(), windows, inputs);
          return new Projection<>(
              Columns.join(own.tf(), products),
              (tf, projected, states) -> {
                requireState(own.name(), states, projected);
                return next(tf, weights, Columns.equal(tf, projected, windows.total()), states);
              });
        });
  }

  private void requireFit(String who, Operand<T> x) {
    windows.requireFit(who, "frequencySteps", Fit.depth(who, x, type));
  }

  private void requireState(String who, List<LstmState<T>> states, Operand<T> rows) {
    if (states.size() != windows.total()) {
      throw new IllegalArgumentException(
          who
              + ": state must be one for each of "
              + windows.total()
              + " frequency steps, got "
              + states.size());
    }
    Fit.state(who, stateSize(), states, rows);
  }

  private Weights<T> weights(VariableScope inside) {
    var tf = Ops.create(inside.graph()); // what is made of weights alone stays outside of a loop
    var here = inside.withOps(tf);
    var own = initializer == null ? here : here.withInitializer(initializer);
    long rows = windows.size() + 2L * units;
    var kernel = Shards.kernel(own, "W", rows, 4L * units, type, unitShards);
    var bias = own.variable("B", Shape.of(4L * units), type, Initializers.zeros());
    var gates =
        new Linear<>(kernel, bias).shifted(tf, Columns.row(tf, type, units, 0, 0, forgetBias, 0));
    var diagonals = diagonals(own);
    return new Weights<>(
        gates.halves(tf, windows.size(), 2L * units),
        new LstmUpdate<>(false, diagonals, cellClip, activation));
  }

  private Peepholes<T> diagonals(VariableScope own) {
    if (!peepholes) {
      return Peepholes.none();
    }
    var f = own.variable("W_F_diag", Shape.of(units), type);
    var i = own.variable("W_I_diag", Shape.of(units), type);
    var o = own.variable("W_O_diag", Shape.of(units), type);
    return new Peepholes<>(List.of(f), List.of(i), List.of(o));
  }

  private static <T extends TFloating> Step<Operand<T>, List<LstmState<T>>> next(
      Ops tf, Weights<T> weights, List<Operand<T>> products, List<LstmState<T>> states) {
    var next = new ArrayList<LstmState<T>>();
    var outputs = new ArrayList<Operand<T>>();
    Operand<T> m = tf.zerosLike(states.get(0).h());
    for (int k = 0; k < states.size(); k++) {
      var state = states.get(k);
      var recurrent = tf.concat(List.of(state.h(), m), tf.constant(1));
      var z = weights.products().of(tf, products.get(k), recurrent);
      var gates = weights.update().gates(tf, z, List.of(state.c()));
      var c = weights.update().memory(tf, gates, state.c());
      m = weights.update().output(tf, weights.update().opening(tf, gates, List.of(c)), c);
      next.add(new LstmState<>(c, m));
      outputs.add(m);
    }
    return new Step<>(Columns.join(tf, outputs), List.copyOf(next));
  }

  /** The variables, or what is made of them. */
  private record Weights<T extends TFloating>(Halves<T> products, LstmUpdate<T> update) {

    List<Operand<T>> project(Ops tf, FrequencyWindows windows, Operand<T> x) {
      var projected = new ArrayList<Operand<T>>();
      windows.of(tf, x, 0).get(0).forEach(seen -> projected.add(products.project(tf, seen)));
      return projected;
    }
  }

  /** Settings of a {@link TimeFreqLstmCell}. */
  public static final class Builder<T extends TFloating>
      extends FrequencyCellBuilder<T, Builder<T>> {
    private OptionalInt frequencySteps = OptionalInt.empty();

    private Builder(Class<T> type, int units) {
      super(type, units, "time_freq_lstm_cell");
    }

    @Override
    Builder<T> self() {
      return this;
    }

    /**
     * Sets the number of windows, {@code (width of the input - featureSize) / frequencySkip + 1},
     * which must be set.
     *
     * @throws IllegalArgumentException if {@code steps < 1}
     */
    public Builder<T> frequencySteps(int steps) {
      this.frequencySteps = OptionalInt.of(requirePositive("frequencySteps", steps));
      return this;
    }

    private FrequencyWindows windows() {
      int steps = frequencySteps.orElseThrow(() -> refused("frequencySteps", "set", "none"));
      return new FrequencyWindows(requireFeatureSize(), frequencySkip, steps);
    }

    /**
     * Returns the cell; it adds nothing to a graph before its first step.
     *
     * @throws IllegalArgumentException if {@code featureSize} or {@code frequencySteps} is not set
     */
    public TimeFreqLstmCell<T> build() {
      return new TimeFreqLstmCell<>(this);
    }
  }
}
