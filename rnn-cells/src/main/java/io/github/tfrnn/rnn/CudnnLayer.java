package io.github.tfrnn.rnn;

import io.github.tfrnn.cells.CellScope;
import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Shapes;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
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

/** A network of cuDNN: its variables, their way into cuDNN's one vector, and the op. */
final class CudnnLayer<T extends TFloating> {
  private static final String OP = "CudnnRNNV3";

  private final CudnnMode mode;
  private final Class<T> type;
  private final int layers;
  private final int units;
  private final boolean bidirectional;
  private final float dropout;
  private final long seed;
  private final boolean anywhere;
  private final CudnnMode.Initial initial;
  private final CellScope scope;

  CudnnLayer(CudnnBuilder<T, ?> builder) {
    mode = builder.mode;
    type = builder.type;
    layers = builder.layers;
    units = builder.units;
    bidirectional = builder.bidirectional;
    dropout = (float) builder.dropout;
    seed = builder.seed;
    anywhere = builder.anywhere;
    initial = builder.initial();
    scope = builder.scope();
  }

  private int directions() {
    return bidirectional ? 2 : 1;
  }

  /** The shape of a state for a batch, -1 for unknown. */
  private Shape stateShape(long batch) {
    return Shape.of((long) layers * directions(), batch, units);
  }

  /**
   * Emits the network.
   *
   * @param states the structure of one or two tensors
   */
  <S> RnnResult<Operand<T>, S> run(
      VariableScope outer, Operand<T> inputs, CudnnOptions<S> options, Structure<S> states) {
    return scope.within(outer, own -> inside(own, inputs, options, states));
  }

  private <S> RnnResult<Operand<T>, S> inside(
      VariableScope own, Operand<T> given, CudnnOptions<S> options, Structure<S> states) {
    requireGpu(own.name());
    long depth = depth(own.name(), given);
    var tf = own.tf();
    var inputs = options.isBatchMajor() ? exchange(tf, given) : given;
    var known = inputs.shape().take(2);
    var time = Layout.size(tf, List.of(inputs), known, 0);
    var batch = Layout.size(tf, List.of(inputs), known, 1);
    var padding =
        options
            .sequenceLength()
            .map(lengths -> Padding.of(tf, own.name(), lengths, batch, known.get(1)));
    var parts = states(own.name(), tf, options, states, batch, known.get(1));
    var x = padding.map(ends -> cleared(tf, "inputs", ends, time, inputs)).orElse(inputs);
    var op =
        tf.nn.cudnnRNN(
            x,
            parts.get(0),
            parts.size() > 1 ? parts.get(1) : tf.zeros(tf.constant(new int[] {0}), type),
            params(own, depth),
            lengths(tf, padding, time, batch),
            CudnnRNN.rnnMode(mode.op),
            CudnnRNN.inputMode("linear_input"),
            CudnnRNN.direction(direction()),
            CudnnRNN.dropout(dropout),
            CudnnRNN.seed(seed),
            CudnnRNN.seed2(0L),
            CudnnRNN.isTraining(options.training()),
            CudnnRNN.timeMajor(true));
    var last = List.of(op.outputH(), op.outputC()).subList(0, parts.size());
    var held = new ArrayList<Operand<?>>();
    for (int i = 0; i < last.size(); i++) {
      held.add(held(tf, padding, last.get(i), parts.get(i)));
    }
    Operand<T> outputs =
        padding.map(ends -> cleared(tf, "output", ends, time, op.output())).orElse(op.output());
    return new RnnResult<>(
        options.isBatchMajor() ? exchange(tf, outputs) : outputs, states.pack(held));
  }

  private void requireGpu(String who) {
    if (anywhere) {
      return;
    }
    String got = null;
    if (!Devices.ofKernels(OP).contains("GPU")) {
      got = "the natives of TensorFlow for a CPU, which have no kernel of " + OP;
    } else if (!Devices.ofMachine().contains("GPU")) {
      got = "the devices " + Devices.ofMachine();
    }
    if (got != null) {
      throw new IllegalStateException(
          who
              + ": this machine must have a GPU and the natives for it, got "
              + got
              + ". Run a cell with the same variables instead, as the documentation says, or build"
              + " the graph for another machine with forAnotherMachine().");
    }
  }

  private long depth(String who, Operand<T> inputs) {
    var shape = inputs.shape();
    if (inputs.type() != type) {
      throw new IllegalArgumentException(
          who
              + ": inputs must be "
              + type.getSimpleName()
              + ", the type of the weights, got "
              + inputs.type().getSimpleName()
              + ". Convert it with tf.dtypes.cast.");
    }
    if (shape.numDimensions() != 3 || shape.get(2) == Shape.UNKNOWN_SIZE) {
      throw new IllegalArgumentException(
          who
              + ": inputs must have 3 dims, time, batch and a known depth, got "
              + Shapes.text(shape));
    }
    return shape.get(2);
  }

  private static <V extends TFloating> Operand<V> exchange(Ops tf, Operand<V> sequences) {
    return io.github.tfrnn.ops.Sequences.transposeBatchTime(tf, sequences);
  }

  @SuppressWarnings("unchecked") // checked
  private <S> List<Operand<T>> states(
      String who,
      Ops tf,
      CudnnOptions<S> options,
      Structure<S> structure,
      Operand<TInt32> batch,
      long known) {
    var parts = new ArrayList<Operand<T>>();
    if (options.initialState().isEmpty()) {
      var shape = tf.stack(List.of(tf.constant(layers * directions()), batch, tf.constant(units)));
      structure.leaves().forEach(leaf -> parts.add(tf.zeros(shape, type)));
      return parts;
    }
    var given = structure.flatten(options.initialState().get());
    for (int i = 0; i < given.size(); i++) {
      var part = given.get(i);
      var name = structure.leaves().get(i).name();
      if (part.type() != type || !part.shape().isCompatibleWith(stateShape(known))) {
        throw new IllegalArgumentException(
            who
                + ": initialState "
                + name
                + " must be "
                + type.getSimpleName()
                + " of shape [layers * directions, batch, units], "
                + Shapes.text(stateShape(known))
                + ", got "
                + part.type().getSimpleName()
                + " "
                + Shapes.text(part.shape()));
      }
      parts.add(tf.ensureShape((Operand<T>) part, stateShape(known)));
    }
    return parts;
  }

  /** The weights of all layers in cuDNN's vector. */
  private Operand<T> params(VariableScope own, long inputDepth) {
    var tf = own.tf();
    var matrices = new ArrayList<Operand<T>>();
    var biases = new ArrayList<Operand<T>>();
    long depth = inputDepth;
    for (int layer = 0; layer < layers; layer++) {
      for (String cell : cells(layer)) {
        var weights = mode.weights(own, cell, type, depth, units, initial);
        matrices.addAll(weights.matrices());
        biases.addAll(weights.biases());
      }
      depth = (long) directions() * units;
    }
    return tf.nn.cudnnRNNCanonicalToParams(
        tf.constant(layers),
        tf.constant(units),
        tf.constant((int) inputDepth),
        matrices,
        biases,
        CudnnRNNCanonicalToParams.rnnMode(mode.op),
        CudnnRNNCanonicalToParams.inputMode("linear_input"),
        CudnnRNNCanonicalToParams.direction(direction()),
        CudnnRNNCanonicalToParams.dropout(dropout),
        CudnnRNNCanonicalToParams.seed(seed),
        CudnnRNNCanonicalToParams.seed2(0L));
  }

  /** The scopes of the cells of a layer: where drivers put them, and TensorFlow's checkpoints. */
  private List<String> cells(int layer) {
    if (!bidirectional) {
      return List.of("rnn/multi_rnn_cell/cell_" + layer + "/" + mode.cell);
    }
    String both = "stack_bidirectional_rnn/cell_" + layer + "/bidirectional_rnn/";
    return List.of(both + "fw/" + mode.cell, both + "bw/" + mode.cell);
  }

  private String direction() {
    return bidirectional ? "bidirectional" : "unidirectional";
  }

  /** Lengths from 1 to the number of steps, since cuDNN is not asked for rows of none. */
  private static Operand<TInt32> lengths(
      Ops tf, Optional<Padding> padding, Operand<TInt32> time, Operand<TInt32> batch) {
    return padding
        .<Operand<TInt32>>map(
            ends -> tf.math.maximum(tf.math.minimum(ends.lengths(), time), tf.constant(1)))
        .orElseGet(() -> tf.fill(tf.stack(List.of(batch)), time));
  }

  private Operand<T> cleared(
      Ops tf, String what, Padding ends, Operand<TInt32> time, Operand<T> sequences) {
    long width = sequences.shape().get(2);
    Structure<Operand<T>> row = Structure.tensor(Leaf.of("", type, Shape.of(width)));
    return ends.clear(tf, what, ends.inside(tf, time), row, sequences);
  }

  /** The last state, which is the initial one in rows without steps. */
  private Operand<T> held(Ops tf, Optional<Padding> padding, Operand<T> last, Operand<T> first) {
    if (padding.isEmpty()) {
      return last;
    }
    var some = tf.math.less(tf.constant(0), padding.get().lengths());
    return tf.select(tf.expandDims(some, tf.constant(1)), last, first);
  }
}
