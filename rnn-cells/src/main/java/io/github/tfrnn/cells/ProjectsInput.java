package io.github.tfrnn.cells;

import io.github.tfrnn.ops.VariableScope;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * A cell whose step begins with products of its input. A driver then makes them for the whole
 * sequence, each as one large product before the loop, and the loop runs what is left.
 *
 * <p>The weights, their names and the numbers are those of {@link RnnCell#step}.
 */
public interface ProjectsInput<T extends TFloating, S>
    extends TensorCell<T, S>, HasProjection<Operand<T>, T, S> {

  /**
   * Splits the cell into the products of the inputs and the rest.
   *
   * @param scope as in {@link RnnCell#step}, outside of any loop
   * @param inputs all rows of the sequence, {@code [time * batch, depth]}
   */
  @Override
  Projection<T, S> project(VariableScope scope, Operand<T> inputs);

  /**
   * The two halves of a cell.
   *
   * @param inputs the products, each {@code [time * batch, columns]}; what a step needs apart is a
   *     product of its own, since to cut one into columns takes time in each step
   * @param recurrence what remains of a step
   */
  record Projection<T extends TFloating, S>(List<Operand<T>> inputs, Recurrence<T, S> recurrence) {

    /** Copies the list. */
    public Projection {
      inputs = List.copyOf(inputs);
    }

    /** The halves of a cell with one product. */
    public Projection(Operand<T> input, RecurrenceOfOne<T, S> recurrence) {
      this(List.of(input), (tf, projected, state) -> recurrence.step(tf, projected.get(0), state));
    }
  }

  /** A step from a row block of each product. */
  @FunctionalInterface
  interface Recurrence<T extends TFloating, S> {
    /**
     * Emits the rest of a step.
     *
     * @param tf the ops to build with, of the loop's body
     * @param projected each {@code [batch, columns]}
     * @param state the state, as in {@link RnnCell#step}
     */
    Step<Operand<T>, S> step(Ops tf, List<Operand<T>> projected, S state);
  }

  /** A step from a row block of the only product. */
  @FunctionalInterface
  interface RecurrenceOfOne<T extends TFloating, S> {
    /**
     * Emits the rest of a step.
     *
     * @param tf the ops to build with, of the loop's body
     * @param projected {@code [batch, columns]}
     * @param state the state, as in {@link RnnCell#step}
     */
    Step<Operand<T>, S> step(Ops tf, Operand<T> projected, S state);
  }
}
