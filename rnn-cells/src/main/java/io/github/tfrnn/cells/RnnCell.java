package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Shapes;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/**
 * One time step of a recurrent network: {@code (input, state) -> (output, state)}.
 *
 * <p>A cell holds settings. At its first step it takes a variable scope of its own inside the scope
 * it is given, makes its weights there, and uses those weights at every later step, from wherever
 * it is called; that is how layers of TensorFlow 1.x share weights. A cell that has weights in one
 * graph is refused in another.
 *
 * <p>Inputs, outputs and states are any values with a {@link Structure}. Cells with one tensor in
 * and one out implement {@link TensorCell}. Source: {@code tf.nn.rnn_cell.RNNCell} of TensorFlow
 * 1.15.
 *
 * @param <X> the input of a step
 * @param <Y> its output
 * @param <S> the state
 */
public interface RnnCell<X, Y, S> {

  /** How an input is taken apart; shapes may be unknown. */
  Structure<X> inputSize();

  /** The tensors of an output, with their shapes for one row. */
  Structure<Y> outputSize();

  /** The tensors of the state, with their shapes for one row. */
  Structure<S> stateSize();

  /**
   * Emits the ops of one step.
   *
   * @param scope where the weights live, and {@code scope.tf()} the ops to build with
   * @param input each tensor {@code [batch, ...]}
   * @param state each tensor {@code [batch] + } its shape in {@link #stateSize()}
   * @return output and new state, with the structures of {@link #outputSize()} and {@link
   *     #stateSize()}
   * @throws IllegalArgumentException if an input or a state does not fit
   */
  Step<Y, S> step(VariableScope scope, X input, S state);

  /**
   * Whether every row of a step depends on that row of input and state and on weights alone, and on
   * no random number, so that an engine may run some rows apart from the others, or several steps
   * at once. False unless a cell says so; a cell that says so wrongly gives other numbers on some
   * engines.
   */
  default boolean hasIndependentRows() {
    return false;
  }

  /**
   * Returns a state of zeros.
   *
   * @param tf the ops to build with
   * @param batchSize number of rows, a scalar
   * @throws IllegalArgumentException if the type or the shape of a part is not known; such a cell
   *     makes its own zeros, or is given an initial state
   */
  default S zeroState(Ops tf, Operand<TInt32> batchSize) {
    List<Operand<?>> parts = new ArrayList<>();
    for (Leaf leaf : stateSize().leaves()) {
      parts.add(zeros(tf, batchSize, leaf, leaf.type()));
    }
    return stateSize().pack(parts);
  }

  private static <T extends TType> Operand<T> zeros(
      Ops tf, Operand<TInt32> batchSize, Leaf leaf, Class<T> type) {
    if (type == TType.class || leaf.shape().isUnknown() || leaf.shape().hasUnknownDimension()) {
      throw new IllegalArgumentException(
          "zero state: part "
              + leaf.name()
              + " must have a known type and shape, got "
              + type.getSimpleName()
              + " and "
              + Shapes.text(leaf.shape())
              + ". Give an initial state, or let the cell make one in zeroState.");
    }
    if (!leaf.batched()) {
      return tf.zeros(tf.constant(leaf.shape().asArray()), type);
    }
    var sizes = new ArrayList<Operand<TInt32>>();
    sizes.add(batchSize);
    for (long size : leaf.shape().asArray()) {
      sizes.add(tf.constant(Math.toIntExact(size)));
    }
    return tf.zeros(tf.stack(sizes), type);
  }
}
