package io.github.tfrnn.rnn;

import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.spi.Devices;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.nn.CudnnRNN;
import org.tensorflow.op.nn.CudnnRNNCanonicalToParams;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/**
 * cuDNN's op over whole sequences, with rows of their own lengths, and the way of weights into its
 * one vector.
 *
 * @param bidirectional whether each layer runs both ways
 * @param dropout the share of outputs that are dropped between layers
 * @param training whether there is a gradient and a dropout
 */
record CudnnOp(
    CudnnMode mode,
    int layers,
    int units,
    boolean bidirectional,
    float dropout,
    long seed,
    boolean training) {
  private static final String TYPE = "CudnnRNNV3";

  /** What this machine lacks to run the op. */
  static Optional<String> obstacle() {
    if (!Devices.ofKernels(TYPE).contains("GPU")) {
      return Optional.of("the natives of TensorFlow for a CPU, which have no kernel of " + TYPE);
    }
    return Devices.ofMachine().contains("GPU")
        ? Optional.empty()
        : Optional.of("the devices " + Devices.ofMachine());
  }

  /**
   * The sequences that the op runs over.
   *
   * @param x shape {@code [T, B, D]}
   * @param states one or two, {@code [layers * directions, B, H]}
   */
  record Given<T extends TFloating>(
      Operand<T> x,
      List<Operand<T>> states,
      Operand<TInt32> time,
      Operand<TInt32> batch,
      Optional<Padding> padding) {}

  /** Outputs {@code [T, B, directions * H]}, and the states of each row after its last step. */
  record Result<T extends TFloating>(Operand<T> outputs, List<Operand<T>> states) {}

  /** Adds the op, with {@code params} from {@link #params}. */
  <T extends TFloating> Result<T> add(Ops tf, Given<T> given, Operand<T> params) {
    var parts = given.states();
    var type = given.x().type();
    var op =
        tf.nn.cudnnRNN(
            cleared(tf, "inputs", given, given.x()),
            parts.get(0),
            parts.size() > 1 ? parts.get(1) : tf.zeros(tf.constant(new int[] {0}), type),
            params,
            lengths(tf, given),
            CudnnRNN.rnnMode(mode.op),
            CudnnRNN.inputMode("linear_input"),
            CudnnRNN.direction(direction()),
            CudnnRNN.dropout(dropout),
            CudnnRNN.seed(seed),
            CudnnRNN.seed2(0L),
            CudnnRNN.isTraining(training),
            CudnnRNN.timeMajor(true));
    var last = List.of(op.outputH(), op.outputC()).subList(0, parts.size());
    var held = new ArrayList<Operand<T>>();
    for (int i = 0; i < last.size(); i++) {
      held.add(held(tf, given.padding(), last.get(i), parts.get(i)));
    }
    return new Result<>(cleared(tf, "output", given, op.output()), held);
  }

  /**
   * The weights of all layers in cuDNN's vector.
   *
   * @param weights of each layer, and in it of each direction
   * @param depth D
   */
  <T extends TFloating> Operand<T> params(Ops tf, List<CudnnWeights<T>> weights, long depth) {
    var matrices = new ArrayList<Operand<T>>();
    var biases = new ArrayList<Operand<T>>();
    for (var each : weights) {
      matrices.addAll(each.matrices());
      biases.addAll(each.biases());
    }
    return tf.nn.cudnnRNNCanonicalToParams(
        tf.constant(layers),
        tf.constant(units),
        tf.constant((int) depth),
        matrices,
        biases,
        CudnnRNNCanonicalToParams.rnnMode(mode.op),
        CudnnRNNCanonicalToParams.inputMode("linear_input"),
        CudnnRNNCanonicalToParams.direction(direction()),
        CudnnRNNCanonicalToParams.dropout(dropout),
        CudnnRNNCanonicalToParams.seed(seed),
        CudnnRNNCanonicalToParams.seed2(0L));
  }

  private String direction() {
    return bidirectional ? "bidirectional" : "unidirectional";
  }

  /** Lengths from 1 to the number of steps, since cuDNN is not asked for rows of none. */
  private static Operand<TInt32> lengths(Ops tf, Given<?> given) {
    return given
        .padding()
        .<Operand<TInt32>>map(
            ends -> tf.math.maximum(tf.math.minimum(ends.lengths(), given.time()), tf.constant(1)))
        .orElseGet(() -> tf.fill(tf.stack(List.of(given.batch())), given.time()));
  }

  private static <T extends TFloating> Operand<T> cleared(
      Ops tf, String what, Given<T> given, Operand<T> sequences) {
    if (given.padding().isEmpty()) {
      return sequences;
    }
    var ends = given.padding().get();
    long width = sequences.shape().get(2);
    Structure<Operand<T>> row = Structure.tensor(Leaf.of("", sequences.type(), Shape.of(width)));
    return ends.clear(tf, what, ends.inside(tf, given.time()), row, sequences);
  }

  /** The last state, which is the initial one in rows without steps. */
  private static <T extends TFloating> Operand<T> held(
      Ops tf, Optional<Padding> padding, Operand<T> last, Operand<T> first) {
    if (padding.isEmpty()) {
      return last;
    }
    var some = tf.math.less(tf.constant(0), padding.get().lengths());
    return tf.select(tf.expandDims(some, tf.constant(1)), last, first);
  }
}
