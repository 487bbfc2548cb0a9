package io.github.tfrnn.examples.charrnn;

import io.github.tfrnn.cells.GruCell;
import io.github.tfrnn.cells.LayerStates;
import io.github.tfrnn.cells.LstmCell;
import io.github.tfrnn.cells.MultiRnnCell;
import io.github.tfrnn.cells.TensorCell;
import io.github.tfrnn.ops.Dense;
import io.github.tfrnn.ops.Embedding;
import io.github.tfrnn.ops.Sequences;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.rnn.Rnn;
import io.github.tfrnn.rnn.RnnResult;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The character model as ops: an embedding, recurrent layers, a dense layer.
 *
 * <pre>{@code
 * x_0     = embedding[characters]
 * x_(l+1) = dropout(layer_l(x_l))
 * logits  = x_L * kernel + bias
 * }</pre>
 *
 * <p>Each layer is a loop of its own, so that the product of its inputs is made for all steps at
 * once before the loop begins.
 */
final class CharNetwork {
  private final int symbols;
  private final int embedding;
  private final List<TensorCell<TFloat32, ?>> layers = new ArrayList<>();

  /** A network that knows {@code symbols} characters. */
  CharNetwork(Network network, int symbols) {
    this.symbols = symbols;
    this.embedding = network.embedding();
    for (int i = 0; i < network.layers(); i++) {
      layers.add(
          switch (network.cell()) {
            case LSTM -> LstmCell.builder(TFloat32.class, network.units()).build();
            case GRU -> GruCell.builder(TFloat32.class, network.units()).build();
          });
    }
  }

  /** The states of all layers. */
  Structure<LayerStates> stateSize() {
    return MultiRnnCell.of(layers).stateSize();
  }

  /** What is done to the outputs of a layer while training. */
  @FunctionalInterface
  interface Dropout {
    /** Leaves everything as it is. */
    Dropout NONE = (x, layer) -> x;

    /**
     * Returns {@code x} with some of its elements zero.
     *
     * @param x shape {@code [time, batch, units]}
     * @param layer 0 for the first
     */
    Operand<TFloat32> apply(Operand<TFloat32> x, int layer);
  }

  /**
   * Adds the ops.
   *
   * @param characters their numbers, shape {@code [batch, time]}
   * @param initial the state before the first step
   * @return the logits of what comes next, shape {@code [time, batch, symbols]}, and the state
   *     after the last step
   */
  RnnResult<Operand<TFloat32>, LayerStates> run(
      VariableScope scope, Operand<TInt32> characters, LayerStates initial, Dropout dropout) {
    var timeMajor = Sequences.transposeBatchTime(scope.tf(), characters);
    var x = Embedding.lookup(scope, timeMajor, symbols, embedding, TFloat32.class);
    var states = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      var result = run(scope.scope("layer_" + i), layers.get(i), x, initial.layers().get(i));
      states.add(result.state());
      x = dropout.apply(result.outputs(), i);
    }
    return new RnnResult<>(Dense.apply(scope, x, symbols), new LayerStates(states));
  }

  @SuppressWarnings("unchecked") // the states have the structure of the layers
  private static <S> RnnResult<Operand<TFloat32>, S> run(
      VariableScope scope, TensorCell<TFloat32, S> layer, Operand<TFloat32> x, Object initial) {
    return Rnn.dynamicRnn(
        scope, layer, x, options -> options.initialState((S) initial).timeMajor());
  }
}
