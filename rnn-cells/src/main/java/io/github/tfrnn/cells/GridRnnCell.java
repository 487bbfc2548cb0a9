package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/**
 * A grid of cells, one for each dimension of what is learned: time, depth and so on.
 *
 * <p>With batch size {@code B}, {@code H} units and {@code N} dimensions, of which some get the
 * input, one step computes
 *
 * <pre>{@code
 * h_d = x_d * project_m_d and c_d = x_d * project_c_d   in the dimensions of the input
 * h_d and c_d from the state                            in the others
 * (h_d', state_d') = cell_d([h_0, ..., h_(N-2)], (c_d, h_(N-1)))
 * h_d' = function([h_0, ..., h_(N-1)] * weights + biases)  in non-recurrent dimensions
 * }</pre>
 *
 * <p>first for all dimensions without priority, and then for those with, which see what the others
 * gave as {@code h}. The input is divided evenly between its dimensions, {@code x_d}. The output is
 * that of the dimensions of the output side by side, {@code [B, H * outputs]}; {@link
 * #perDimension} takes it apart. The state is a list with one for each recurrent dimension; cells
 * without a memory have no c.
 *
 * <p>An input without columns, of shape {@code [B, 0]} or {@code [0, 0]}, is no input: then all
 * dimensions go on from their state. An input takes the place of the state of its dimensions, so a
 * grid of one dimension is given an input at its first step and none later on.
 *
 * <p>Named forms of TensorFlow 1.15, in which dimension 0 is that of input and output and has
 * priority: {@link #grid1BasicRnn}, {@link #grid2BasicRnn}, {@link #grid1BasicLstm}, {@link
 * #grid2BasicLstm}, {@link #grid1Lstm}, {@link #grid2Lstm}, {@link #grid3Lstm}, {@link #grid2Gru}.
 * Their {@code non_recurrent_fn} is {@code nonRecurrent(function, 0)} here.
 *
 * <p>Its scope is called as the class of TensorFlow 1.15, such as {@code GridRNNCell} or {@code
 * Grid2LSTMCell}, and holds in the order of their creation
 *
 * <ul>
 *   <li>for each dimension d of the input {@code project_m_d}, shape {@code [D / inputs, H]}, and
 *       where cells have a memory {@code project_c_d} alike, which in a non-recurrent dimension
 *       does nothing and is not trained;
 *   <li>for each recurrent dimension the variables of its cell in {@code recurrent/cell_d};
 *   <li>for each other one {@code non_recurrent/cell_d/fully_connected/weights}, shape {@code [N *
 *       H, H]}, and {@code .../biases}, shape {@code [H]}, zeros at first;
 * </ul>
 *
 * <p>dimensions without priority first. With {@code tied()} {@code /cell_d} is left out.
 *
 * <p>Sources: Kalchbrenner, Danihelka and Graves 2016; {@code tf.contrib.grid_rnn.GridRNNCell} of
 * TensorFlow 1.15. Its {@code output_is_tuple=False} is the output here, its {@code
 * state_is_tuple=False} is {@link ConcatenatedState}. A second grid of one name in one scope gets a
 * scope of its own, {@code Grid2LSTMCell_1}, where TensorFlow 1 refuses it.
 *
 * @param <S> the state of the cell of one dimension
 */
public final class GridRnnCell<T extends TFloating, S> implements ProjectsInput<T, List<S>> {
  private final Class<T> type;
  private final int units;
  private final GridDimensions dimensions;
  private final List<TensorCell<T, S>> cells;
  private final GridStep<T, S> step;
  private final CellScope scope;

  GridRnnCell(GridRnnBuilder<T, S> builder) {
    type = builder.type;
    units = builder.units;
    dimensions = builder.dimensions();
    cells = builder.cells();
    step = new GridStep<>(type, units, dimensions, builder.tied, builder.function, cells);
    scope = builder.scope();
  }

  /**
   * Begins a grid of {@link LstmCell}, of one dimension without input and output before more is
   * set.
   *
   * @param type the type of input, state and weights
   * @param units H, at least 1
   * @throws IllegalArgumentException if {@code units < 1}
   */
  public static <T extends TFloating> GridRnnBuilder<T, LstmState<T>> builder(
      Class<T> type, int units) {
    return builder(type, units, dimension -> LstmCell.builder(type, units).build());
  }

  /**
   * Begins a grid of any cells; their outputs, and h and c of their states, must have H columns.
   *
   * @param type the type of input, state and weights
   * @param units H, at least 1
   * @param cell makes a new cell from the index of its dimension
   * @throws IllegalArgumentException if {@code units < 1}; at {@code build} if a cell does not fit
   */
  public static <T extends TFloating, S> GridRnnBuilder<T, S> builder(
      Class<T> type, int units, IntFunction<? extends TensorCell<T, S>> cell) {
    return new GridRnnBuilder<>(type, units, "GridRNNCell", cell);
  }

  private static <T extends TFloating, S> GridRnnBuilder<T, S> named(
      String name, int dims, Class<T> type, int units, IntFunction<TensorCell<T, S>> cell) {
    return new GridRnnBuilder<>(type, units, name, cell)
        .dims(dims)
        .inputDims(0)
        .outputDims(0)
        .priorityDims(0);
  }

  /** {@code Grid1BasicRNNCell}: one dimension of {@link BasicRnnCell}. */
  public static <T extends TFloating> GridRnnBuilder<T, Operand<T>> grid1BasicRnn(
      Class<T> type, int units) {
    return named(
        "Grid1BasicRNNCell", 1, type, units, d -> BasicRnnCell.builder(type, units).build());
  }

  /** {@code Grid2BasicRNNCell}: two dimensions of {@link BasicRnnCell}. */
  public static <T extends TFloating> GridRnnBuilder<T, Operand<T>> grid2BasicRnn(
      Class<T> type, int units) {
    return named(
        "Grid2BasicRNNCell", 2, type, units, d -> BasicRnnCell.builder(type, units).build());
  }

  /**
   * {@code Grid1BasicLSTMCell}: one dimension of {@link BasicLstmCell}.
   *
   * @param settings of the cells: {@code lstm -> lstm.forgetBias(0)}
   */
  public static <T extends TFloating> GridRnnBuilder<T, LstmState<T>> grid1BasicLstm(
      Class<T> type, int units, UnaryOperator<BasicLstmCell.Builder<T>> settings) {
    return named("Grid1BasicLSTMCell", 1, type, units, basicLstm(type, units, settings));
  }

  /**
   * {@code Grid2BasicLSTMCell}: two dimensions of {@link BasicLstmCell}.
   *
   * @param settings of the cells: {@code lstm -> lstm.forgetBias(0)}
   */
  public static <T extends TFloating> GridRnnBuilder<T, LstmState<T>> grid2BasicLstm(
      Class<T> type, int units, UnaryOperator<BasicLstmCell.Builder<T>> settings) {
    return named("Grid2BasicLSTMCell", 2, type, units, basicLstm(type, units, settings));
  }

  /**
   * {@code Grid1LSTMCell}: one dimension of {@link LstmCell}.
   *
   * @param settings of the cells: {@code LstmCell.Builder::peepholes}
   */
  public static <T extends TFloating> GridRnnBuilder<T, LstmState<T>> grid1Lstm(
      Class<T> type, int units, UnaryOperator<LstmCell.Builder<T>> settings) {
    return named("Grid1LSTMCell", 1, type, units, lstm(type, units, settings));
  }

  /**
   * {@code Grid2LSTMCell}: two dimensions of {@link LstmCell}.
   *
   * @param settings of the cells: {@code LstmCell.Builder::peepholes}
   */
  public static <T extends TFloating> GridRnnBuilder<T, LstmState<T>> grid2Lstm(
      Class<T> type, int units, UnaryOperator<LstmCell.Builder<T>> settings) {
    return named("Grid2LSTMCell", 2, type, units, lstm(type, units, settings));
  }

  /**
   * {@code Grid3LSTMCell}: three dimensions of {@link LstmCell}.
   *
   * @param settings of the cells: {@code LstmCell.Builder::peepholes}
   */
  public static <T extends TFloating> GridRnnBuilder<T, LstmState<T>> grid3Lstm(
      Class<T> type, int units, UnaryOperator<LstmCell.Builder<T>> settings) {
    return named("Grid3LSTMCell", 3, type, units, lstm(type, units, settings));
  }

  /** {@code Grid2GRUCell}: two dimensions of {@link GruCell}. */
  public static <T extends TFloating> GridRnnBuilder<T, Operand<T>> grid2Gru(
      Class<T> type, int units) {
    return named("Grid2GRUCell", 2, type, units, d -> GruCell.builder(type, units).build());
  }

  private static <T extends TFloating> IntFunction<TensorCell<T, LstmState<T>>> basicLstm(
      Class<T> type, int units, UnaryOperator<BasicLstmCell.Builder<T>> settings) {
    return dimension -> settings.apply(BasicLstmCell.builder(type, units)).build();
  }

  private static <T extends TFloating> IntFunction<TensorCell<T, LstmState<T>>> lstm(
      Class<T> type, int units, UnaryOperator<LstmCell.Builder<T>> settings) {
    return dimension -> settings.apply(LstmCell.builder(type, units)).build();
  }

  @Override
  public Class<T> type() {
    return type;
  }

  @Override
  public Structure<Operand<T>> outputSize() {
    return Structure.tensor(
        Leaf.of("h", type, Shape.of((long) units * dimensions.outputs().size())));
  }

  /** The states of the recurrent dimensions, each tensor named {@code cell_d/...}. */
  @Override
  public Structure<List<S>> stateSize() {
    var leaves = new ArrayList<Leaf>();
    for (int d : dimensions.recurrent()) {
      cells.get(d).stateSize().leaves().forEach(leaf -> leaves.add(leaf.under("cell_" + d)));
    }
    return StateLists.of(cells.get(0).stateSize(), leaves);
  }

  @Override
  public List<S> zeroState(Ops tf, Operand<TInt32> batchSize) {
    return dimensions.recurrent().stream().map(d -> cells.get(d).zeroState(tf, batchSize)).toList();
  }

  /**
   * Returns the outputs of the dimensions of the output, in order: {@code output_is_tuple} of
   * TensorFlow 1.15.
   *
   * @param output of this cell, or of a driver: {@code [..., H * outputs]}
   */
  public List<Operand<T>> perDimension(Ops tf, Operand<T> output) {
    int count = dimensions.outputs().size();
    return count == 0
        ? List.of()
        : List.copyOf(tf.split(tf.constant(-1), output, (long) count).output());
  }

  /**
   * {@inheritDoc}
   *
   * @param x shape {@code [B, D]}; D must be known while the graph is built and divisible by the
   *     number of dimensions of the input; no columns stand for no input
   * @param states for each recurrent dimension h, or c and h, of shape {@code [B, H]}
   * @return the outputs of the dimensions of the output, and the new states
   */
  @Override
  public Step<Operand<T>, List<S>> step(VariableScope scope, Operand<T> x, List<S> states) {
    return this.scope.within(
        scope,
        own -> {
          boolean given = requireInput(own.name(), x);
          requireStates(own.name(), states, x, given);
          return step.next(own, given ? products(own, x) : List.of(), states);
        });
  }

  @Override
  public Projection<T, List<S>> project(VariableScope scope, Operand<T> inputs) {
    var own = this.scope.enter(scope);
    boolean given = requireInput(own.name(), inputs);
    var products = given ? products(own, inputs) : List.<Operand<T>>of();
    return new Projection<>(
        given ? Columns.join(own.tf(), products) : inputs,
        (tf, projected, states) -> {
          requireStates(own.name(), states, projected, given);
          var parts = given ? Columns.equal(tf, projected, products.size()) : List.<Operand<T>>of();
          var next = step.next(own.withOps(tf), parts, states);
          this.scope.made();
          return next;
        });
  }

  /** Tells whether there is an input. */
  private boolean requireInput(String who, Operand<T> x) {
    long depth = Fit.depth(who, x, type);
    int inputs = dimensions.inputs().size();
    if (inputs > 0 && depth % inputs != 0) {
      throw new IllegalArgumentException(
          "%s: Expect inputs as a tuple of %d tensors side by side, one for each dimension of the input; x must have a width that %d divides, got %d"
              .formatted(who, inputs, inputs, depth));
    }
    boolean given = depth > 0 && inputs > 0;
    if (!given && !dimensions.nonRecurrent().isEmpty()) {
      throw new IllegalArgumentException(
          "%s: x must have columns, for the dimensions %s have no state to go on from, got none"
              .formatted(who, dimensions.nonRecurrent()));
    }
    return given;
  }

  private void requireStates(String who, List<S> states, Operand<T> x, boolean given) {
    var recurrent = dimensions.recurrent();
    if (states.size() != recurrent.size()) {
      throw new IllegalArgumentException(
          "%s: Expected state as a tuple of %d elements, one for each recurrent dimension, got %d"
              .formatted(who, recurrent.size(), states.size()));
    }
    long batch = given && !x.shape().isUnknown() ? x.shape().get(0) : Shape.UNKNOWN_SIZE;
    for (int k = 0; k < states.size(); k++) {
      int d = recurrent.get(k);
      var structure = cells.get(d).stateSize();
      Fit.state(who + ", dimension " + d, structure, states.get(k), batch);
      if (batch == Shape.UNKNOWN_SIZE) {
        var rows = structure.flatten(states.get(k)).get(0).shape();
        batch = rows.isUnknown() ? batch : rows.get(0);
      }
    }
  }

  /** For each dimension of the input h, and c if it has one. */
  private List<Operand<T>> products(VariableScope own, Operand<T> x) {
    var outside = Ops.create(own.graph()); // what is made of weights alone stays outside of a loop
    var inputs = dimensions.inputs();
    var parts = Columns.equal(own.tf(), x, inputs.size());
    var shape = Shape.of(parts.get(0).shape().get(1), units);
    var products = new ArrayList<Operand<T>>();
    for (int k = 0; k < inputs.size(); k++) {
      int d = inputs.get(k);
      boolean both = step.hasMemory() && dimensions.isRecurrent(d);
      var kernels = new ArrayList<Operand<T>>();
      kernels.add(own.withOps(outside).variable("project_m_" + d, shape, type));
      if (step.hasMemory()) {
        var c = own.withOps(outside).withTrainable(both).variable("project_c_" + d, shape, type);
        if (both) {
          kernels.add(c);
        }
      }
      var product = own.tf().linalg.matMul(parts.get(k), Columns.join(outside, kernels));
      products.addAll(Columns.equal(own.tf(), product, kernels.size()));
    }
    return products;
  }
}
