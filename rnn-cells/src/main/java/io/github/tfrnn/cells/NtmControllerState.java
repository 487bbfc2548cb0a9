package io.github.tfrnn.cells;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/**
 * The state of an {@link NtmCell}: {@code NTMControllerState} of TensorFlow 1.15, in its order.
 *
 * @param controllerState the state of the controller
 * @param readVectors what each read head read last, shape {@code [B, W]}
 * @param addressWeights where each head looked last, the read heads first, shape {@code [B, N]}
 * @param memory shape {@code [B, N, W]}
 * @param time how many steps each row has taken, shape {@code [B]}; TensorFlow 1.15 counts once for
 *     the whole batch
 */
public record NtmControllerState<T extends TFloating, S>(
    S controllerState,
    List<Operand<T>> readVectors,
    List<Operand<T>> addressWeights,
    Operand<T> memory,
    Operand<TInt32> time) {

  /** Copies the lists. */
  public NtmControllerState {
    readVectors = List.copyOf(readVectors);
    addressWeights = List.copyOf(addressWeights);
  }
}
