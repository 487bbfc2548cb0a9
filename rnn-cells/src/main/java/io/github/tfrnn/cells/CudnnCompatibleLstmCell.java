package io.github.tfrnn.cells;

import org.tensorflow.types.family.TFloating;

/**
 * The LSTM of cuDNN: a {@link BasicLstmCell} without a forget bias, under a name of its own.
 *
 * <p>With batch size {@code B}, input width {@code D} and {@code H} units, one step computes
 *
 * <pre>{@code
 * [i, j, f, o] = [x, h] * kernel + bias
 * c' = c * sigmoid(f) + sigmoid(i) * tanh(j)
 * h' = tanh(c') * sigmoid(o)
 * }</pre>
 *
 * <p>x has shape {@code [B, D]}, where D must be known while the graph is built; c, h and the
 * output, h', have shape {@code [B, H]}. With another activation it is no longer what cuDNN
 * computes.
 *
 * <p>Its scope, {@code cudnn_compatible_lstm_cell} by default, holds {@code kernel}, shape {@code
 * [D + H, 4H]}, columns i, j, f, o, with the initializer of the scope around it, and {@code bias},
 * shape {@code [4H]}, zeros at first. A checkpoint of TensorFlow 1.x that {@code CudnnLSTM} wrote
 * fits: it saves its weights in this form, each layer under this name.
 *
 * <p>Source: {@code tf.contrib.cudnn_rnn.CudnnCompatibleLSTMCell} of TensorFlow 1.15.
 */
public final class CudnnCompatibleLstmCell<T extends TFloating>
    extends DelegatingCell<T, LstmState<T>> {
  private CudnnCompatibleLstmCell(LstmCell<T> cell) {
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

  /** Settings of a {@link CudnnCompatibleLstmCell}. */
  public static final class Builder<T extends TFloating> extends CellBuilder<T, Builder<T>> {
    private Builder(Class<T> type, int units) {
      super(type, units, "cudnn_compatible_lstm_cell");
    }

    @Override
    Builder<T> self() {
      return this;
    }

    /** Returns the cell; it adds nothing to a graph before its first step. */
    public CudnnCompatibleLstmCell<T> build() {
      return new CudnnCompatibleLstmCell<>(new LstmCell.Builder<>(this).forgetBias(0).build());
    }
  }
}
