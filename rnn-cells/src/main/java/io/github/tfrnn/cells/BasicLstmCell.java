package io.github.tfrnn.cells;

import org.tensorflow.types.family.TFloating;

/**
 * The long short-term memory cell without extras; {@link LstmCell} has peepholes, clipping and
 * projection.
 *
 * <p>With batch size {@code B}, input width {@code D} and {@code H} units, one step computes
 *
 * <pre>{@code
 * [i, j, f, o] = [x, h] * kernel + bias
 * c' = c * sigmoid(f + forgetBias) + sigmoid(i) * activation(j)
 * h' = activation(c') * sigmoid(o)
 * }</pre>
 *
 * <p>x has shape {@code [B, D]}, where D must be known while the graph is built; c, h and the
 * output, h', have shape {@code [B, H]}.
 *
 * <p>Its scope, {@code basic_lstm_cell} by default, holds {@code kernel}, shape {@code [D + H,
 * 4H]}, columns i, j, f, o, with the initializer of the scope around it, and {@code bias}, shape
 * {@code [4H]}, zeros at first. {@code forgetBias} is added in the graph and not stored, so that a
 * checkpoint of TensorFlow 1.x fits as it is.
 *
 * <p>Sources: Hochreiter and Schmidhuber 1997; {@code tf.nn.rnn_cell.BasicLSTMCell} of TensorFlow
 * 1.15. Its {@code state_is_tuple=False} is {@link ConcatenatedState}.
 */
public final class BasicLstmCell<T extends TFloating> extends DelegatingCell<T, LstmState<T>> {
  private BasicLstmCell(LstmCell<T> cell) {
    super(cell);
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

  /** Settings of a {@link BasicLstmCell}. */
  public static final class Builder<T extends TFloating> extends CellBuilder<T, Builder<T>> {
    private double forgetBias = 1;

    private Builder(Class<T> type, int units) {
      super(type, units, "basic_lstm_cell");
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

    /** Returns the cell; it adds nothing to a graph before its first step. */
    public BasicLstmCell<T> build() {
      return new BasicLstmCell<>(new LstmCell.Builder<>(this).forgetBias(forgetBias).build());
    }
  }
}
