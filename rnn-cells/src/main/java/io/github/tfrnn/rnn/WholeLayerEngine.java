package io.github.tfrnn.rnn;

import io.github.tfrnn.cells.LayerStates;
import io.github.tfrnn.cells.TensorCell;
import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.ops.spi.LayerCell;
import io.github.tfrnn.ops.spi.LayerRunner;
import io.github.tfrnn.ops.spi.LayerSequence;
import io.github.tfrnn.ops.spi.LayerStack;
import io.github.tfrnn.ops.spi.PlainLayer;
import io.github.tfrnn.ops.spi.StackCell;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.types.family.TFloating;

/**
 * An engine that runs a layer from its weights alone, and a stack of cells layer by layer.
 *
 * @param name its constant
 * @param layers what runs a layer
 */
record WholeLayerEngine(Engine name, LayerRunner layers) implements SequenceEngine {

  @Override
  public Optional<String> obstacle(SequenceRun<?, ?, ?> run) {
    if (!(run.tf().scope().env() instanceof Graph)) {
      return Optional.of("the driver is called inside a body of a loop or of a compiled piece");
    }
    if (run.options().loop().gradientOrder() > 1) {
      return Optional.of("gradients of second order are asked for");
    }
    if (run.options().segmentation().isPresent()) {
      return Optional.of("segments are asked for");
    }
    var inputs = run.parts();
    if (inputs.size() != 1 || inputs.get(0).shape().numDimensions() != 3) {
      return Optional.of("the inputs are not one tensor of three dimensions");
    }
    return ofCell(run.cell()).or(layers::obstacle);
  }

  private Optional<String> ofCell(Object cell) {
    return first(
        cell, plain -> plain.deviation().or(() -> layers.obstacle(plain.kind(), plain.type())));
  }

  @Override
  public Optional<String> drawback(SequenceRun<?, ?, ?> run) {
    boolean recompute = run.options().loop().recompute();
    return first(run.cell(), plain -> layers.drawback(plain, recompute));
  }

  /** What the first layer has to say that has something to say. */
  private static Optional<String> first(
      Object cell, Function<PlainLayer<?, ?>, Optional<String>> said) {
    if (cell instanceof StackCell stack) {
      return stack.layerStack().cells().stream()
          .map(each -> first(each, said))
          .flatMap(Optional::stream)
          .findFirst();
    }
    return cell instanceof LayerCell<?, ?> layer
        ? said.apply(layer.plainLayer())
        : Optional.of("a " + cell.getClass().getSimpleName() + " is none of its cells");
  }

  @Override
  @SuppressWarnings("unchecked") // obstacle() has seen that it is a cell of tensors
  public <X, Y, S> SequenceOutput<Y, S> run(SequenceRun<X, Y, S> run) {
    var cell = (TensorCell<TFloating, S>) run.cell();
    var x = (Operand<TFloating>) run.inputs();
    return (SequenceOutput<Y, S>) layers(run, run.scope(), cell, x, run.initial());
  }

  @SuppressWarnings("unchecked") // a stack has the states of its layers
  private <T extends TFloating, S> SequenceOutput<Operand<T>, S> layers(
      SequenceRun<?, ?, ?> run, VariableScope scope, TensorCell<T, S> cell, Operand<T> x, S state) {
    return cell instanceof StackCell stack
        ? (SequenceOutput<Operand<T>, S>)
            stack(run, scope, stack.layerStack(), x, (LayerStates) state)
        : layer(run, scope, cell, x, state);
  }

  private <T extends TFloating> SequenceOutput<Operand<T>, LayerStates> stack(
      SequenceRun<?, ?, ?> run,
      VariableScope scope,
      LayerStack stack,
      Operand<T> x,
      LayerStates states) {
    requireStates(scope, stack, states);
    var outputs = x;
    var last = new ArrayList<Object>();
    for (int i = 0; i < stack.cells().size(); i++) {
      @SuppressWarnings("unchecked") // the cells of a stack have one type
      var layer = (TensorCell<T, Object>) stack.cells().get(i);
      var at = stack.scopes().apply(scope, i);
      var result = layers(run, at, layer, outputs, states.layers().get(i));
      outputs = result.outputs();
      last.add(result.state());
    }
    stack.finish().run();
    return new SequenceOutput<>(outputs, new LayerStates(last));
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

  @SuppressWarnings("unchecked") // obstacle() has seen it, and the parts have the type T
  private <T extends TFloating, S> SequenceOutput<Operand<T>, S> layer(
      SequenceRun<?, ?, ?> run, VariableScope scope, TensorCell<T, S> cell, Operand<T> x, S state) {
    var weights = ((LayerCell<T, S>) cell).plainLayer().weights().in(scope, x, state);
    var parts = new ArrayList<Operand<T>>();
    cell.stateSize().flatten(state).forEach(part -> parts.add((Operand<T>) part));
    var sequence =
        new LayerSequence<>(
            run.isBackward() ? run.reversed(x) : x,
            run.padding().map(Padding::lengths),
            parts,
            run.options().loop().recompute());
    var output = layers.run(scope.tf(), weights, sequence);
    var last = cell.stateSize().pack(List.copyOf(output.state()));
    return new SequenceOutput<>(
        run.isBackward() ? run.reversed(output.outputs()) : output.outputs(), last);
  }
}
