package io.github.tfrnn.rnn;

import io.github.tfrnn.cells.LstmState;
import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import java.util.List;
import java.util.function.UnaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.types.family.TFloating;

/**
 * A stack of long short-term memory layers, run by cuDNN on a GPU of NVIDIA.
 *
 * <p>With {@code D} input columns and {@code H} units, a layer computes at each step
 *
 * <pre>{@code
 * i  = sigmoid(W_i x + R_i h + b_Wi + b_Ri)
 * f  = sigmoid(W_f x + R_f h + b_Wf + b_Rf)
 * j  = tanh(W_j x + R_j h + b_Wj + b_Rj)
 * o  = sigmoid(W_o x + R_o h + b_Wo + b_Ro)
 * c' = f * c + i * j
 * h' = o * tanh(c')
 * }</pre>
 *
 * <p>A layer above the first gets the outputs of the one below, with {@link
 * CudnnBuilder#bidirectional} those of both directions side by side, forwards first; D is then H or
 * 2H. States are ordered by layer, and in a layer forwards first.
 *
 * <p><b>Variables.</b> The scope, {@code cudnn_lstm} by default, holds for each layer {@code
 * kernel}, shape {@code [D + H, 4H]}, columns i, j, f, o, and {@code bias}, shape {@code [4H]}, in
 *
 * <pre>{@code
 * rnn/multi_rnn_cell/cell_0/cudnn_compatible_lstm_cell
 * stack_bidirectional_rnn/cell_0/bidirectional_rnn/fw/cudnn_compatible_lstm_cell
 * stack_bidirectional_rnn/cell_0/bidirectional_rnn/bw/cudnn_compatible_lstm_cell
 * }</pre>
 *
 * <p>the first for one direction, the others for two. These are the names and shapes under which
 * TensorFlow 1.15 saves such a network, and those of a stack of cells run by {@link Rnn#dynamicRnn}
 * in the scope {@code cudnn_lstm}. So what was trained by cuDNN runs on a CPU:
 *
 * <pre>{@code
 * var stack = MultiRnnCell.of(2, layer ->
 *     LstmCell.builder(type, units).name("cudnn_compatible_lstm_cell").forgetBias(0).build());
 * Rnn.dynamicRnn(root.scope("cudnn_lstm"), stack, inputs, options -> options.timeMajor());
 * }</pre>
 *
 * <p>{@link CudnnWeights} has the matrices and biases of cuDNN.
 *
 * <p><b>Lengths</b> give what they give in {@link Rnn}: zeros behind the end, and the state of the
 * last step inside, also for a length of 0.
 *
 * <p><b>Where it runs.</b> The ops have kernels for a GPU only, in the natives built for CUDA;
 * elsewhere a run is refused while the graph is built, unless it is {@linkplain
 * CudnnBuilder#forAnotherMachine() for another machine}. It is tested here as far as a CPU allows:
 * the graph, its shapes, its gradient's graph, the variables and the conversion of weights.
 *
 * <p>Source: {@code tf.contrib.cudnn_rnn.CudnnLSTM} of TensorFlow 1.15. There one opaque variable
 * held all weights and was converted to be saved; here the saved variables are the variables, and
 * the conversion is part of a step. Its state tuple was (h, c); here it is {@link LstmState}.
 */
public final class CudnnLstm<T extends TFloating> {
  private final CudnnLayer<T> layer;

  private CudnnLstm(CudnnLayer<T> layer) {
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
  public static <T extends TFloating> CudnnBuilder<T, CudnnLstm<T>> builder(
      Class<T> type, int layers, int units) {
    return new CudnnBuilder<>(CudnnMode.LSTM, "cudnn_lstm", type, layers, units, CudnnLstm::new);
  }

  /** As the other one, with the default options. */
  public RnnResult<Operand<T>, LstmState<T>> run(VariableScope scope, Operand<T> inputs) {
    return run(scope, inputs, options -> options);
  }

  /**
   * Emits the network.
   *
   * @param scope where the weights live, and whose ops to build with
   * @param inputs shape {@code [T, B, D]}, or {@code [B, T, D]} if asked for; D must be known
   * @param options changes the defaults; both parts of a state are {@code [layers * directions, B,
   *     H]}
   * @return outputs, shape {@code [T, B, directions * H]}, or {@code [B, T, ...]}, and the last
   *     state
   * @throws IllegalArgumentException if inputs, lengths or state do not fit
   * @throws IllegalStateException if this machine cannot run it, see {@link
   *     CudnnBuilder#forAnotherMachine}
   */
  public RnnResult<Operand<T>, LstmState<T>> run(
      VariableScope scope, Operand<T> inputs, UnaryOperator<CudnnOptions<LstmState<T>>> options) {
    return layer.run(scope, inputs, options.apply(CudnnOptions.defaults()), states());
  }

  /** cuDNN has h first. */
  @SuppressWarnings("unchecked") // parts come from a state of the same structure
  private static <T extends TFloating> Structure<LstmState<T>> states() {
    return Structure.of(
        List.of(Leaf.any("h"), Leaf.any("c")),
        state -> List.of(state.h(), state.c()),
        parts -> new LstmState<>((Operand<T>) parts.get(1), (Operand<T>) parts.get(0)));
  }
}
