package io.github.tfrnn.ops.spi;

import java.util.List;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/**
 * What a layer runs over.
 *
 * @param x {@code [time, batch, depth]}; time and batch may be unknown while the graph is built
 * @param lengths of the rows, {@code [batch]}, checked; none if all rows take all steps
 * @param state the initial state, each part {@code [batch, units]}: c and h of an LSTM, or h
 * @param recompute whether the gradient is to compute values again, to save memory
 */
public record LayerSequence<T extends TFloating>(
    Operand<T> x, Optional<Operand<TInt32>> lengths, List<Operand<T>> state, boolean recompute) {

  /** Copies the list. */
  public LayerSequence {
    state = List.copyOf(state);
  }
}
