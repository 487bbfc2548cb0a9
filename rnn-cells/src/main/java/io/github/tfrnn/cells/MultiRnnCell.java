package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.ops.spi.LayerStack;
import io.github.tfrnn.ops.spi.StackCell;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/**
 * A stack of cells, each fed the output of the one before; its output is that of the last.
 *
 * <p>Layer i keeps its weights in the scope {@code multi_rnn_cell/cell_i}. Each layer is a cell of
 * its own; one cell object in several places would share one set of weights between layers, so it
 * is refused unless the stack is made by {@link #tied}.
 *
 * <p>Source: {@code tf.nn.rnn_cell.MultiRNNCell} of TensorFlow 1.15. Its {@code
 * state_is_tuple=False} is {@link ConcatenatedState}.
 */
@SuppressWarnings("exports") // layerStack() is not for users
public final class MultiRnnCell<T extends TFloating>
    implements ProjectsInput<T, LayerStates>, StackCell {
  private final List<TensorCell<T, ?>> layers;
  private final CellScope scope = CellScope.named("multi_rnn_cell");

  private MultiRnnCell(List<? extends TensorCell<T, ?>> layers) {
    this.layers = List.copyOf(layers);
    if (this.layers.isEmpty()) {
      throw new IllegalArgumentException("MultiRnnCell: cells must be at least one, got none");
    }
    for (var layer : this.layers) {
      if (layer.type() != type()) {
        throw new IllegalArgumentException(
            "MultiRnnCell: cells must have one type, got "
                + this.layers.stream().map(cell -> cell.type().getSimpleName()).toList());
      }
    }
  }

  /**
   * Stacks cells.
   *
   * @param cells the first layer first
   * @throws IllegalArgumentException if there is none, if their types differ, or if one object is
   *     there twice
   */
  public static <T extends TFloating> MultiRnnCell<T> of(List<? extends TensorCell<T, ?>> cells) {
    for (int i = 0; i < cells.size(); i++) {
      for (int k = 0; k < i; k++) {
        if (cells.get(i) == cells.get(k)) {
          throw new IllegalArgumentException(
              "MultiRnnCell: cells must be different objects, got the same one for cell "
                  + k
                  + " and cell "
                  + i
                  + ", which would share one set of weights. Make one for each layer, as with"
                  + " MultiRnnCell.of(3, layer -> ...), or ask for shared weights with"
                  + " MultiRnnCell.tied.");
        }
      }
    }
    return new MultiRnnCell<>(cells);
  }

  /**
   * Stacks the cells that a factory makes.
   *
   * @param layers how many, at least 1
   * @param layer makes a new cell from the index of its layer
   * @throws IllegalArgumentException as {@link #of(List)}
   */
  public static <T extends TFloating> MultiRnnCell<T> of(
      int layers, IntFunction<? extends TensorCell<T, ?>> layer) {
    var cells = new ArrayList<TensorCell<T, ?>>();
    for (int i = 0; i < layers; i++) {
      cells.add(layer.apply(i));
    }
    return of(cells);
  }

  /**
   * Stacks cells of which some may be the same object and share their weights; such a cell must get
   * inputs of one width. {@code [cell] * 3} of TensorFlow 1.15 is {@code
   * MultiRnnCell.tied(Collections.nCopies(3, cell))}.
   *
   * @throws IllegalArgumentException if there is no cell, or if their types differ
   */
  public static <T extends TFloating> MultiRnnCell<T> tied(List<? extends TensorCell<T, ?>> cells) {
    return new MultiRnnCell<>(cells);
  }

  /** Whether those of all cells are. */
  @Override
  public boolean hasIndependentRows() {
    return layers.stream().allMatch(TensorCell::hasIndependentRows);
  }

  @Override
  public Class<T> type() {
    return layers.get(0).type();
  }

  @Override
  public Structure<Operand<T>> outputSize() {
    return layers.get(layers.size() - 1).outputSize();
  }

  /** The states of the layers, each tensor named {@code cell_i/...}. */
  @Override
  public Structure<LayerStates> stateSize() {
    var leaves = new ArrayList<Leaf>();
    for (int i = 0; i < layers.size(); i++) {
      for (Leaf leaf : layers.get(i).stateSize().leaves()) {
        leaves.add(leaf.under(name(i)));
      }
    }
    return Structure.of(leaves, this::flatten, this::pack);
  }

  private List<Operand<?>> flatten(LayerStates states) {
    requireAll("MultiRnnCell", states);
    var parts = new ArrayList<Operand<?>>();
    for (int i = 0; i < layers.size(); i++) {
      parts.addAll(flatten(layers.get(i).stateSize(), states.layers().get(i)));
    }
    return parts;
  }

  @SuppressWarnings("unchecked") // a state of another layer fails in the structure
  private static <S> List<Operand<?>> flatten(Structure<S> structure, Object state) {
    return structure.flatten((S) state);
  }

  private LayerStates pack(List<Operand<?>> parts) {
    var states = new ArrayList<>();
    int from = 0;
    for (var layer : layers) {
      int to = from + layer.stateSize().leaves().size();
      states.add(layer.stateSize().pack(parts.subList(from, to)));
      from = to;
    }
    return new LayerStates(states);
  }

  @Override
  public LayerStates zeroState(Ops tf, Operand<TInt32> batchSize) {
    var states = new ArrayList<>();
    for (var layer : layers) {
      states.add(layer.zeroState(tf, batchSize));
    }
    return new LayerStates(states);
  }

  /**
   * {@inheritDoc}
   *
   * @param x the input of the first layer, shape {@code [B, D]}
   * @param states a state for each layer
   * @return the output of the last layer, and the new states
   */
  @Override
  public Step<Operand<T>, LayerStates> step(VariableScope scope, Operand<T> x, LayerStates states) {
    return this.scope.within(
        scope,
        own -> {
          requireAll(own.name(), states);
          return upwards(own, step(layers.get(0), own.scope(name(0)), x, states, 0), states);
        });
  }

  /** Runs the layers above the first. */
  private Step<Operand<T>, LayerStates> upwards(
      VariableScope own, Step<Operand<T>, ?> first, LayerStates states) {
    var next = new ArrayList<>();
    Step<Operand<T>, ?> last = first;
    next.add(first.state());
    for (int i = 1; i < layers.size(); i++) {
      last = step(layers.get(i), own.scope(name(i)), last.output(), states, i);
      next.add(last.state());
    }
    return new Step<>(last.output(), new LayerStates(next));
  }

  private static <T extends TFloating, S> Step<Operand<T>, S> step(
      TensorCell<T, S> cell, VariableScope scope, Operand<T> x, LayerStates states, int index) {
    return cell.step(scope, x, state(cell, scope.name(), x, states, index));
  }

  @SuppressWarnings("unchecked") // the structure of the cell refuses a state of another kind
  private static <T extends TFloating, S> S state(
      TensorCell<T, S> cell, String who, Operand<T> rows, LayerStates states, int index) {
    var state = (S) states.layers().get(index);
    Fit.state(who, cell.stateSize(), state, rows);
    return state;
  }

  @Override
  public Projection<T, LayerStates> project(VariableScope scope, Operand<T> inputs) {
    return project(layers.get(0), this.scope.enter(scope), inputs);
  }

  private <S> Projection<T, LayerStates> project(
      TensorCell<T, S> first, VariableScope own, Operand<T> inputs) {
    var bottom = own.scope(name(0));
    var projection = Projections.of(first, bottom, inputs);
    return new Projection<>(
        projection.inputs(),
        (tf, projected, states) -> {
          requireAll(own.name(), states);
          var state = state(first, bottom.name(), projected.get(0), states, 0);
          var step = projection.recurrence().step(tf, projected, state);
          var above = upwards(own.withOps(tf), step, states);
          this.scope.made();
          return above;
        });
  }

  @Override
  @SuppressWarnings("exports") // not for users
  public LayerStack layerStack() {
    return new LayerStack(
        layers, (outer, layer) -> scope.enter(outer).scope(name(layer)), scope::made);
  }

  private void requireAll(String who, LayerStates states) {
    if (states.layers().size() != layers.size()) {
      throw new IllegalArgumentException(
          who
              + ": state must be one for each of "
              + layers.size()
              + " layers, got "
              + states.layers().size());
    }
  }

  private static String name(int layer) {
    return "cell_" + layer;
  }
}
