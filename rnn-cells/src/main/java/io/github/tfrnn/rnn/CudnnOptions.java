package io.github.tfrnn.rnn;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.types.family.TIntegral;

/**
 * How a network of cuDNN is run: {@code options -> options.sequenceLength(lengths)}.
 *
 * <p>Each method returns a changed copy. By default all rows run to the end of the inputs, from
 * zeros, time first, as in training.
 *
 * @param sequenceLength the length of each row, {@code [batch]}
 * @param initialState the state to begin with, each tensor {@code [layers * directions, batch,
 *     units]}
 * @param isBatchMajor whether inputs and outputs are {@code [batch, time, depth]}
 * @param training whether there is dropout, and a gradient
 */
public record CudnnOptions<S>(
    Optional<Operand<? extends TIntegral>> sequenceLength,
    Optional<S> initialState,
    boolean isBatchMajor,
    boolean training) {

  static <S> CudnnOptions<S> defaults() {
    return new CudnnOptions<>(Optional.empty(), Optional.empty(), false, true);
  }

  /**
   * Gives each row a length of its own, as {@link RnnOptions#sequenceLength} does.
   *
   * @param lengths shape {@code [batch]}, int32 or int64; more than the number of steps is all
   *     steps
   */
  public CudnnOptions<S> sequenceLength(Operand<? extends TIntegral> lengths) {
    return new CudnnOptions<>(
        Optional.of(requireNonNull(lengths, "lengths")), initialState, isBatchMajor, training);
  }

  /** Begins with this state and not with zeros. */
  public CudnnOptions<S> initialState(S state) {
    return new CudnnOptions<>(
        sequenceLength, Optional.of(requireNonNull(state, "state")), isBatchMajor, training);
  }

  /** Takes inputs and gives outputs as {@code [batch, time, ...]}: {@code time_major=False}. */
  public CudnnOptions<S> batchMajor() {
    return new CudnnOptions<>(sequenceLength, initialState, true, training);
  }

  /** Leaves dropout out and keeps nothing for a gradient: {@code training=False}. */
  public CudnnOptions<S> inference() {
    return new CudnnOptions<>(sequenceLength, initialState, isBatchMajor, false);
  }
}
