package io.github.tfrnn.ops.spi;

import io.github.tfrnn.ops.VariableScope;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.types.family.TFloating;

/**
 * A cell as a layer of a known formula.
 *
 * @param <S> the state of the cell
 * @param kind the formula
 * @param type of the weights
 * @param units H
 * @param deviation what sets the cell apart from it, such as "the cell has peepholes", if anything
 * @param weights where the cell keeps its weights
 */
public record PlainLayer<T extends TFloating, S>(
    LayerKind kind, Class<T> type, long units, Optional<String> deviation, Weights<T, S> weights) {

  /** Makes the weights of a cell or hands them out, as a step does. */
  @FunctionalInterface
  public interface Weights<T extends TFloating, S> {
    /**
     * Makes or hands them out.
     *
     * @param scope as for a step, outside of a loop
     * @param x the sequence, {@code [time, batch, depth]}
     * @param state the initial state
     * @throws IllegalArgumentException if an input or a state does not fit
     */
    LayerWeights<T> in(VariableScope scope, Operand<T> x, S state);
  }
}
