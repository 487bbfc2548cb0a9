package io.github.tfrnn.rnn;

import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import java.util.function.UnaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.types.family.TFloating;

/**
 * A stack of simple recurrent layers with tanh, run by cuDNN on a GPU of NVIDIA.
 *
 * <p>With {@code D} input columns and {@code H} units, a layer computes at each step
 *
 * <pre>{@code
 * h' = tanh(W x + R h + b_W + b_R)
 * }</pre>
 *
 * <p>A layer holds {@code kernel}, shape {@code [D + H, H]}, and {@code bias}, shape {@code [H]},
 * in the scope {@code basic_rnn_cell} of a {@link io.github.tfrnn.cells.BasicRnnCell}.
 *
 * <p>What {@link CudnnLstm} says of layers and directions, variables, lengths, machines without a
 * GPU and differences from TensorFlow 1.15 holds here too. Source: {@code
 * tf.contrib.cudnn_rnn.CudnnRNNTanh} of TensorFlow 1.15.
 */
public final class CudnnRnnTanh<T extends TFloating> {
  private final CudnnLayer<T> layer;

  private CudnnRnnTanh(CudnnLayer<T> layer) {
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
  public static <T extends TFloating> CudnnBuilder<T, CudnnRnnTanh<T>> builder(
      Class<T> type, int layers, int units) {
    return new CudnnBuilder<>(
        CudnnMode.TANH, "cudnn_rnn_tanh", type, layers, units, CudnnRnnTanh::new);
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
