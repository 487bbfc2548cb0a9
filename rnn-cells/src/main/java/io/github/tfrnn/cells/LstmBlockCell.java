package io.github.tfrnn.cells;

import io.github.tfrnn.ops.BlockLstm;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import java.util.List;
import java.util.OptionalDouble;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.nn.LSTMBlockCell;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TFloating;

/**
 * The long short-term memory cell as one op a step, with the weights of {@link LstmCell}.
 *
 * <p>With batch size {@code B}, input width {@code D} and {@code H} units, one step computes
 *
 * <pre>{@code
 * [i, j, f, o] = [x, h] * kernel + bias
 * c' = c * sigmoid(f + forgetBias + w_f_diag * c) + sigmoid(i + w_i_diag * c) * tanh(j)
 * c' = clip(c', -cellClip, cellClip)
 * h' = tanh(c') * sigmoid(o + w_o_diag * c')
 * }</pre>
 *
 * <p>The terms with {@code w_*_diag} are there with {@link Builder#peepholes()} only, the clip with
 * {@link Builder#cellClip} only. Values and gradients are those of an {@link LstmCell} with the
 * same settings, up to rounding. There is no projection and no other activation, types are single
 * and half precision, and a batch must have a row: so the kernels want it.
 *
 * <p>Its scope, {@code lstm_cell} by default, holds in the order of their creation {@code kernel},
 * shape {@code [D + H, 4H]}, columns i, j, f, o; {@code bias}, shape {@code [4H]}, zeros at first;
 * {@code w_i_diag}, {@code w_f_diag}, {@code w_o_diag}, shape {@code [H]}. Names and shapes are
 * those of {@link LstmCell}, so a checkpoint of the one fits the other.
 *
 * <p>Source: {@code tf.contrib.rnn.LSTMBlockCell} of TensorFlow 1.15. Where the clip bites, the
 * gradient there went on as if there were none; here it is zero, as that of {@link LstmCell}. There
 * a {@code cell_clip} of 0 meant no clip, and for {@code LSTMCell} a memory of zeros; here 0 is
 * refused.
 */
public final class LstmBlockCell<T extends TFloating> implements TensorCell<T, LstmState<T>> {
  private final Class<T> type;
  private final int units;
  private final float forgetBias;
  private final boolean peepholes;
  private final OptionalDouble cellClip;
  private final CellScope scope;

  private LstmBlockCell(Builder<T> builder) {
    type = builder.type;
    units = builder.units;
    forgetBias = (float) builder.forgetBias;
    peepholes = builder.peepholes;
    cellClip = builder.cellClip;
    scope = builder.scope();
  }

  /**
   * Begins a cell.
   *
   * @param type the type of input, state and weights, {@code TFloat32} or {@code TFloat16}
   * @param units H, at least 1
   * @throws IllegalArgumentException if {@code units < 1}, or for another type
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
    return Structure.tensor(stateSize().leaves().get(1));
  }

  @Override
  public Structure<LstmState<T>> stateSize() {
    return LstmState.structure(type, units, units);
  }

  /** Whether the memory is clipped. */
  public boolean clips() {
    return cellClip.isPresent();
  }

  /**
   * {@inheritDoc}
   *
   * @param x shape {@code [B, D]}; D must be known while the graph is built
   * @param state both parts of shape {@code [B, H]}
   * @return output {@code h'}, shape {@code [B, H]}, and the state {@code (c', h')}. A run fails
   *     where x or the state turns out to have another shape, or no row
   */
  @Override
  public Step<Operand<T>, LstmState<T>> step(
      VariableScope scope, Operand<T> x, LstmState<T> state) {
    return this.scope.within(
        scope,
        own -> {
          var tf = own.tf();
          long depth = Fit.depth(own.name(), x, type);
          Fit.state(own.name(), stateSize(), state, x);
          var weights = weights(own, depth);
          var step =
              tf.nn.lSTMBlockCell(
                  matrix(tf, x, depth),
                  matrix(tf, state.c(), units),
                  matrix(tf, state.h(), units),
                  weights.kernel(),
                  weights.i(),
                  weights.f(),
                  weights.o(),
                  weights.bias(),
                  LSTMBlockCell.forgetBias(forgetBias),
                  LSTMBlockCell.cellClip(cellClip()),
                  LSTMBlockCell.usePeephole(peepholes));
          return new Step<>(step.h(), new LstmState<>(step.cs(), step.h()));
        });
  }

  /**
   * Returns {@code value} with a check, when the graph runs, that it is a matrix of this width: the
   * kernel ends the process on a vector.
   */
  private static <T extends TFloating> Operand<T> matrix(Ops tf, Operand<T> value, long columns) {
    return tf.ensureShape(value, Shape.of(-1, columns));
  }

  /**
   * Emits the first steps of a sequence as one op, {@code BlockLSTM}.
   *
   * <p>Its gradient goes on through a clip as if there were none; where that matters, take single
   * steps.
   *
   * @param scope as in {@link #step}
   * @param count how many steps, a scalar, from 0 to T
   * @param x shape {@code [T, B, D]}; D must be known while the graph is built
   * @param state both parts of shape {@code [B, H]}
   * @return c and h after each step, {@code [T, B, H]}, with zeros from step {@code count} on
   * @throws IllegalArgumentException if x or the state does not fit
   */
  public LstmState<T> steps(
      VariableScope scope, Operand<TInt64> count, Operand<T> x, LstmState<T> state) {
    return this.scope.within(
        scope,
        own -> {
          long depth = Fit.depthOfSequence(own.name(), x, type);
          Fit.state(own.name(), stateSize(), state, x.shape().get(1));
          var weights = weights(own, depth);
          var steps =
              new BlockLstm(forgetBias, cellClip(), peepholes)
                  .add(own.tf(), count, x, state.c(), state.h(), weights);
          return new LstmState<>(steps.c(), steps.h());
        });
  }

  /** The clip as the kernels take it. */
  private float cellClip() {
    return (float) cellClip.orElse(-1);
  }

  private BlockLstm.Weights<T> weights(VariableScope own, long depth) {
    var gates = Linear.variables(own, depth + units, 4L * units, type);
    return new BlockLstm.Weights<>(
        gates.kernel(),
        gates.bias(),
        diagonal(own, "w_i_diag"),
        diagonal(own, "w_f_diag"),
        diagonal(own, "w_o_diag"));
  }

  /** Peephole weights; without peepholes, what the kernels take in their place and do not read. */
  private Operand<T> diagonal(VariableScope own, String name) {
    return peepholes
        ? own.variable(name, Shape.of(units), type)
        : own.tf().dtypes.cast(own.tf().constant(new float[units]), type);
  }

  /** Settings of an {@link LstmBlockCell}. */
  public static final class Builder<T extends TFloating> extends UnitsBuilder<T, Builder<T>> {
    private double forgetBias = 1;
    private boolean peepholes;
    private OptionalDouble cellClip = OptionalDouble.empty();

    private Builder(Class<T> type, int units) {
      super(type, units, "lstm_cell");
      BlockCells.requireType(
          "lstm_cell", "LSTMBlockCell", "LstmCell", type, List.of(TFloat32.class, TFloat16.class));
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

    /** Lets the gates see the memory, through a weight for each unit. */
    public Builder<T> peepholes() {
      this.peepholes = true;
      return this;
    }

    /**
     * Clips the memory to {@code [-limit, limit]}.
     *
     * @param limit above 0
     * @throws IllegalArgumentException if {@code limit} is not above 0
     */
    public Builder<T> cellClip(double limit) {
      if (!((float) limit > 0)) {
        throw refused(
            "cellClip",
            "above 0",
            limit + ". To the kernel 0 is no clip; leave the setting out for that");
      }
      this.cellClip = OptionalDouble.of(limit);
      return this;
    }

    /** Returns the cell; it adds nothing to a graph before its first step. */
    public LstmBlockCell<T> build() {
      return new LstmBlockCell<>(this);
    }
  }
}
