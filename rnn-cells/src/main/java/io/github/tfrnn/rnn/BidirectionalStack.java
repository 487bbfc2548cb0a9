package io.github.tfrnn.rnn;

import io.github.tfrnn.cells.LayerStates;
import io.github.tfrnn.cells.TensorCell;
import io.github.tfrnn.ops.Sequences;
import io.github.tfrnn.ops.VariableScope;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.types.family.TFloating;

/** Layers of two cells each; a layer gets what both cells of the one below give. */
final class BidirectionalStack<T extends TFloating> {
  private final VariableScope scope;
  private final List<? extends TensorCell<T, ?>> cellsFw;
  private final List<? extends TensorCell<T, ?>> cellsBw;
  private final RnnOptions<Directions<LayerStates, LayerStates>> options;

  /**
   * Checks the cells and the states.
   *
   * @param scope the one that the driver entered
   */
  BidirectionalStack(
      VariableScope scope,
      List<? extends TensorCell<T, ?>> cellsFw,
      List<? extends TensorCell<T, ?>> cellsBw,
      RnnOptions<Directions<LayerStates, LayerStates>> options) {
    this.scope = scope;
    this.cellsFw = List.copyOf(cellsFw);
    this.cellsBw = List.copyOf(cellsBw);
    this.options = options;
    requireLayers();
    options
        .state()
        .ifPresent(
            states -> {
              requireStates("forward", states.forward());
              requireStates("backward", states.backward());
            });
  }

  private void requireLayers() {
    String who = scope.name();
    if (cellsFw.isEmpty() || cellsBw.isEmpty()) {
      String way = cellsFw.isEmpty() ? "fw" : "bw";
      throw new IllegalArgumentException(
          who
              + ": cells must specify at least one "
              + way
              + " cell for BidirectionalRNN, got an empty list");
    }
    if (cellsFw.size() != cellsBw.size()) {
      throw new IllegalArgumentException(
          who
              + ": Forward and Backward cells must have the same depth, got "
              + cellsFw.size()
              + " and "
              + cellsBw.size());
    }
    for (var cellFw : cellsFw) {
      cellsBw.forEach(cellBw -> BothWays.requireTwo(who, cellFw, cellBw));
    }
  }

  private void requireStates(String direction, LayerStates states) {
    if (states.layers().size() != cellsFw.size()) {
      throw new IllegalArgumentException(
          scope.name()
              + ": initialState "
              + direction
              + " must be a list of states (one per layer), "
              + cellsFw.size()
              + ", got "
              + states.layers().size());
    }
  }

  /** Adds loops; all layers run with time first, whatever the layout of the inputs. */
  RnnResult<Operand<T>, Directions<LayerStates, LayerStates>> loop(Operand<T> inputs) {
    var tf = scope.tf();
    Layout.require(
        scope.name(), List.of("inputs"), List.of(inputs), Layout.order(options.isTimeMajor()));
    if (options.isTimeMajor()) {
      return layers(inputs, options, this::loopLayer);
    }
    var result =
        layers(Sequences.transposeBatchTime(tf, inputs), options.timeMajor(), this::loopLayer);
    return new RnnResult<>(
        Sequences.transposeBatchTime(tf, result.outputs()), result.state(), result.engine());
  }

  private <F, B> RnnResult<Operand<T>, Directions<F, B>> loopLayer(
      VariableScope at,
      TensorCell<T, F> cellFw,
      TensorCell<T, B> cellBw,
      Operand<T> inputs,
      RnnOptions<Directions<F, B>> layerOptions) {
    var inner = at.scope(BidirectionalRnn.SCOPE);
    var result = BothWays.loop(inner, cellFw, cellBw, inputs, layerOptions);
    return new RnnResult<>(
        BidirectionalRnn.concat(at.tf(), result.outputs()), result.state(), result.engine());
  }

  /** Adds the ops of every step; its layers do not enter a scope for the two directions. */
  RnnResult<List<Operand<T>>, Directions<LayerStates, LayerStates>> unroll(
      List<? extends Operand<T>> inputs) {
    return layers(List.copyOf(inputs), options, BothWays::unroll);
  }

  /**
   * Runs one layer over all steps.
   *
   * @param <V> the inputs and outputs of all steps
   */
  private interface Layer<T extends TFloating, V> {
    <F, B> RnnResult<V, Directions<F, B>> run(
        VariableScope at,
        TensorCell<T, F> cellFw,
        TensorCell<T, B> cellBw,
        V inputs,
        RnnOptions<Directions<F, B>> layerOptions);
  }

  private <V> RnnResult<V, Directions<LayerStates, LayerStates>> layers(
      V inputs, RnnOptions<Directions<LayerStates, LayerStates>> all, Layer<T, V> layer) {
    var outputs = inputs;
    var statesFw = new ArrayList<Object>();
    var statesBw = new ArrayList<Object>();
    var engines = new LinkedHashSet<EngineUse>();
    for (int i = 0; i < cellsFw.size(); i++) {
      var result = layer(i, cellsFw.get(i), cellsBw.get(i), outputs, all, layer);
      outputs = result.outputs();
      statesFw.add(result.state().forward());
      statesBw.add(result.state().backward());
      engines.add(result.engine());
    }
    return new RnnResult<>(
        outputs,
        new Directions<>(new LayerStates(statesFw), new LayerStates(statesBw)),
        engines.stream().reduce(EngineUse::both).orElseThrow());
  }

  private <V, F, B> RnnResult<V, ? extends Directions<?, ?>> layer(
      int i,
      TensorCell<T, F> cellFw,
      TensorCell<T, B> cellBw,
      V inputs,
      RnnOptions<Directions<LayerStates, LayerStates>> all,
      Layer<T, V> layer) {
    @SuppressWarnings("unchecked") // the structures of the cells refuse states of another kind
    var state =
        all.state()
            .map(
                states ->
                    new Directions<>(
                        (F) states.forward().layers().get(i),
                        (B) states.backward().layers().get(i)));
    return layer.run(scope.scope("cell_" + i), cellFw, cellBw, inputs, all.ofPart(state));
  }
}
