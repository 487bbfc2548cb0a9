package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.types.family.TFloating;

/**
 * The grid LSTM over time and frequency, whose input is a spectrum: in every time step it goes up
 * through windows of the columns, with one LSTM over frequency and one over time.
 *
 * <p>A window is {@code featureSize} columns wide, and each is {@code frequencySkip} columns behind
 * the one before. With batch size {@code B} and {@code H} units, the step of window k computes
 *
 * <pre>{@code
 * s = [x of window k, m_time of window k, m_freq of window k - 1]
 * [i_f, j_f, f_f, o_f] = s * W_f + B_f
 * [i_t, j_t, f_t, o_t] = s * W_t + B_t
 * c_freq' = c_freq * sigmoid(f_f + forgetBias + F_f * c_freq + F_t * c_time)
 *         + sigmoid(i_f + I_f * c_freq + I_t * c_time) * tanh(j_f)
 * c_time' = the same of the gates with t
 * m_freq' = sigmoid(o_f + O_f * c_freq' + O_t * c_time') * tanh(c_freq')
 * m_time' = sigmoid(o_t + O_f * c_freq' + O_t * c_time') * tanh(c_time')
 * }</pre>
 *
 * <p>c_freq and m_freq are those of the window before, zeros for the first; c_time and m_time come
 * from the time step before and are the state. The terms with F, I and O, each with weights of its
 * own for both LSTMs, are there with {@code peepholes()} only; {@code cellClip} clips both
 * memories; with {@code coupledInputForgetGates()} the columns are i, j, o and the forget gate is
 * {@code 1 - } the input gate; with {@code sharedTimeFrequencyWeights()} both LSTMs use the weights
 * with f. The output is {@code [m_time', m_freq']} of every window side by side, shape {@code [B,
 * 2H * windows]}.
 *
 * <p>The columns may be divided into frequency blocks with {@code startIndices}, {@code endIndices}
 * and {@code frequencyBlocks}; each block has weights of its own and begins with zeros.
 *
 * <p>Its scope, {@code grid_lstm_cell} by default, holds for each block b, in the order of their
 * creation,
 *
 * <ul>
 *   <li>{@code W_f_b_0}, shape {@code [featureSize + 2H, 4H]}, columns i, j, f, o, or {@code 3H}
 *       where gates are coupled; {@code W_f_b_1} and so on with {@code unitShards};
 *   <li>{@code B_f_b}, shape {@code [4H]}, zeros at first; {@code forgetBias} is not stored;
 *   <li>{@code W_t_b_0} and {@code B_t_b} alike, unless weights are shared;
 *   <li>with peepholes {@code W_F_diag_freqf_b}, {@code W_F_diag_freqt_b}, the same with {@code I}
 *       and with {@code O}, and unless weights are shared all six with {@code time} for {@code
 *       freq}, shape {@code [H]}; none with {@code F} where gates are coupled.
 * </ul>
 *
 * <p>Sources: Kalchbrenner, Danihelka and Graves 2016; Sainath and Li 2016; {@code
 * tf.contrib.rnn.GridLSTMCell} of TensorFlow 1.15. Unlike there, {@code initializer} is used, the
 * function that is tanh can be set, a window that the input does not fill is refused, and the state
 * in one tensor, its {@code state_is_tuple=False}, which is {@link ConcatenatedState} here, works
 * with several blocks too.
 */
public final class GridLstmCell<T extends TFloating> implements ProjectsInput<T, GridLstmState<T>> {
  private final GridLstm<T> grid;

  private GridLstmCell(GridLstm<T> grid) {
    this.grid = grid;
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
    return grid.type();
  }

  @Override
  public Structure<Operand<T>> outputSize() {
    return grid.outputSize();
  }

  /** For each window {@code state_f00_b00_c} and {@code state_f00_b00_m}, with step and block. */
  @Override
  public Structure<GridLstmState<T>> stateSize() {
    return StateLists.as(grid.stateSize(), List::of, states -> states.get(0));
  }

  /**
   * {@inheritDoc}
   *
   * @param x shape {@code [B, D]}; D must be known while the graph is built and have as many
   *     windows as {@code frequencyBlocks} says
   * @param state for each window c and h, which is m_time, of shape {@code [B, H]}
   * @return the outputs of all windows, and the new state
   */
  @Override
  public Step<Operand<T>, GridLstmState<T>> step(
      VariableScope scope, Operand<T> x, GridLstmState<T> state) {
    return only(grid.step(scope, x, List.of(state)));
  }

  @Override
  public Projection<T, GridLstmState<T>> project(VariableScope scope, Operand<T> inputs) {
    var projection = grid.project(scope, inputs);
    return new Projection<>(
        projection.inputs(),
        (tf, projected, state) ->
            only(projection.recurrence().step(tf, projected, List.of(state))));
  }

  private static <T extends TFloating> Step<Operand<T>, GridLstmState<T>> only(
      Step<Operand<T>, List<GridLstmState<T>>> step) {
    return new Step<>(step.output(), step.state().get(0));
  }

  /** Settings of a {@link GridLstmCell}. */
  public static final class Builder<T extends TFloating> extends GridLstmBuilder<T, Builder<T>> {
    private Builder(Class<T> type, int units) {
      super(type, units, "grid_lstm_cell");
    }

    @Override
    Builder<T> self() {
      return this;
    }

    /**
     * Returns the cell; it adds nothing to a graph before its first step.
     *
     * @throws IllegalArgumentException if {@code featureSize} or {@code frequencyBlocks} is not
     *     set, or if the numbers of blocks, of start and of end indices differ
     */
    public GridLstmCell<T> build() {
      return new GridLstmCell<>(new GridLstm<>(this, List.of(GridLstm.Direction.ONLY)));
    }
  }
}
