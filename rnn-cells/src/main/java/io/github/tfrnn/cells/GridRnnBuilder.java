package io.github.tfrnn.cells;

import static java.util.Objects.requireNonNull;

import io.github.tfrnn.ops.Activation;
import io.github.tfrnn.ops.Shapes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.family.TFloating;

/**
 * Settings of a {@link GridRnnCell}.
 *
 * <p>Dimensions are named by their index; a list of them may be in any order.
 *
 * @param <S> the state of the cell of one dimension
 */
public final class GridRnnBuilder<T extends TFloating, S>
    extends TypedBuilder<T, GridRnnBuilder<T, S>> {
  final int units;
  boolean tied;
  Activation<T> function = Activation.relu();
  private final IntFunction<? extends TensorCell<T, S>> cell;
  private int count = 1;
  private List<Integer> inputs = List.of();
  private List<Integer> outputs = List.of();
  private List<Integer> priority = List.of();
  private List<Integer> nonRecurrent = List.of();

  GridRnnBuilder(
      Class<T> type, int units, String name, IntFunction<? extends TensorCell<T, S>> cell) {
    super(type, name);
    this.units = requirePositive("units", units);
    this.cell = requireNonNull(cell, "cell");
  }

  @Override
  GridRnnBuilder<T, S> self() {
    return this;
  }

  /**
   * Sets the number of dimensions, 1 by default.
   *
   * @throws IllegalArgumentException if {@code count < 1}
   */
  public GridRnnBuilder<T, S> dims(int count) {
    if (count < 1) {
      throw refused("dims", ">= 1", Integer.toString(count));
    }
    this.count = count;
    return this;
  }

  /** Sets the dimensions that get the input, each an equal part of it; none by default. */
  public GridRnnBuilder<T, S> inputDims(int... dimensions) {
    this.inputs = sorted(dimensions);
    return this;
  }

  /** Sets the dimensions whose outputs are the output of the cell; none by default. */
  public GridRnnBuilder<T, S> outputDims(int... dimensions) {
    this.outputs = sorted(dimensions);
    return this;
  }

  /** Sets the dimensions that run last and see what the others gave; none by default. */
  public GridRnnBuilder<T, S> priorityDims(int... dimensions) {
    this.priority = sorted(dimensions);
    return this;
  }

  /**
   * Makes dimensions non-recurrent: in place of a cell they have one dense layer.
   *
   * @param function of the layer; relu is usual
   * @param dimensions which must be dimensions of the input too
   */
  public GridRnnBuilder<T, S> nonRecurrent(Activation<T> function, int... dimensions) {
    this.function = requireNonNull(function, "function");
    this.nonRecurrent = sorted(dimensions);
    return this;
  }

  /** Shares one set of weights between recurrent dimensions, and one between the others. */
  public GridRnnBuilder<T, S> tied() {
    this.tied = true;
    return this;
  }

  private static List<Integer> sorted(int... dimensions) {
    return Arrays.stream(dimensions).sorted().distinct().boxed().toList();
  }

  GridDimensions dimensions() {
    requireInGrid("inputDims", inputs);
    requireInGrid("outputDims", outputs);
    requireInGrid("priorityDims", priority);
    requireInGrid("nonRecurrent", nonRecurrent);
    if (!inputs.containsAll(nonRecurrent)) {
      throw refused(
          "nonRecurrent",
          "among inputDims " + inputs + ", for such a dimension has no state",
          nonRecurrent.toString());
    }
    return new GridDimensions(count, inputs, outputs, priority, nonRecurrent);
  }

  private void requireInGrid(String what, List<Integer> dimensions) {
    if (dimensions.stream().anyMatch(dimension -> dimension < 0 || dimension >= count)) {
      throw refused(what, "in [0, " + count + ")", "invalid dims " + dimensions);
    }
  }

  /** The cells of all dimensions, which are one if they are tied. */
  List<TensorCell<T, S>> cells() {
    var cells = new ArrayList<TensorCell<T, S>>();
    for (int d = 0; d < count; d++) {
      cells.add(tied && d > 0 ? cells.get(0) : requireNonNull(cell.apply(d), "cell"));
      requireFit(d, cells.get(d));
    }
    return List.copyOf(cells);
  }

  private void requireFit(int dimension, TensorCell<T, S> made) {
    var leaves = made.stateSize().leaves();
    var output = made.outputSize().leaves().get(0).shape();
    boolean fits =
        made.type() == type
            && leaves.size() <= 2
            && !leaves.isEmpty()
            && output.equals(Shape.of(units))
            && leaves.stream()
                .allMatch(leaf -> leaf.type() == type && leaf.shape().equals(Shape.of(units)));
    if (!fits) {
      throw refused(
          "cell of dimension " + dimension,
          "one of %s whose output and state, h or (c, h), have %d columns"
              .formatted(type.getSimpleName(), units),
          "%s with an output %s and a state %s"
              .formatted(
                  made.type().getSimpleName(),
                  Shapes.text(output),
                  leaves.stream().map(leaf -> Shapes.text(leaf.shape())).toList()));
    }
  }

  /**
   * Returns the cell; it adds nothing to a graph before its first step.
   *
   * @throws IllegalArgumentException if a dimension is not in the grid, if a non-recurrent one gets
   *     no input, or if a cell does not fit
   */
  public GridRnnCell<T, S> build() {
    return new GridRnnCell<>(this);
  }
}
