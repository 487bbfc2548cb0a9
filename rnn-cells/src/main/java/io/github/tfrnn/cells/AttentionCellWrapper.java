package io.github.tfrnn.cells;

import static java.util.Objects.requireNonNull;

import io.github.tfrnn.ops.Leaf;
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

/**
 * Lets a cell look back at a window of its last outputs.
 *
 * <p>With batch size {@code B}, input width {@code D}, a window of {@code L} outputs, {@code A}
 * columns of attention and vectors of {@code V} columns for its scores, one step computes
 *
 * <pre>{@code
 * x'           = [x, attention] * kernel + bias
 * y, cell'     = cell(x', cell)
 * query        = [parts of cell'] * attention/kernel + attention/bias
 * score[l]     = attn_v . tanh(window[l] * attn_w + query)
 * attention'   = sum over l of softmax(score)[l] * window[l]
 * output       = [y, attention'] * attn_output_projection/kernel + attn_output_projection/bias
 * window'      = window without the oldest, then output
 * }</pre>
 *
 * <p>Its scope, {@code attention_cell_wrapper} by default, holds in the order of their creation
 *
 * <ul>
 *   <li>{@code kernel}, shape {@code [D + A, D]}, or {@code [D + A, inputSize]}, and {@code bias},
 *       zeros at first as all biases;
 *   <li>the scope of the cell;
 *   <li>{@code attention/attn_w}, shape {@code [1, 1, A, V]}, {@code attention/attn_v}, {@code
 *       [V]}, {@code attention/kernel}, {@code [columns of the cell's state, V]}, {@code
 *       attention/bias}, {@code [V]};
 *   <li>{@code attn_output_projection/kernel}, shape {@code [columns of y + A, A]}, and {@code
 *       attn_output_projection/bias}, {@code [A]}.
 * </ul>
 *
 * <p>In a loop the product of x is made once for all steps. Sources: Bahdanau and others 2014;
 * {@code tf.contrib.rnn.AttentionCellWrapper} of TensorFlow 1.15. Its {@code state_is_tuple=False}
 * is {@link ConcatenatedState} around the wrapper.
 */
public final class AttentionCellWrapper<T extends TFloating, S>
    implements ProjectsInput<T, AttentionState<T, S>> {
  private final TensorCell<T, S> cell;
  private final ConcatenatedState<T, S> concatenated;
  private final int length;
  private final int size;
  private final int vectorSize;
  private final int inputSize;
  private final CellScope scope;

  private AttentionCellWrapper(Builder<T, S> builder) {
    cell = builder.cell;
    concatenated = ConcatenatedState.of(cell);
    length = builder.length;
    size = builder.size > 0 ? builder.size : Math.toIntExact(width(cell.outputSize()));
    vectorSize = builder.vectorSize > 0 ? builder.vectorSize : size;
    inputSize = builder.inputSize;
    scope = builder.scope();
  }

  /**
   * Begins a wrapper.
   *
   * @param cell whose output is a row of known width and whose state is made of such rows
   * @param length L, how many outputs it looks back at, at least 1
   * @throws IllegalArgumentException if {@code length < 1}
   */
  public static <T extends TFloating, S> Builder<T, S> builder(TensorCell<T, S> cell, int length) {
    return new Builder<>(cell, length);
  }

  private static long width(Structure<?> rows) {
    var shape = rows.leaves().get(0).shape();
    if (shape.numDimensions() != 1 || shape.hasUnknownDimension()) {
      throw new IllegalArgumentException(
          "attention_cell_wrapper: output of the cell must be a row of known width, got "
              + Shapes.text(shape));
    }
    return shape.get(0);
  }

  /** The cell inside. */
  public TensorCell<T, S> wrapped() {
    return cell;
  }

  @Override
  public Class<T> type() {
    return cell.type();
  }

  @Override
  public Structure<Operand<T>> outputSize() {
    return Structure.tensor(Leaf.of("output", type(), Shape.of(size)));
  }

  /** The parts of the cell's state, named {@code cell/...}, then {@code attention, window}. */
  @Override
  @SuppressWarnings("unchecked") // parts come from a state of the same structure
  public Structure<AttentionState<T, S>> stateSize() {
    var inner = cell.stateSize();
    int count = inner.leaves().size();
    var leaves = new ArrayList<Leaf>();
    inner.leaves().forEach(leaf -> leaves.add(leaf.under("cell")));
    leaves.add(Leaf.of("attention", type(), Shape.of(size)));
    leaves.add(Leaf.of("window", type(), Shape.of((long) size * length)));
    return Structure.of(
        leaves,
        state -> {
          var parts = new ArrayList<>(inner.flatten(state.cell()));
          parts.add(state.attention());
          parts.add(state.window());
          return parts;
        },
        parts ->
            new AttentionState<>(
                inner.pack(parts.subList(0, count)),
                (Operand<T>) parts.get(count),
                (Operand<T>) parts.get(count + 1)));
  }

  @Override
  public AttentionState<T, S> zeroState(Ops tf, Operand<TInt32> batchSize) {
    var zeros = ProjectsInput.super.zeroState(tf, batchSize);
    return new AttentionState<>(cell.zeroState(tf, batchSize), zeros.attention(), zeros.window());
  }

  /**
   * {@inheritDoc}
   *
   * @param x shape {@code [B, D]}; D must be known while the graph is built
   * @return output of shape {@code [B, A]}, and the state
   */
  @Override
  public Step<Operand<T>, AttentionState<T, S>> step(
      VariableScope scope, Operand<T> x, AttentionState<T, S> state) {
    return this.scope.within(
        scope,
        own -> {
          long depth = Fit.depth(own.name(), x, type());
          Fit.state(own.name(), stateSize(), state, x);
          var mixed = mixing(own, depth).of(own.tf(), x, state.attention());
          return next(own, mixed, state);
        });
  }

  @Override
  public Projection<T, AttentionState<T, S>> project(VariableScope scope, Operand<T> inputs) {
    var first = this.scope.enter(scope);
    long depth = Fit.depth(first.name(), inputs, type());
    var halves = mixing(first, depth).halves(first.tf(), depth, size);
    return new Projection<>(
        halves.project(first.tf(), inputs),
        (tf, projected, state) ->
            this.scope.within(
                scope.withOps(tf),
                own -> {
                  Fit.state(own.name(), stateSize(), state, projected);
                  return next(own, halves.of(tf, projected, state.attention()), state);
                }));
  }

  private Linear<T> mixing(VariableScope own, long depth) {
    return Linear.variables(own, depth + size, inputSize > 0 ? inputSize : depth, type());
  }

  /** What follows the mix of input and attention. */
  private Step<Operand<T>, AttentionState<T, S>> next(
      VariableScope own, Operand<T> x, AttentionState<T, S> state) {
    var tf = own.tf();
    var step = cell.step(own, x, state.cell());
    var query = concatenated.join(tf, step.state());
    var attention = attention(own.scope("attention"), query, state.window());
    var projection = own.scope("attn_output_projection");
    long columns = width(cell.outputSize()) + size;
    var output =
        Linear.variables(projection, columns, size, type()).of(tf, step.output(), attention);
    return new Step<>(
        output, new AttentionState<>(step.state(), attention, moved(tf, state.window(), output)));
  }

  /**
   * Returns the sum of the window's outputs, weighed by how well they answer the query.
   *
   * @param query shape {@code [B, columns of the cell's state]}
   * @param window shape {@code [B, L * A]}
   * @return shape {@code [B, A]}
   */
  private Operand<T> attention(VariableScope own, Operand<T> query, Operand<T> window) {
    var tf = own.tf();
    var outside = Ops.create(own.graph()); // what is made of weights alone stays outside of a loop
    var weights = own.withOps(outside);
    var w = weights.variable("attn_w", Shape.of(1, 1, size, vectorSize), type());
    var v = weights.variable("attn_v", Shape.of(vectorSize), type());
    var kernel = outside.reshape(w, outside.constant(new int[] {size, vectorSize}));
    var column = outside.reshape(v, outside.constant(new int[] {vectorSize, 1}));
    var linear = Linear.variables(own, width(concatenated.stateSize()), vectorSize, type());

    var hidden = tf.reshape(window, tf.constant(new int[] {-1, size}));
    var features = windowed(tf, tf.linalg.matMul(hidden, kernel), vectorSize);
    var asked = tf.expandDims(linear.of(tf, query), tf.constant(1));
    var answers = tf.math.tanh(tf.math.add(features, asked));
    var rows = tf.reshape(answers, tf.constant(new int[] {-1, vectorSize}));
    var scores = tf.reshape(tf.linalg.matMul(rows, column), tf.constant(new int[] {-1, length}));
    var shares = tf.expandDims(tf.nn.softmax(scores), tf.constant(2));
    return tf.sum(tf.math.mul(shares, windowed(tf, hidden, size)), tf.constant(1));
  }

  private Operand<T> windowed(Ops tf, Operand<T> rows, int columns) {
    return tf.reshape(rows, tf.constant(new int[] {-1, length, columns}));
  }

  /** The window without its oldest output and with a new one. */
  private Operand<T> moved(Ops tf, Operand<T> window, Operand<T> output) {
    if (length == 1) {
      return output;
    }
    var newer = tf.slice(window, tf.constant(new int[] {0, size}), tf.constant(new int[] {-1, -1}));
    return tf.concat(List.of(newer, output), tf.constant(1));
  }

  /** Settings of an {@link AttentionCellWrapper}. */
  public static final class Builder<T extends TFloating, S> extends NamedBuilder<T, Builder<T, S>> {
    private final TensorCell<T, S> cell;
    private final int length;
    private int size;
    private int vectorSize;
    private int inputSize;

    private Builder(TensorCell<T, S> cell, int length) {
      super(requireNonNull(cell, "cell").type(), "attention_cell_wrapper");
      this.cell = cell;
      this.length = requirePositive("length", length);
    }

    @Override
    Builder<T, S> self() {
      return this;
    }

    /**
     * Sets A, the columns of the attention and of the output; by default those of the cell's
     * output.
     *
     * @throws IllegalArgumentException if {@code columns < 1}
     */
    public Builder<T, S> attentionSize(int columns) {
      this.size = requirePositive("attentionSize", columns);
      return this;
    }

    /**
     * Sets V, the columns of the vectors that scores are made of; by default A.
     *
     * @throws IllegalArgumentException if {@code columns < 1}
     */
    public Builder<T, S> attentionVectorSize(int columns) {
      this.vectorSize = requirePositive("attentionVectorSize", columns);
      return this;
    }

    /**
     * Sets the columns of what the cell gets for an input; by default those of the wrapper's input.
     *
     * @throws IllegalArgumentException if {@code columns < 1}
     */
    public Builder<T, S> inputSize(int columns) {
      this.inputSize = requirePositive("inputSize", columns);
      return this;
    }

    /**
     * Returns the wrapper; it adds nothing to a graph before its first step.
     *
     * @throws IllegalArgumentException if the cell's output or a part of its state is not a row of
     *     known width
     */
    public AttentionCellWrapper<T, S> build() {
      return new AttentionCellWrapper<>(this);
    }
  }
}
