package io.github.tfrnn.cells;

import static java.util.Objects.requireNonNull;

import io.github.tfrnn.cells.ProjectsInput.Projection;
import io.github.tfrnn.ops.Embedding;
import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.Shapes;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableInitializer;
import io.github.tfrnn.ops.VariableScope;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TIntegral;

/**
 * A cell whose input is an id: it looks up a vector for it and gives that to the cell inside.
 *
 * <pre>{@code
 * output, state' = cell(embedding[id], state)
 * }</pre>
 *
 * <p>Its scope, {@code embedding_wrapper} by default, holds {@code embedding}, shape {@code
 * [classes, size]}, and then the scope of the cell. The table begins with {@link
 * Builder#initializer}, or else that of the scope around, or else uniform in {@code [-sqrt(3),
 * sqrt(3))}, which has variance 1. The ids of a sequence, {@code [batch, time, 1]}, are looked up
 * all at once, before the loop.
 *
 * <p>As its input is no floating point tensor it is no {@link TensorCell}: other wrappers and
 * stacks go inside. Source: {@code tf.contrib.rnn.EmbeddingWrapper} of TensorFlow 1.15, which keeps
 * the table on the CPU; here a device is the user's choice.
 *
 * @param <T> the type of the vectors and the output
 * @param <I> the type of an id, int32 or int64
 * @param <S> the state of the cell inside
 */
public final class EmbeddingWrapper<T extends TFloating, I extends TIntegral, S>
    implements HasProjection<Operand<I>, T, S> {
  private final TensorCell<T, S> cell;
  private final long classes;
  private final long size;
  private final @Nullable VariableInitializer initializer;
  private final CellScope scope;

  private EmbeddingWrapper(Builder<T, I, S> builder) {
    cell = builder.cell;
    classes = builder.classes;
    size = builder.size;
    initializer = builder.initializer;
    scope = builder.scope();
  }

  /**
   * Begins a wrapper.
   *
   * @param cell what gets the vectors
   * @param ids the type of an id
   * @param classes number of different ids, at least 1
   * @param size of a vector, at least 1
   * @throws IllegalArgumentException if {@code classes} or {@code size} is below 1
   */
  public static <T extends TFloating, I extends TIntegral, S> Builder<T, I, S> builder(
      TensorCell<T, S> cell, Class<I> ids, long classes, long size) {
    requireNonNull(ids, "ids");
    return new Builder<>(cell, classes, size);
  }

  /** The cell inside. */
  public TensorCell<T, S> wrapped() {
    return cell;
  }

  @Override
  public Structure<Operand<I>> inputSize() {
    return Structure.tensor();
  }

  @Override
  public Structure<Operand<T>> outputSize() {
    return cell.outputSize();
  }

  @Override
  public Structure<S> stateSize() {
    return cell.stateSize();
  }

  @Override
  public S zeroState(Ops tf, Operand<TInt32> batchSize) {
    return cell.zeroState(tf, batchSize);
  }

  /**
   * {@inheritDoc}
   *
   * @param ids shape {@code [B]} or {@code [B, 1]}, each from 0 to {@code classes - 1}; on a CPU
   *     another id fails the run
   * @throws IllegalArgumentException if {@code ids} has another shape, or the state does not fit
   */
  @Override
  public Step<Operand<T>, S> step(VariableScope scope, Operand<I> ids, S state) {
    return this.scope.within(
        scope,
        own -> {
          requireIds(own.name(), ids);
          Fit.state(own.name(), stateSize(), state, ids);
          return cell.step(own, vectors(own, ids), state);
        });
  }

  @Override
  public Projection<T, S> project(VariableScope scope, Operand<I> ids) {
    var own = this.scope.enter(scope);
    requireIds(own.name(), ids);
    var projection = Projections.of(cell, own, vectors(own, ids));
    return new Projection<>(
        projection.inputs(),
        (tf, projected, state) -> {
          var step = projection.recurrence().step(tf, projected, state);
          this.scope.made();
          return step;
        });
  }

  private static void requireIds(String who, Operand<?> ids) {
    var shape = ids.shape();
    int rank = shape.numDimensions();
    if (rank < 1 || rank > 2 || (rank == 2 && shape.get(1) != 1)) {
      throw new IllegalArgumentException(
          who
              + ": ids must have shape [batch] or [batch, 1], got "
              + Shapes.text(shape)
              + (rank == 2 ? ". Ids of a sequence are [batch, time, 1]." : ""));
    }
  }

  private Operand<T> vectors(VariableScope own, Operand<I> ids) {
    boolean vector = ids.shape().numDimensions() == 1;
    var flat = vector ? ids : own.tf().reshape(ids, own.tf().constant(new int[] {-1}));
    var first = initializer;
    if (first == null) {
      double limit = Math.sqrt(3);
      first = own.options().initializer().orElseGet(() -> Initializers.uniform(-limit, limit));
    }
    return Embedding.lookup(own.withInitializer(first), flat, classes, size, cell.type());
  }

  /** Settings of an {@link EmbeddingWrapper}. */
  public static final class Builder<T extends TFloating, I extends TIntegral, S>
      extends NamedBuilder<T, Builder<T, I, S>> {
    private final TensorCell<T, S> cell;
    private final long classes;
    private final long size;
    private @Nullable VariableInitializer initializer;

    private Builder(TensorCell<T, S> cell, long classes, long size) {
      super(requireNonNull(cell, "cell").type(), "embedding_wrapper");
      this.cell = cell;
      if (classes < 1 || size < 1) {
        throw refused("classes and size", "both > 0", classes + ", " + size);
      }
      this.classes = classes;
      this.size = size;
    }

    @Override
    Builder<T, I, S> self() {
      return this;
    }

    /** Sets the initializer of the table. */
    public Builder<T, I, S> initializer(VariableInitializer initializer) {
      this.initializer = requireNonNull(initializer, "initializer");
      return this;
    }

    /** Returns the wrapper; it adds nothing to a graph before its first step. */
    public EmbeddingWrapper<T, I, S> build() {
      return new EmbeddingWrapper<>(this);
    }
  }
}
