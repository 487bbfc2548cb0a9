package io.github.tfrnn.rnn;

import io.github.tfrnn.cells.LstmBlockCell;
import io.github.tfrnn.cells.LstmState;
import io.github.tfrnn.ops.Reuse;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import java.util.List;
import java.util.function.UnaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TFloating;

/**
 * A whole sequence of {@link LstmBlockCell} as one op.
 *
 * <p>The equations, the settings, the types and the weights are those of {@link LstmBlockCell}; the
 * scope is {@code lstm_fused_cell} by default. With lengths, outputs past the end of a row are
 * zeros and its state is that after its last step, the initial one for a length of 0; nothing that
 * inputs hold there, not even NaN, changes a value or a gradient.
 *
 * <p>With a clip of the memory the cell runs step by step in a loop, as {@link Rnn#dynamicRnn}
 * would, because the op over a sequence has no right gradient where the clip bites.
 *
 * <p>Source: {@code tf.contrib.rnn.LSTMBlockFusedCell} of TensorFlow 1.15. On a CPU {@link
 * Rnn#dynamicRnn} trains faster.
 */
public final class LstmBlockFusedCell<T extends TFloating>
    implements FusedRnnCell<T, LstmState<T>> {
  private final LstmBlockCell<T> cell;

  private LstmBlockFusedCell(LstmBlockCell<T> cell) {
    this.cell = cell;
  }

  /**
   * Begins a cell.
   *
   * @param type the type of inputs, state and weights, {@code TFloat32} or {@code TFloat16}
   * @param units H, at least 1
   * @throws IllegalArgumentException if {@code units < 1}, or for another type
   */
  public static <T extends TFloating> Builder<T> builder(Class<T> type, int units) {
    return new Builder<>(LstmBlockCell.builder(type, units).name("lstm_fused_cell"));
  }

  @Override
  public Structure<Operand<T>> outputSize() {
    return cell.outputSize();
  }

  @Override
  public Structure<LstmState<T>> stateSize() {
    return cell.stateSize();
  }

  /**
   * {@inheritDoc}
   *
   * @param inputs shape {@code [T, B, D]}; D must be known while the graph is built
   * @param options lengths and the initial state, both parts {@code [B, H]}
   * @return outputs, shape {@code [T, B, H]}, and the last state of each row
   */
  @Override
  public RnnResult<Operand<T>, LstmState<T>> run(
      VariableScope scope, Operand<T> inputs, UnaryOperator<RnnOptions<LstmState<T>>> options) {
    var given = options.apply(RnnOptions.defaults()).timeMajor();
    if (cell.clips()) {
      return DynamicRnn.run(scope, cell, inputs, given, Direction.FORWARD);
    }
    var known =
        Layout.require(scope.name(), List.of("inputs"), List.of(inputs), List.of("time", "batch"));
    var tf = scope.tf();
    var time = Layout.size(tf, List.of(inputs), known, 0);
    var batch = Layout.size(tf, List.of(inputs), known, 1);
    var initial = given.state().orElseGet(() -> cell.zeroState(tf, batch));
    var padding =
        given.lengths().map(lengths -> Padding.of(tf, scope.name(), lengths, batch, known.get(1)));
    Structure<Operand<T>> input = Structure.tensor(cell.outputSize().leaves().get(0));
    var x = padding.map(ends -> clear(tf, "inputs", ends, time, input, inputs)).orElse(inputs);
    var count = padding.map(ends -> ends.longest(tf, time)).orElse(time);
    var steps = cell.steps(scope, tf.dtypes.cast(count, TInt64.class), x, initial);
    var last = new LastStates(tf, time, padding);
    return new RnnResult<>(
        padding
            .map(ends -> clear(tf, "output", ends, time, outputSize(), steps.h()))
            .orElse(steps.h()),
        new LstmState<>(last.of(initial.c(), steps.c()), last.of(initial.h(), steps.h())));
  }

  private static <V extends TFloating> Operand<V> clear(
      Ops tf,
      String what,
      Padding ends,
      Operand<TInt32> time,
      Structure<Operand<V>> row,
      Operand<V> sequences) {
    return ends.clear(tf, what, ends.inside(tf, time), row, sequences);
  }

  /** Settings of an {@link LstmBlockFusedCell}. */
  public static final class Builder<T extends TFloating> {
    private final LstmBlockCell.Builder<T> cell;

    private Builder(LstmBlockCell.Builder<T> cell) {
      this.cell = cell;
    }

    /**
     * Sets the default name of the cell's scope.
     *
     * @throws IllegalArgumentException at {@code build} if it is empty or holds a slash
     */
    public Builder<T> name(String name) {
      cell.name(name);
      return this;
    }

    /** Shares the weights of a cell that was built before, as other cells do. */
    public Builder<T> reuse(Reuse reuse) {
      cell.reuse(reuse);
      return this;
    }

    /** Sets what is added to the forget gate before its sigmoid, 1 by default. */
    public Builder<T> forgetBias(double forgetBias) {
      cell.forgetBias(forgetBias);
      return this;
    }

    /** Lets the gates see the memory, through a weight for each unit. */
    public Builder<T> peepholes() {
      cell.peepholes();
      return this;
    }

    /**
     * Clips the memory to {@code [-limit, limit]}.
     *
     * @param limit above 0
     * @throws IllegalArgumentException if {@code limit} is not above 0
     */
    public Builder<T> cellClip(double limit) {
      cell.cellClip(limit);
      return this;
    }

    /** Returns the cell; it adds nothing to a graph before its first run. */
    public LstmBlockFusedCell<T> build() {
      return new LstmBlockFusedCell<>(cell.build());
    }
  }
}
