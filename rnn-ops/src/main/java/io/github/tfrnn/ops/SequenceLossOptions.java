package io.github.tfrnn.ops;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TIntegral;

/**
 * How {@link SequenceLoss} makes few numbers of many: {@code options -> options.sum(Across.TIME)}.
 *
 * <p>Each method returns a changed copy. By default the loss is averaged across batch and time, and
 * the loss of a step is the softmax cross-entropy.
 *
 * @param <T> the type of the loss
 */
public final class SequenceLossOptions<T extends TFloating> {

  /** What the losses of all steps are reduced across. */
  public enum Across {
    /** Everything: one number is left. */
    BATCH_AND_TIME,
    /** The rows: one number for each time step is left. */
    BATCH,
    /** The steps: one number for each row is left. */
    TIME
  }

  /**
   * The loss of each step, such as a sampled softmax.
   *
   * @param <T> its type
   */
  @FunctionalInterface
  public interface StepLoss<T extends TFloating> {
    /**
     * Returns one loss for each of {@code N = batch * time} steps.
     *
     * @param tf the ops to build with
     * @param targets shape {@code [N]}
     * @param logits shape {@code [N, classes]}
     * @return shape {@code [N]}, not weighted
     */
    Operand<T> of(Ops tf, Operand<? extends TIntegral> targets, Operand<T> logits);
  }

  private final @Nullable Across across;
  private final boolean byCount;
  private final StepLoss<T> stepLoss;

  private SequenceLossOptions(@Nullable Across across, boolean byCount, StepLoss<T> stepLoss) {
    this.across = across;
    this.byCount = byCount;
    this.stepLoss = stepLoss;
  }

  /** The defaults. */
  static <T extends TFloating> SequenceLossOptions<T> defaults() {
    return new SequenceLossOptions<>(
        Across.BATCH_AND_TIME,
        false,
        (tf, targets, logits) -> tf.nn.sparseSoftmaxCrossEntropyWithLogits(logits, targets).loss());
  }

  /**
   * Adds up across these dimensions and divides by the sum of the weights there: {@code
   * average_across_timesteps} and {@code average_across_batch} of TensorFlow 1.
   */
  public SequenceLossOptions<T> average(Across dimensions) {
    return new SequenceLossOptions<>(requireNonNull(dimensions, "dimensions"), false, stepLoss);
  }

  /**
   * Adds up across these dimensions and divides by the number of weights there that are not zero:
   * {@code sum_over_timesteps} and {@code sum_over_batch} of TensorFlow 1.
   */
  public SequenceLossOptions<T> sum(Across dimensions) {
    return new SequenceLossOptions<>(requireNonNull(dimensions, "dimensions"), true, stepLoss);
  }

  /** Leaves one weighted loss for each step of each row. */
  public SequenceLossOptions<T> perStep() {
    return new SequenceLossOptions<>(null, false, stepLoss);
  }

  /** Takes another loss of a step: {@code softmax_loss_function} of TensorFlow 1. */
  public SequenceLossOptions<T> stepLoss(StepLoss<T> loss) {
    return new SequenceLossOptions<>(across, byCount, requireNonNull(loss, "loss"));
  }

  @Nullable Across across() {
    return across;
  }

  boolean byCount() {
    return byCount;
  }

  StepLoss<T> stepLoss() {
    return stepLoss;
  }
}
