package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Structure;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TType;

/**
 * An input and when it was seen, for a {@link PhasedLstmCell}.
 *
 * @param time shape {@code [batch, 1]}, of any floating point type; time stamps of many digits need
 *     double precision
 * @param x shape {@code [batch, depth]}
 */
public record TimedInput<T extends TFloating>(Operand<? extends TFloating> time, Operand<T> x) {

  /** The structure of such an input, {@code time} before {@code x}. */
  @SuppressWarnings("unchecked") // parts come from an input of the same structure
  public static <T extends TFloating> Structure<TimedInput<T>> structure() {
    return Structure.of(
        List.of(Leaf.of("time", TType.class, Shape.of(1)), Leaf.any("x")),
        input -> List.of(input.time(), input.x()),
        parts ->
            new TimedInput<>(
                (Operand<? extends TFloating>) parts.get(0), (Operand<T>) parts.get(1)));
  }
}
