package io.github.tfrnn.cells;

import io.github.tfrnn.cells.GridLstm.Direction;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.types.family.TFloating;

/**
 * Two grid LSTMs over one spectrum, of which one goes up and one down in frequency. Time runs
 * forwards for both, so that the cell works on a live signal.
 *
 * <p>Each is a {@link GridLstmCell}, with its equations, its settings and weights of its own. The
 * second one begins each block with the highest window; its windows may be moved by {@code
 * backwardSliceOffset} columns, and what they see beyond the input is zero. The output is that of
 * the first and then that of the second, shape {@code [B, 4H * windows]}.
 *
 * <p>Its scope, {@code bidirectional_grid_lstm_cell} by default, holds the variables of a {@link
 * GridLstmCell} in {@code fwd} and then those of the other one in {@code bwd}.
 *
 * <p>Source: {@code tf.contrib.rnn.BidirectionalGridLSTMCell} of TensorFlow 1.15, from which it
 * differs as {@link GridLstmCell} does from that of its name.
 */
public final class BidirectionalGridLstmCell<T extends TFloating>
    implements ProjectsInput<T, BidirectionalGridLstmState<T>> {
  private final GridLstm<T> grids;

  private BidirectionalGridLstmCell(GridLstm<T> grids) {
    this.grids = grids;
  }

  /**
   * Begins a cell; {@code featureSize} and {@code frequencyBlocks} must be set.
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
    return grids.type();
  }

  @Override
  public Structure<Operand<T>> outputSize() {
    return grids.outputSize();
  }

  /**
   * For each window {@code fwd_state_f00_b00_c} and {@code fwd_state_f00_b00_m}, with step and
   * block, and then the same with {@code bwd}.
   */
  @Override
  public Structure<BidirectionalGridLstmState<T>> stateSize() {
    return StateLists.as(
        grids.stateSize(),
        BidirectionalGridLstmCell::both,
        states -> new BidirectionalGridLstmState<>(states.get(0), states.get(1)));
  }

  /**
   * {@inheritDoc}
   *
   * @param x shape {@code [B, D]}; D must be known while the graph is built and have as many
   *     windows as {@code frequencyBlocks} says
   * @param state for each grid and window c and h of shape {@code [B, H]}
   * @return the outputs of all windows of both grids, and the new state
   */
  @Override
  public Step<Operand<T>, BidirectionalGridLstmState<T>> step(
      VariableScope scope, Operand<T> x, BidirectionalGridLstmState<T> state) {
    return joined(grids.step(scope, x, both(state)));
  }

  @Override
  public Projection<T, BidirectionalGridLstmState<T>> project(
      VariableScope scope, Operand<T> inputs) {
    var projection = grids.project(scope, inputs);
    return new Projection<>(
        projection.inputs(),
        (tf, projected, state) -> joined(projection.recurrence().step(tf, projected, both(state))));
  }

  private static <T extends TFloating> List<GridLstmState<T>> both(
      BidirectionalGridLstmState<T> state) {
    return List.of(state.forward(), state.backward());
  }

  private static <T extends TFloating> Step<Operand<T>, BidirectionalGridLstmState<T>> joined(
      Step<Operand<T>, List<GridLstmState<T>>> step) {
    var states = step.state();
    return new Step<>(
        step.output(), new BidirectionalGridLstmState<>(states.get(0), states.get(1)));
  }

  /** Settings of a {@link BidirectionalGridLstmCell}. */
  public static final class Builder<T extends TFloating> extends GridLstmBuilder<T, Builder<T>> {
    private int backwardSliceOffset;

    private Builder(Class<T> type, int units) {
      super(type, units, "bidirectional_grid_lstm_cell");
    }

    @Override
    Builder<T> self() {
      return this;
    }

    /**
     * Moves the windows of the grid that goes down, 0 by default.
     *
     * @param columns how far to the right; to the left if negative
     */
    public Builder<T> backwardSliceOffset(int columns) {
      this.backwardSliceOffset = columns;
      return this;
    }

    /**
     * Returns the cell; it adds nothing to a graph before its first step.
     *
     * @throws IllegalArgumentException if {@code featureSize} or {@code frequencyBlocks} is not
     *     set, or if the numbers of blocks, of start and of end indices differ
     */
    public BidirectionalGridLstmCell<T> build() {
      var forward = new Direction("fwd", 0, false);
      var backward = new Direction("bwd", backwardSliceOffset, true);
      return new BidirectionalGridLstmCell<>(new GridLstm<>(this, List.of(forward, backward)));
    }
  }
}
