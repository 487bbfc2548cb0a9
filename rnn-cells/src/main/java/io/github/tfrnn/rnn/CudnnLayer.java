package io.github.tfrnn.rnn;

import io.github.tfrnn.cells.CellScope;
import io.github.tfrnn.ops.Sequences;
import io.github.tfrnn.ops.Shapes;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/** A network of cuDNN: its variables, their way into cuDNN's one vector, and the op. */
final class CudnnLayer<T extends TFloating> {
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
    var op = new CudnnOp(mode, layers, units, bidirectional, dropout, seed, options.training());
    var result =
        op.add(
            tf,
            new CudnnOp.Given<>(inputs, parts, time, batch, padding),
            op.params(tf, weights(own, depth), depth));
    return new RnnResult<>(
        options.isBatchMajor() ? exchange(tf, result.outputs()) : result.outputs(),
        states.pack(result.states()));
  }

  private void requireGpu(String who) {
    if (anywhere) {
      return;
    }
    CudnnOp.obstacle()
        .ifPresent(
            got -> {
              throw new IllegalStateException(
                  who
                      + ": this machine must have a GPU and the natives for it, got "
                      + got
                      + ". Run a cell with the same variables instead, as the documentation says,"
                      + " or build the graph for another machine with forAnotherMachine().");
            });
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
    return Sequences.transposeBatchTime(tf, sequences);
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

  /** The weights of all layers and directions. */
  private List<CudnnWeights<T>> weights(VariableScope own, long inputDepth) {
    var weights = new ArrayList<CudnnWeights<T>>();
    long depth = inputDepth;
    for (int layer = 0; layer < layers; layer++) {
      for (String cell : cells(layer)) {
        weights.add(mode.weights(own, cell, type, depth, units, initial));
      }
      depth = (long) directions() * units;
    }
    return weights;
  }

  /** The scopes of the cells of a layer: where drivers put them, and TensorFlow's checkpoints. */
  private List<String> cells(int layer) {
    if (!bidirectional) {
      return List.of("rnn/multi_rnn_cell/cell_" + layer + "/" + mode.cell);
    }
    String both = "stack_bidirectional_rnn/cell_" + layer + "/bidirectional_rnn/";
    return List.of(both + "fw/" + mode.cell, both + "bw/" + mode.cell);
  }
}
