package io.github.tfrnn.rnn;

import io.github.tfrnn.ops.spi.LayerKind;
import io.github.tfrnn.ops.spi.LayerOutput;
import io.github.tfrnn.ops.spi.LayerRunner;
import io.github.tfrnn.ops.spi.LayerSequence;
import io.github.tfrnn.ops.spi.LayerWeights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Squeeze;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.family.TFloating;

/** {@link Engine#CUDNN}: a layer as cuDNN's op, its weights those of the cell. */
final class CudnnEngine implements LayerRunner {

  @Override
  public Optional<String> obstacle() {
    return CudnnOp.obstacle().map(got -> "it needs a GPU, and here are " + got);
  }

  @Override
  public Optional<String> obstacle(LayerKind kind, Class<? extends TFloating> type) {
    if (kind == LayerKind.GRU) {
      return Optional.of(
          "the GRU of cuDNN applies the reset gate behind the product, which is CudnnGru here");
    }
    return type == TBfloat16.class
        ? Optional.of("cuDNN's op has no kernel for TBfloat16")
        : Optional.empty();
  }

  @Override
  public <T extends TFloating> LayerOutput<T> run(
      Ops tf, LayerWeights<T> weights, LayerSequence<T> sequence) {
    boolean lstm = weights.kind() == LayerKind.LSTM;
    var x = sequence.x();
    var h = sequence.state().get(sequence.state().size() - 1);
    int units = (int) h.shape().get(1);
    var op = new CudnnOp(lstm ? CudnnMode.LSTM : CudnnMode.TANH, 1, units, false, 0, 0, true);
    var known = x.shape().take(2);
    var result =
        op.add(
            tf,
            new CudnnOp.Given<>(
                x,
                layered(tf, hFirst(sequence.state())),
                Layout.size(tf, List.of(x), known, 0),
                Layout.size(tf, List.of(x), known, 1),
                sequence.lengths().map(lengths -> new Padding(weights.who(), lengths))),
            op.params(tf, List.of(canonical(tf, weights, units)), x.shape().get(2)));
    var states = new ArrayList<Operand<T>>();
    result.states().forEach(state -> states.add(tf.squeeze(state, Squeeze.axis(List.of(0L)))));
    return new LayerOutput<>(result.outputs(), hFirst(states));
  }

  /** c and h the other way round; h alone as it is. */
  private static <V> List<V> hFirst(List<V> states) {
    var turned = new ArrayList<>(states);
    Collections.reverse(turned);
    return turned;
  }

  private static <T extends TFloating> List<Operand<T>> layered(Ops tf, List<Operand<T>> states) {
    return states.stream().<Operand<T>>map(state -> tf.expandDims(state, tf.constant(0))).toList();
  }

  /** The weights, with the forget bias in the bias. */
  static <T extends TFloating> CudnnWeights<T> canonical(
      Ops tf, LayerWeights<T> weights, int units) {
    var kernel = weights.variables().get(0);
    var bias = weights.variables().get(1);
    if (weights.kind() != LayerKind.LSTM) {
      return CudnnWeights.ofRnn(tf, new CudnnWeights.Cell<>(kernel, bias));
    }
    var shift = new float[4 * units];
    Arrays.fill(shift, 2 * units, 3 * units, (float) weights.forgetBias());
    var shifted = tf.math.add(bias, tf.dtypes.cast(tf.constant(shift), bias.type()));
    return CudnnWeights.ofLstm(tf, new CudnnWeights.Cell<>(kernel, shifted));
  }
}
