package io.github.tfrnn.rnn;

import io.github.tfrnn.cells.LayerStates;
import io.github.tfrnn.cells.RnnCell;
import io.github.tfrnn.cells.TensorCell;
import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.ops.spi.LayerCell;
import io.github.tfrnn.ops.spi.LayerEngine;
import io.github.tfrnn.ops.spi.LayerEngines;
import io.github.tfrnn.ops.spi.LayerSequence;
import io.github.tfrnn.ops.spi.LayerStack;
import io.github.tfrnn.ops.spi.StackCell;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/**
 * Runs cells over whole sequences through an engine, a stack of cells layer by layer.
 *
 * @param name the engine, which can run the cells
 * @param lengths of the rows, {@code [batch]}
 * @param backward whether to go from the last step of each row to the first
 * @param recompute whether gradients compute values again
 */
record WholeLayers(
    Engine name, Optional<Operand<TInt32>> lengths, boolean backward, boolean recompute) {

  /**
   * Adds the layers of a cell.
   *
   * @param x {@code [time, batch, depth]}
   * @param state the initial state
   * @return outputs, {@code [time, batch, depth]}, and the state of each row after its last step
   */
  @SuppressWarnings("unchecked") // Engines.choose has seen that it is a cell of tensors
  <X, Y, S> RnnResult<Y, S> run(VariableScope scope, RnnCell<X, Y, S> cell, X x, S state) {
    var engine = LayerEngines.named(name.name()).orElseThrow();
    return (RnnResult<Y, S>)
        layers(engine, scope, (TensorCell<TFloating, S>) cell, (Operand<TFloating>) x, state);
  }

  @SuppressWarnings("unchecked") // a stack has the states of its layers
  private <T extends TFloating, S> RnnResult<Operand<T>, S> layers(
      LayerEngine engine, VariableScope scope, TensorCell<T, S> cell, Operand<T> x, S state) {
    return cell instanceof StackCell stack
        ? (RnnResult<Operand<T>, S>)
            stack(engine, scope, stack.layerStack(), x, (LayerStates) state)
        : layer(engine, scope, cell, x, state);
  }

  private <T extends TFloating> RnnResult<Operand<T>, LayerStates> stack(
      LayerEngine engine, VariableScope scope, LayerStack stack, Operand<T> x, LayerStates states) {
    requireStates(scope, stack, states);
    var outputs = x;
    var last = new ArrayList<Object>();
    for (int i = 0; i < stack.cells().size(); i++) {
      @SuppressWarnings("unchecked") // the cells of a stack have one type
      var layer = (TensorCell<T, Object>) stack.cells().get(i);
      var at = stack.scopes().apply(scope, i);
      var result = layers(engine, at, layer, outputs, states.layers().get(i));
      outputs = result.outputs();
      last.add(result.state());
    }
    stack.finish().run();
    return new RnnResult<>(outputs, new LayerStates(last));
  }

  private static void requireStates(VariableScope scope, LayerStack stack, LayerStates states) {
    if (states.layers().size() != stack.cells().size()) {
      throw new IllegalArgumentException(
          scope.name()
              + ": state must be one for each of "
              + stack.cells().size()
              + " layers, got "
              + states.layers().size());
    }
  }

  @SuppressWarnings("unchecked") // Engines.choose has seen it, and the parts have the type T
  private <T extends TFloating, S> RnnResult<Operand<T>, S> layer(
      LayerEngine engine, VariableScope scope, TensorCell<T, S> cell, Operand<T> x, S state) {
    var weights = ((LayerCell<T, S>) cell).plainLayer().weights().in(scope, x, state);
    var parts = new ArrayList<Operand<T>>();
    cell.stateSize().flatten(state).forEach(part -> parts.add((Operand<T>) part));
    var sequence = new LayerSequence<>(x, lengths, parts, backward, recompute);
    var output = engine.run(scope.tf(), weights, sequence);
    var last = cell.stateSize().pack(List.copyOf(output.state()));
    return new RnnResult<>(output.outputs(), last);
  }
}
