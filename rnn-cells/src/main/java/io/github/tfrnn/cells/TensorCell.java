package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Structure;
import org.tensorflow.Operand;
import org.tensorflow.types.family.TFloating;

/**
 * A cell with one tensor in and one tensor out, which nearly all are.
 *
 * @param <T> type of input, output and weights
 * @param <S> the state
 */
public interface TensorCell<T extends TFloating, S> extends RnnCell<Operand<T>, Operand<T>, S> {

  /** The element type of input, output and weights. */
  Class<T> type();

  @Override
  default Structure<Operand<T>> inputSize() {
    return Structure.tensor();
  }
}
