package io.github.tfrnn.cells;

import org.tensorflow.Operand;
import org.tensorflow.types.family.TFloating;

/**
 * The independently recurrent cell: a plain recurrent cell in which each unit sees nothing of the
 * past but itself.
 *
 * <p>With batch size {@code B}, input width {@code D} and {@code H} units, one step computes
 *
 * <pre>{@code
 * h' = activation(x * kernel_w + h . kernel_u + bias)
 * }</pre>
 *
 * <p>where the dot is elementwise. x has shape {@code [B, D]}, where D must be known while the
 * graph is built; h and the output, h', have shape {@code [B, H]}.
 *
 * <p>Its scope, {@code ind_rnn_cell} by default, holds in the order of their creation {@code
 * kernel_w}, shape {@code [D, H]}, with the initializer of the scope around; {@code kernel_u},
 * shape {@code [1, H]}, uniform in {@code [-1, 1)} at first; {@code bias}, shape {@code [H]}, zeros
 * at first.
 *
 * <p>Sources: Li et al. 2018, Independently Recurrent Neural Network; {@code
 * tf.contrib.rnn.IndRNNCell} of TensorFlow 1.15, which has no setting for the initializers.
 */
public final class IndRnnCell<T extends TFloating> extends DelegatingCell<T, Operand<T>> {
  private IndRnnCell(BasicRnnCell<T> cell) {
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

  /** Settings of an {@link IndRnnCell}. */
  public static final class Builder<T extends TFloating> extends DiagonalBuilder<T, Builder<T>> {
    private Builder(Class<T> type, int units) {
      super(type, units, "ind_rnn_cell");
    }

    @Override
    Builder<T> self() {
      return this;
    }

    /** Returns the cell; it adds nothing to a graph before its first step. */
    public IndRnnCell<T> build() {
      return new IndRnnCell<>(
          new BasicRnnCell.Builder<>(this, maker(prefix -> "kernel_w")).build());
    }
  }
}
