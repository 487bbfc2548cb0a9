package io.github.tfrnn.cells;

import org.tensorflow.Operand;
import org.tensorflow.types.family.TFloating;

/**
 * The independently recurrent GRU: a {@link GruCell} in which each unit sees nothing of the past
 * but itself.
 *
 * <p>With batch size {@code B}, input width {@code D} and {@code H} units, one step computes
 *
 * <pre>{@code
 * [r, u] = sigmoid(x * gates/kernel_w + [h, h] . gates/kernel_u + gates/bias)
 * c  = activation(x * candidate/kernel + (r . h) . candidate/kernel_u + candidate/bias)
 * h' = u . h + (1 - u) . c
 * }</pre>
 *
 * <p>where the dots are elementwise. x has shape {@code [B, D]}, where D must be known while the
 * graph is built; h and the output, h', have shape {@code [B, H]}.
 *
 * <p>Its scope, {@code indy_gru_cell} by default, holds in the order of their creation
 *
 * <ul>
 *   <li>{@code gates/kernel_w}, shape {@code [D, 2H]}, columns r, u;
 *   <li>{@code gates/kernel_u}, shape {@code [1, 2H]}, uniform in {@code [-1, 1)} at first;
 *   <li>{@code gates/bias}, shape {@code [2H]}, ones at first;
 *   <li>{@code candidate/kernel}, shape {@code [D, H]}, whose name has no {@code _w} in TensorFlow
 *       1.15 either;
 *   <li>{@code candidate/kernel_u}, shape {@code [1, H]}, uniform in {@code [-1, 1)} at first;
 *   <li>{@code candidate/bias}, shape {@code [H]}, zeros at first.
 * </ul>
 *
 * <p>The kernels of x begin with the initializer of the scope around.
 *
 * <p>Sources: Li et al. 2018, Independently Recurrent Neural Network; {@code
 * tf.contrib.rnn.IndyGRUCell} of TensorFlow 1.15.
 */
public final class IndyGruCell<T extends TFloating> extends DelegatingCell<T, Operand<T>> {
  private IndyGruCell(GruCell<T> cell) {
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

  /** Settings of an {@link IndyGruCell}. */
  public static final class Builder<T extends TFloating> extends DiagonalBuilder<T, Builder<T>> {
    private Builder(Class<T> type, int units) {
      super(type, units, "indy_gru_cell");
    }

    @Override
    Builder<T> self() {
      return this;
    }

    /** Returns the cell; it adds nothing to a graph before its first step. */
    public IndyGruCell<T> build() {
      var maker = maker(prefix -> prefix.equals("gates/") ? "kernel_w" : "kernel");
      return new IndyGruCell<>(new GruCell.Builder<>(this, maker).build());
    }
  }
}
