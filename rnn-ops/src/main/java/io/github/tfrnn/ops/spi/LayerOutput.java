package io.github.tfrnn.ops.spi;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.types.family.TFloating;

/**
 * What a layer gives.
 *
 * @param outputs {@code [time, batch, units]}, zeros past the end of a row
 * @param state of each row after its last step, in the order of {@link LayerSequence#state}
 */
public record LayerOutput<T extends TFloating>(Operand<T> outputs, List<Operand<T>> state) {

  /** Copies the list. */
  public LayerOutput {
    state = List.copyOf(state);
  }
}
