package io.github.tfrnn.rnn;

import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import java.util.function.UnaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.types.family.TFloating;

/**
 * A stack of gated recurrent units, run by cuDNN on a GPU of NVIDIA.
 *
 * <p>With {@code D} input columns and {@code H} units, a layer computes at each step
 *
 * <pre>{@code
 * r  = sigmoid(W_r x + R_r h + b_Wr + b_Rr)
 * u  = sigmoid(W_u x + R_u h + b_Wu + b_Ru)
 * c  = tanh(W_c x + b_Wc + r * (R_c h + b_Rc))
 * h' = (1 - u) * c + u * h
 * }</pre>
 *
 * <p>The reset gate r works behind the product, not before it as in {@link
 * io.github.tfrnn.cells.GruCell}, so the weights of the two do not fit each other. A layer holds,
 * in the order of their creation, {@code gates/kernel}, shape {@code [D + H, 2H]}, columns r, u;
 * {@code gates/bias}, shape {@code [2H]}; {@code candidate/input_projection/kernel}, shape {@code
 * [D, H]}; {@code candidate/hidden_projection/kernel}, shape {@code [H, H]}; {@code
 * candidate/input_projection/bias} and {@code candidate/hidden_projection/bias}, shape {@code [H]};
 * all in the scope {@code cudnn_compatible_gru_cell} of its cell.
 *
 * <p>What {@link CudnnLstm} says of layers and directions, variables, lengths, machines without a
 * GPU and differences from TensorFlow 1.15 holds here too. Source: {@code
 * tf.contrib.cudnn_rnn.CudnnGRU} of TensorFlow 1.15.
 */
public final class CudnnGru<T extends TFloating> {
  private final CudnnLayer<T> layer;

  private CudnnGru(CudnnLayer<T> layer) {
    this.layer = layer;
  }

  /**
   * Begins a network.
   *
   * @param type the type of inputs, states and weights: {@code TFloat16}, {@code TFloat32} or
   *     {@code TFloat64}
   * @param layers how many, at least 1
   * @param units H, at least 1
   * @throws IllegalArgumentException if a number is less than 1, or for another type
   */
  public static <T extends TFloating> CudnnBuilder<T, CudnnGru<T>> builder(
      Class<T> type, int layers, int units) {
    return new CudnnBuilder<>(CudnnMode.GRU, "cudnn_gru", type, layers, units, CudnnGru::new);
  }

  /** As the other one, with the default options. */
  public RnnResult<Operand<T>, Operand<T>> run(VariableScope scope, Operand<T> inputs) {
    return run(scope, inputs, options -> options);
  }

  /**
   * Emits the network.
   *
   * @param scope where the weights live, and whose ops to build with
   * @param inputs shape {@code [T, B, D]}, or {@code [B, T, D]} if asked for; D must be known
   * @param options changes the defaults; a state is {@code [layers * directions, B, H]}
   * @return outputs, shape {@code [T, B, directions * H]}, or {@code [B, T, ...]}, and the last
   *     state
   * @throws IllegalArgumentException if inputs, lengths or state do not fit
   * @throws IllegalStateException if this machine cannot run it, see {@link
   *     CudnnBuilder#forAnotherMachine}
   */
  public RnnResult<Operand<T>, Operand<T>> run(
      VariableScope scope, Operand<T> inputs, UnaryOperator<CudnnOptions<Operand<T>>> options) {
    return layer.run(scope, inputs, options.apply(CudnnOptions.defaults()), Structure.tensor());
  }
}
