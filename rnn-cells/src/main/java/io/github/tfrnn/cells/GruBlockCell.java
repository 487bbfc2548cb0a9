package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/**
 * The gated recurrent unit as one op a step; its output is its state.
 *
 * <p>With batch size {@code B}, input width {@code D} and {@code H} units, one step computes
 *
 * <pre>{@code
 * [r, u] = sigmoid([x, h] * gates/kernel + gates/bias)
 * c  = tanh([x, r * h] * candidate/kernel + candidate/bias)
 * h' = u * h + (1 - u) * c
 * }</pre>
 *
 * <p>Values and gradients are those of {@link GruCell}, up to rounding. There is no other
 * activation, and single precision is the one type that the kernel takes.
 *
 * <p>Its scope, {@code gru_cell} by default, holds in the order of their creation
 *
 * <table>
 * <caption>Names of the variables</caption>
 * <tr><th>{@link #builder}</th><th>{@link #builderV2}</th><th>shape</th><th>at first</th></tr>
 * <tr><td>{@code w_ru}</td><td>{@code gates/kernel}</td><td>{@code [D + H, 2H]}, columns r, u</td>
 *     <td>as the scope says</td></tr>
 * <tr><td>{@code b_ru}</td><td>{@code gates/bias}</td><td>{@code [2H]}</td><td>ones</td></tr>
 * <tr><td>{@code w_c}</td><td>{@code candidate/kernel}</td><td>{@code [D + H, H]}</td>
 *     <td>as the scope says</td></tr>
 * <tr><td>{@code b_c}</td><td>{@code candidate/bias}</td><td>{@code [H]}</td><td>zeros</td></tr>
 * </table>
 *
 * <p>The names of the second version are those of {@link GruCell}, so a checkpoint of the one fits
 * the other. Sources: {@code tf.contrib.rnn.GRUBlockCell} and {@code GRUBlockCellV2} of TensorFlow
 * 1.15.
 */
public final class GruBlockCell<T extends TFloating> implements TensorCell<T, Operand<T>> {
  private final Class<T> type;
  private final int units;
  private final List<String> names;
  private final CellScope scope;

  private GruBlockCell(Builder<T> builder) {
    type = builder.type;
    units = builder.units;
    names = builder.names;
    scope = builder.scope();
  }

  /**
   * Begins a cell with the names of {@code GRUBlockCell}.
   *
   * @param type the type of input, state and weights, {@code TFloat32}
   * @param units H, at least 1
   * @throws IllegalArgumentException if {@code units < 1}, or for another type
   */
  public static <T extends TFloating> Builder<T> builder(Class<T> type, int units) {
    return new Builder<>(type, units, List.of("w_ru", "b_ru", "w_c", "b_c"));
  }

  /**
   * Begins a cell with the names of {@code GRUBlockCellV2}, which are those of {@link GruCell}.
   *
   * @param type the type of input, state and weights, {@code TFloat32}
   * @param units H, at least 1
   * @throws IllegalArgumentException if {@code units < 1}, or for another type
   */
  public static <T extends TFloating> Builder<T> builderV2(Class<T> type, int units) {
    return new Builder<>(
        type, units, List.of("gates/kernel", "gates/bias", "candidate/kernel", "candidate/bias"));
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
   * @return {@code h'}, shape {@code [B, H]}, as output and as state. A run fails where x or h
   *     turns out to have another shape
   */
  @Override
  public Step<Operand<T>, Operand<T>> step(VariableScope scope, Operand<T> x, Operand<T> h) {
    return this.scope.within(
        scope,
        own -> {
          var tf = own.tf();
          long depth = Fit.depth(own.name(), x, type);
          Fit.state(own.name(), stateSize(), h, x);
          long rows = depth + units;
          var gates = own.variable(names.get(0), Shape.of(rows, 2L * units), type);
          var gateBias =
              own.variable(names.get(1), Shape.of(2L * units), type, Initializers.ones());
          var candidate = own.variable(names.get(2), Shape.of(rows, units), type);
          var bias = own.variable(names.get(3), Shape.of(units), type, Initializers.zeros());
          var next = tf.nn.gRUBlockCell(x, h, gates, candidate, gateBias, bias).h();
          return new Step<>(next, next);
        });
  }

  /** Settings of a {@link GruBlockCell}. */
  public static final class Builder<T extends TFloating> extends UnitsBuilder<T, Builder<T>> {
    private final List<String> names;

    private Builder(Class<T> type, int units, List<String> names) {
      super(type, units, "gru_cell");
      this.names = names;
      BlockCells.requireType("gru_cell", "GRUBlockCell", "GruCell", type, List.of(TFloat32.class));
    }

    @Override
    Builder<T> self() {
      return this;
    }

    /** Returns the cell; it adds nothing to a graph before its first step. */
    public GruBlockCell<T> build() {
      return new GruBlockCell<>(this);
    }
  }
}
