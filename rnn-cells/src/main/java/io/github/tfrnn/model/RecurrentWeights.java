package io.github.tfrnn.model;

import java.util.Map;

/**
 * The weights of one recurrent layer and direction in plain Java, which go from framework to
 * framework by way of the variables of our cells.
 *
 * <p>With input width {@code D}, {@code H} units and {@code n} gates, an array of one framework is
 * another's with the gates in another order, turned, or cut:
 *
 * <table>
 * <caption>Layouts</caption>
 * <tr><th></th><th>tfrnn and TensorFlow 1</th><th>Keras</th><th>PyTorch</th><th>ONNX</th></tr>
 * <tr><td>x</td><td>the first D rows of the kernel</td><td>kernel [D, nH]</td>
 *     <td>weight_ih [nH, D]</td><td>W [1, nH, D]</td></tr>
 * <tr><td>h</td><td>the last H rows of the kernel</td><td>recurrent_kernel [H, nH]</td>
 *     <td>weight_hh [nH, H]</td><td>R [1, nH, H]</td></tr>
 * <tr><td>bias</td><td>bias [nH]</td><td>bias [nH], [2, nH] behind the product</td>
 *     <td>bias_ih [nH], bias_hh [nH]</td><td>B [1, 2nH]</td></tr>
 * <tr><td>LSTM</td><td>i, j, f, o; forget bias apart</td><td>i, f, c, o</td><td>i, f, g, o</td>
 *     <td>i, o, f, c</td></tr>
 * <tr><td>GRU</td><td>r, u; candidate apart</td><td>z, r, h</td><td>r, z, n</td>
 *     <td>z, r, h</td></tr>
 * </table>
 *
 * <p>Numbers are moved and not changed, but for two: where a framework has two biases and the cell
 * has one, they are added, and a forget bias other than zero is added to the bias of its gate. What
 * the cell gives is written with the second bias zero, so the way there and back is exact.
 */
public sealed interface RecurrentWeights
    permits SimpleRnnWeights, LstmWeights, GruWeights, ResetAfterGruWeights {

  /** D, the width of the input. */
  int depth();

  /** H, the number of units. */
  int units();

  /**
   * Returns the variables of the cell by full name.
   *
   * @param scope the cell's own scope, such as {@code rnn/lstm_cell}
   */
  Map<String, WeightArray> variables(String scope);

  /** Returns {@code kernel}, {@code recurrent_kernel} and {@code bias} of a Keras layer. */
  Map<String, WeightArray> keras();

  /**
   * Returns {@code weight_ih_}, {@code weight_hh_}, {@code bias_ih_} and {@code bias_hh_} of a
   * PyTorch module, each with a suffix.
   *
   * @param suffix layer and direction: {@code l0}, {@code l0_reverse}, {@code l1} ...
   * @throws UnsupportedOperationException for {@link GruWeights}, which PyTorch has no layer for
   */
  Map<String, WeightArray> pyTorch(String suffix);

  /**
   * Returns {@code W}, {@code R} and {@code B} of an ONNX op {@code RNN}, {@code LSTM} or {@code
   * GRU} for one direction; for both, each array is laid behind that of the other direction along
   * the first axis.
   */
  Map<String, WeightArray> onnx();
}
