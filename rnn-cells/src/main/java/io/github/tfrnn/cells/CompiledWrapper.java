package io.github.tfrnn.cells;

import static java.util.Objects.requireNonNull;

import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.ops.Xla;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/**
 * A cell whose steps XLA compiles, each into one kernel, on their own and in the loop of a driver.
 *
 * <p>Values, states, gradients and variables are those of the cell; so are the names of the
 * variables, for the wrapper has no scope of its own. The shapes of inputs and state must be fully
 * known while the graph is built, the batch size too. A cell that begins with a product of its
 * input still has that product made before the loop, outside of what is compiled. To compile a
 * whole loop, see {@link Xla}. There are no second derivatives.
 *
 * <p>Source: {@code tf.contrib.rnn.CompiledWrapper} of TensorFlow 1.15, which marks the ops of the
 * cell as a scope for XLA. Its {@code compile_stateful} chooses among ops; here all are compiled.
 *
 * @param <X> the input of a step
 * @param <Y> its output
 * @param <S> the state
 */
public final class CompiledWrapper<X, Y, S> implements RnnCell<X, Y, S> {
  private static final String NAME = "compiled_wrapper";

  private final RnnCell<X, Y, S> cell;

  private CompiledWrapper(RnnCell<X, Y, S> cell) {
    this.cell = requireNonNull(cell, "cell");
  }

  /** Returns {@code cell} with compiled steps. */
  public static <X, Y, S> RnnCell<X, Y, S> of(RnnCell<X, Y, S> cell) {
    return new CompiledWrapper<>(cell);
  }

  /** Returns {@code cell} with compiled steps; it can be a layer of a {@link MultiRnnCell}. */
  public static <T extends TFloating, S> TensorCell<T, S> of(TensorCell<T, S> cell) {
    return new OfTensors<>(cell);
  }

  @Override
  public Structure<X> inputSize() {
    return cell.inputSize();
  }

  @Override
  public Structure<Y> outputSize() {
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
   * @throws IllegalArgumentException also if a shape is not fully known
   */
  @Override
  public Step<Y, S> step(VariableScope scope, X input, S state) {
    return compiled(cell, scope.tf(), ops -> cell.step(scope.withOps(ops), input, state));
  }

  private static <Y, S> Step<Y, S> compiled(
      RnnCell<?, Y, S> cell, Ops tf, Function<Ops, Step<Y, S>> step) {
    return Xla.compile(tf, NAME, structure(cell.outputSize(), cell.stateSize()), step);
  }

  private static <Y, S> Structure<Step<Y, S>> structure(Structure<Y> outputs, Structure<S> states) {
    var leaves = new ArrayList<Leaf>(outputs.leaves());
    leaves.addAll(states.leaves());
    int first = outputs.leaves().size();
    return Structure.of(
        leaves,
        step -> {
          List<Operand<?>> parts = new ArrayList<>(outputs.flatten(step.output()));
          parts.addAll(states.flatten(step.state()));
          return parts;
        },
        parts ->
            new Step<>(
                outputs.pack(parts.subList(0, first)),
                states.pack(parts.subList(first, parts.size()))));
  }

  /** The same for a cell with one tensor in and one out. */
  private record OfTensors<T extends TFloating, S>(TensorCell<T, S> cell)
      implements ProjectsInput<T, S> {

    @Override
    public Class<T> type() {
      return cell.type();
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

    @Override
    public Step<Operand<T>, S> step(VariableScope scope, Operand<T> x, S state) {
      return compiled(cell, scope.tf(), ops -> cell.step(scope.withOps(ops), x, state));
    }

    @Override
    public Projection<T, S> project(VariableScope scope, Operand<T> inputs) {
      var projection = Projections.of(cell, scope, inputs);
      return new Projection<>(
          projection.inputs(),
          (tf, projected, state) ->
              compiled(cell, tf, ops -> projection.recurrence().step(ops, projected, state)));
    }
  }
}
