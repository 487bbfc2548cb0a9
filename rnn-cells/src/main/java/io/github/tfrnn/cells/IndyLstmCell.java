package io.github.tfrnn.cells;

import org.tensorflow.types.family.TFloating;

/**
 * The independently recurrent LSTM: a {@link BasicLstmCell} in which each unit sees nothing of the
 * past but itself.
 *
 * <p>With batch size {@code B}, input width {@code D} and {@code H} units, one step computes
 *
 * <pre>{@code
 * [i, j, f, o] = x * kernel_w + [h, h, h, h] . kernel_u + bias
 * c' = c . sigmoid(f + forgetBias) + sigmoid(i) . activation(j)
 * h' = activation(c') . sigmoid(o)
 * }</pre>
 *
 * <p>where the dots are elementwise. x has shape {@code [B, D]}, where D must be known while the
 * graph is built; c, h and the output, h', have shape {@code [B, H]}.
 *
 * <p>Its scope, {@code indy_lstm_cell} by default, holds in the order of their creation {@code
 * kernel_w}, shape {@code [D, 4H]}, columns i, j, f, o, with the initializer of the scope around;
 * {@code kernel_u}, shape {@code [1, 4H]}, uniform in {@code [-1, 1)} at first; {@code bias}, shape
 * {@code [4H]}, zeros at first. {@code forgetBias} is added in the graph and not stored.
 *
 * <p>Sources: Gonnet and Deselaers 2019, IndyLSTMs; {@code tf.contrib.rnn.IndyLSTMCell} of
 * TensorFlow 1.15.
 */
public final class IndyLstmCell<T extends TFloating> extends DelegatingCell<T, LstmState<T>> {
  private IndyLstmCell(LstmCell<T> cell) {
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

  /** Settings of an {@link IndyLstmCell}. */
  public static final class Builder<T extends TFloating> extends DiagonalBuilder<T, Builder<T>> {
    private double forgetBias = 1;

    private Builder(Class<T> type, int units) {
      super(type, units, "indy_lstm_cell");
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
    public IndyLstmCell<T> build() {
      var cell = new LstmCell.Builder<>(this, maker(prefix -> "kernel_w"));
      return new IndyLstmCell<>(cell.forgetBias(forgetBias).build());
    }
  }
}
