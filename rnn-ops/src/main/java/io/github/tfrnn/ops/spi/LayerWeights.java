package io.github.tfrnn.ops.spi;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.types.family.TFloating;

/**
 * The weights of a layer of D inputs and H units.
 *
 * <p>In the order of their creation: kernel {@code [D + H, 4H]} and bias {@code [4H]} of an LSTM;
 * kernel {@code [D + H, 2H]} and bias of the gates, then kernel {@code [D + H, H]} and bias of the
 * candidate of a GRU; kernel {@code [D + H, H]} and bias of the plain layer.
 *
 * @param kind the formula
 * @param who the scope of the cell, for messages
 * @param variables the values of the variables
 * @param forgetBias what an LSTM adds to its forget gate; 0 in the others
 */
public record LayerWeights<T extends TFloating>(
    LayerKind kind, String who, List<Operand<T>> variables, double forgetBias) {

  /** Copies the list. */
  public LayerWeights {
    variables = List.copyOf(variables);
  }
}
