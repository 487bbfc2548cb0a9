package io.github.tfrnn.cells;

import static java.util.Objects.requireNonNull;

import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.VariableScope;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/**
 * Drops elements of the input, the new state and the output of a cell, at random: dropout against
 * overfitting.
 *
 * <pre>{@code
 * output, state' = cell(drop(x, inputKeepProb), state)
 * state'         = drop(state', stateKeepProb)
 * output         = drop(output, outputKeepProb)
 *
 * drop(v, p)     = v * mask / p      // an element of the mask is 1 with probability p, else 0
 * }</pre>
 *
 * <p>Dropping the output leaves the state as it is, so h goes on to the next step whole. Dropping
 * the state leaves the memory c of an LSTM alone, unless {@link Builder#stateFilter} says
 * otherwise. A probability is a number, of which 1, the default, adds no op, or a scalar operand:
 * feed 1 to use the model that was trained. No gradient flows to a probability.
 *
 * <p>Each step has masks of its own, unless {@link Builder#variational()} asks for one mask for all
 * steps. Masks depend on the seed, the names of the scopes around and the number of the run in its
 * session: they differ from run to run and from layer to layer, and a new session repeats them. The
 * t-th step has the same masks in a loop and unrolled. A wrapper that is run over a sequence a
 * second time has other masks there, unless they are variational.
 *
 * <p>It holds no variables and does not change the names of the cell's. The input of a sequence is
 * dropped for all steps at once, before the loop. Sources: Zaremba and others 2014; Gal and
 * Ghahramani 2015 for variational dropout; {@code tf.nn.rnn_cell.DropoutWrapper} of TensorFlow
 * 1.15, which needs {@code dtype} and {@code input_size} for variational dropout where this one
 * knows them at the first step, draws by the clock without a seed, and gives two layers with one
 * seed the same masks.
 */
public final class DropoutWrapper<T extends TFloating, S> extends CellWrapper<T, S> {
  private static final String NAME = "dropout_wrapper";

  private final KeepProbability inputKeep;
  private final KeepProbability stateKeep;
  private final KeepProbability outputKeep;
  private final boolean variational;
  private final OptionalLong seed;
  private final Predicate<Leaf> stateFilter;
  private final DropoutMask input = DropoutMask.named("input");
  private final List<DropoutMask> states = new ArrayList<>();
  private final DropoutMask output = DropoutMask.named("output");
  // A place for the names of the masks; it holds no variables.
  private final CellScope scope = CellScope.named(NAME);

  private DropoutWrapper(Builder<T, S> builder) {
    super(builder.cell);
    inputKeep = builder.inputKeep;
    stateKeep = builder.stateKeep;
    outputKeep = builder.outputKeep;
    variational = builder.variational;
    seed = builder.seed;
    stateFilter = builder.stateFilter;
    for (int i = 0; i < cell.stateSize().leaves().size(); i++) {
      states.add(DropoutMask.named("state_" + i));
    }
  }

  /** Begins a wrapper of {@code cell} that drops nothing. */
  public static <T extends TFloating, S> Builder<T, S> builder(TensorCell<T, S> cell) {
    return new Builder<>(cell);
  }

  /**
   * {@inheritDoc}
   *
   * @param x as the cell takes it; if elements of it are dropped, its sizes after the batch must be
   *     known while the graph is built
   * @param state as the cell takes it
   * @throws IllegalArgumentException if {@code x} or {@code state} does not fit, or a probability
   *     is of another graph or of a loop's body
   */
  @Override
  public Step<Operand<T>, S> step(VariableScope scope, Operand<T> x, S state) {
    return this.scope.within(
        scope,
        inside -> {
          var own = seeded(inside);
          return dropped(own, cell.step(scope, drop(own, input, inputKeep, x), state));
        });
  }

  /** No: masks are drawn for all rows. */
  @Override
  public boolean hasIndependentRows() {
    return false;
  }

  @Override
  public Projection<T, S> project(VariableScope scope, Operand<T> inputs) {
    return this.scope.within(
        scope,
        inside -> {
          var own = seeded(inside);
          var rows =
              variational
                  ? input.dropAlike(own, inputKeep, inputs)
                  : input.dropAll(own, inputKeep, inputs);
          var projection = Projections.of(cell, scope, rows);
          return new Projection<>(
              projection.inputs(),
              (tf, projected, state) ->
                  dropped(own.withOps(tf), projection.recurrence().step(tf, projected, state)));
        });
  }

  private VariableScope seeded(VariableScope own) {
    return seed.isPresent() ? own.withSeed(seed.getAsLong()) : own;
  }

  private Step<Operand<T>, S> dropped(VariableScope own, Step<Operand<T>, S> step) {
    return new Step<>(
        drop(own, output, outputKeep, step.output()), droppedState(own, step.state()));
  }

  private S droppedState(VariableScope own, S state) {
    if (stateKeep.keepsAll()) {
      return state;
    }
    var structure = cell.stateSize();
    var parts = new ArrayList<>(structure.flatten(state));
    for (int i = 0; i < parts.size(); i++) {
      var leaf = structure.leaves().get(i);
      boolean floating = TFloating.class.isAssignableFrom(parts.get(i).type());
      if (floating && leaf.batched() && stateFilter.test(leaf)) {
        @SuppressWarnings("unchecked") // stands for any of the floating point types
        var part = (Operand<TFloat32>) parts.get(i);
        parts.set(i, drop(own, states.get(i), stateKeep, part));
      }
    }
    return structure.pack(parts);
  }

  private <V extends TFloating> Operand<V> drop(
      VariableScope own, DropoutMask mask, KeepProbability keep, Operand<V> value) {
    return variational ? mask.dropAlike(own, keep, value) : mask.drop(own, keep, value);
  }

  /** Settings of a {@link DropoutWrapper}. */
  public static final class Builder<T extends TFloating, S> {
    private final TensorCell<T, S> cell;
    private KeepProbability inputKeep = KeepProbability.ALL;
    private KeepProbability stateKeep = KeepProbability.ALL;
    private KeepProbability outputKeep = KeepProbability.ALL;
    private boolean variational;
    private OptionalLong seed = OptionalLong.empty();
    private Predicate<Leaf> stateFilter = leaf -> !isMemory(leaf);

    private Builder(TensorCell<T, S> cell) {
      this.cell = requireNonNull(cell, "cell");
    }

    private static boolean isMemory(Leaf leaf) {
      return leaf.name().equals("c") || leaf.name().endsWith("/c");
    }

    /**
     * Sets the probability to keep an element of the input.
     *
     * @throws IllegalArgumentException unless it is between 0 and 1
     */
    public Builder<T, S> inputKeepProb(double probability) {
      this.inputKeep = KeepProbability.of(NAME, "inputKeepProb", probability);
      return this;
    }

    /**
     * As the other one, with what is known at run time.
     *
     * @param probability a scalar between 0 and 1, made outside of any loop
     * @throws IllegalArgumentException if it is no scalar
     */
    public Builder<T, S> inputKeepProb(Operand<? extends TFloating> probability) {
      this.inputKeep = KeepProbability.of(NAME, "inputKeepProb", probability);
      return this;
    }

    /**
     * Sets the probability to keep an element of the state.
     *
     * @throws IllegalArgumentException unless it is between 0 and 1
     */
    public Builder<T, S> stateKeepProb(double probability) {
      this.stateKeep = KeepProbability.of(NAME, "stateKeepProb", probability);
      return this;
    }

    /**
     * As the other one, with what is known at run time.
     *
     * @param probability a scalar between 0 and 1, made outside of any loop
     * @throws IllegalArgumentException if it is no scalar
     */
    public Builder<T, S> stateKeepProb(Operand<? extends TFloating> probability) {
      this.stateKeep = KeepProbability.of(NAME, "stateKeepProb", probability);
      return this;
    }

    /**
     * Sets the probability to keep an element of the output.
     *
     * @throws IllegalArgumentException unless it is between 0 and 1
     */
    public Builder<T, S> outputKeepProb(double probability) {
      this.outputKeep = KeepProbability.of(NAME, "outputKeepProb", probability);
      return this;
    }

    /**
     * As the other one, with what is known at run time.
     *
     * @param probability a scalar between 0 and 1, made outside of any loop
     * @throws IllegalArgumentException if it is no scalar
     */
    public Builder<T, S> outputKeepProb(Operand<? extends TFloating> probability) {
      this.outputKeep = KeepProbability.of(NAME, "outputKeepProb", probability);
      return this;
    }

    /**
     * Uses one mask for all steps and all rows of a run, of shape {@code [1, size]}, for each of
     * input, state and output.
     */
    public Builder<T, S> variational() {
      this.variational = true;
      return this;
    }

    /** Sets the seed of the masks; by default that of the scope around. */
    public Builder<T, S> seed(long seed) {
      this.seed = OptionalLong.of(seed);
      return this;
    }

    /**
     * Chooses the tensors of the state that are dropped, of those that are floating point and have
     * a row for each member of the batch. By default all but those named {@code c}, the memories of
     * LSTMs.
     *
     * @param dropped gets a tensor of the cell's {@link RnnCell#stateSize()}
     */
    public Builder<T, S> stateFilter(Predicate<Leaf> dropped) {
      this.stateFilter = requireNonNull(dropped, "dropped");
      return this;
    }

    /** Returns the wrapper; it adds nothing to a graph before its first step. */
    public DropoutWrapper<T, S> build() {
      return new DropoutWrapper<>(this);
    }
  }
}
