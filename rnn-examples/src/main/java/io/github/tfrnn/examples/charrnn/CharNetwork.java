package io.github.tfrnn.examples.charrnn;

import io.github.tfrnn.cells.GruCell;
import io.github.tfrnn.cells.LayerStates;
import io.github.tfrnn.cells.LstmCell;
import io.github.tfrnn.cells.MultiRnnCell;
import io.github.tfrnn.cells.TensorCell;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.rnn.Rnn;
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
 * once.
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

  /** What is done to the output of a layer while training. */
  @FunctionalInterface
  interface Dropout {
    /**
     * Returns {@code x}, shape {@code [time, batch, units]}, with parts of it missing.
     *
     * @param layer 0 for the first
     */
    Operand<TFloat32> apply(Operand<TFloat32> x, int layer);
  }

  /**
   * What one pass gives.
   *
   * @param logits shape {@code [time, batch, symbols]}
   * @param state after the last step
   */
  record Pass(Operand<TFloat32> logits, LayerStates state) {}

  /**
   * Adds the ops.
   *
   * @param characters numbers of characters, shape {@code [time, batch]}
   * @param initial the state before the first step
   */
  Pass run(
      VariableScope scope, Operand<TInt32> characters, LayerStates initial, Dropout dropout) {
    var x = new Embedding(symbols, embedding).lookup(scope, characters);
    var states = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      x = dropout.apply(run(scope.scope("layer_" + i), layers.get(i), x, initial, states), i);
    }
    return new Pass(new Dense(symbols).apply(scope, x), new LayerStates(states));
  }

  private static <S> Operand<TFloat32> run(
      VariableScope scope,
      TensorCell<TFloat32, S> layer,
      Operand<TFloat32> x,
      LayerStates initial,
      List<Object> states) {
    @SuppressWarnings("unchecked") // the states have the structure of the layers
    var state = (S) initial.layers().get(states.size());
    var result =
        Rnn.dynamicRnn(scope, layer, x, options -> options.initialState(state).timeMajor());
    states.add(result.state());
    return result.outputs();
  }
}
