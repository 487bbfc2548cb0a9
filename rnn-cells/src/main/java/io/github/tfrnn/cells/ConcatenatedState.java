package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Shapes;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/**
 * A cell whose state is one tensor: the tensors of another cell's state side by side.
 *
 * <p>Of an LSTM the columns are c, h; of a stack those of layer 0, then of layer 1, and so on, as
 * with {@code state_is_tuple=False} in TensorFlow 1.15. Weights and their names stay those of the
 * other cell.
 */
public final class ConcatenatedState<T extends TFloating, S>
    implements ProjectsInput<T, Operand<T>> {
  private static final String WHO = "ConcatenatedState";

  private final TensorCell<T, S> cell;
  private final long[] widths;

  private ConcatenatedState(TensorCell<T, S> cell) {
    this.cell = cell;
    this.widths = cell.stateSize().leaves().stream().mapToLong(leaf -> width(cell, leaf)).toArray();
  }

  private static long width(TensorCell<?, ?> cell, Leaf leaf) {
    boolean vector = leaf.shape().numDimensions() == 1 && leaf.shape().get(0) >= 0;
    if (!vector || !leaf.batched() || leaf.type() != cell.type()) {
      throw new IllegalArgumentException(
          WHO
              + ": state must have rows of "
              + cell.type().getSimpleName()
              + " of known width only, got the part "
              + leaf.name()
              + " of "
              + leaf.type().getSimpleName()
              + " and shape "
              + Shapes.text(leaf.shape()));
    }
    return leaf.shape().get(0);
  }

  /**
   * Returns {@code cell} with its state in one tensor.
   *
   * @throws IllegalArgumentException if a part of the state is not a row of known width, is not of
   *     the type of the cell, or is shared by the batch
   */
  public static <T extends TFloating, S> ConcatenatedState<T, S> of(TensorCell<T, S> cell) {
    return new ConcatenatedState<>(cell);
  }

  @Override
  public Class<T> type() {
    return cell.type();
  }

  @Override
  public Structure<Operand<T>> outputSize() {
    return cell.outputSize();
  }

  @Override
  public Structure<Operand<T>> stateSize() {
    long width = Arrays.stream(widths).sum();
    return Structure.tensor(Leaf.of("", type(), Shape.of(width)));
  }

  @Override
  public Operand<T> zeroState(Ops tf, Operand<TInt32> batchSize) {
    return join(tf, cell.zeroState(tf, batchSize));
  }

  /**
   * Returns a state of the other cell as one tensor.
   *
   * @param state each tensor {@code [B, ...]}
   * @return shape {@code [B, sum of the widths]}
   */
  public Operand<T> join(Ops tf, S state) {
    return Columns.join(tf, parts(cell.stateSize().flatten(state)));
  }

  @SuppressWarnings("unchecked") // the constructor looked at the types
  private List<Operand<T>> parts(List<Operand<?>> flat) {
    var parts = new ArrayList<Operand<T>>();
    for (var part : flat) {
      parts.add((Operand<T>) part);
    }
    return parts;
  }

  /**
   * Returns the state of the other cell that {@code state} holds.
   *
   * @param state shape {@code [B, sum of the widths]}
   * @throws IllegalArgumentException if it has another shape
   */
  public S split(Ops tf, Operand<T> state) {
    Fit.state(WHO, stateSize(), state, state);
    if (widths.length == 1) {
      return cell.stateSize().pack(List.of(state));
    }
    var parts = tf.splitV(state, tf.constant(widths), tf.constant(1), (long) widths.length);
    return cell.stateSize().pack(parts.output());
  }

  /**
   * {@inheritDoc}
   *
   * @param x as the other cell takes it
   * @param state shape {@code [B, sum of the widths]}
   */
  @Override
  public Step<Operand<T>, Operand<T>> step(VariableScope scope, Operand<T> x, Operand<T> state) {
    Fit.state(WHO, stateSize(), state, x);
    return joined(scope.tf(), cell.step(scope, x, split(scope.tf(), state)));
  }

  private Step<Operand<T>, Operand<T>> joined(Ops tf, Step<Operand<T>, S> step) {
    return new Step<>(step.output(), join(tf, step.state()));
  }

  @Override
  public Projection<T, Operand<T>> project(VariableScope scope, Operand<T> inputs) {
    var projection = Projections.of(cell, scope, inputs);
    return new Projection<>(
        projection.inputs(),
        (tf, projected, state) ->
            joined(tf, projection.recurrence().step(tf, projected, split(tf, state))));
  }
}
