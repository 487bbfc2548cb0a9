package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Structure;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.family.TFloating;

/**
 * The state of an LSTM: {@code LSTMStateTuple} of TensorFlow 1.15, in its order.
 *
 * @param c the memory, shape {@code [batch, units]}
 * @param h the output, shape {@code [batch, units]}, or {@code [batch, projection]}
 */
public record LstmState<T extends TFloating>(Operand<T> c, Operand<T> h) {

  /** The structure of a state with {@code units} columns in c and {@code outputs} in h. */
  public static <T extends TFloating> Structure<LstmState<T>> structure(
      Class<T> type, long units, long outputs) {
    return structure(type, Shape.of(units), Shape.of(outputs));
  }

  /** The structure of a state whose c and h have rows of these shapes. */
  @SuppressWarnings("unchecked") // parts come from a state of the same structure
  static <T extends TFloating> Structure<LstmState<T>> structure(Class<T> type, Shape c, Shape h) {
    return Structure.of(
        List.of(Leaf.of("c", type, c), Leaf.of("h", type, h)),
        state -> List.of(state.c(), state.h()),
        parts -> new LstmState<>((Operand<T>) parts.get(0), (Operand<T>) parts.get(1)));
  }
}
