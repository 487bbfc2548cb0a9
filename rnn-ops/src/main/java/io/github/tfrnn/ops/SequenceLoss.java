package io.github.tfrnn.ops;

import io.github.tfrnn.ops.SequenceLossOptions.Across;
import java.util.List;
import java.util.function.UnaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TIntegral;

/**
 * The weighted cross-entropy of a sequence of predictions.
 *
 * <p>With batch {@code B}, time {@code T} and {@code C} classes,
 *
 * <pre>{@code
 * loss[b, t]  = weights[b, t] * -log(softmax(logits[b, t])[targets[b, t]])
 * average     = sum(loss) / sum(weights)
 * sum         = sum(loss) / count(weights != 0)
 * }</pre>
 *
 * <p>where the sums run across batch and time, across the batch, or across time, and a division by
 * zero gives zero. Weights of 1 inside a row and 0 in its padding, {@link Sequences#mask}, leave
 * the padding out. Source: {@code tf.contrib.seq2seq.sequence_loss} of TensorFlow 1.15; its four
 * flags are {@link SequenceLossOptions#average} and {@link SequenceLossOptions#sum} here, so that
 * no two of them contradict each other.
 */
public final class SequenceLoss {
  private SequenceLoss() {}

  /**
   * Returns the average across batch and time, a scalar.
   *
   * @see #of(Ops, Operand, Operand, Operand, UnaryOperator)
   */
  public static <T extends TFloating> Operand<T> of(
      Ops tf, Operand<T> logits, Operand<? extends TIntegral> targets, Operand<T> weights) {
    return of(tf, logits, targets, weights, UnaryOperator.identity());
  }

  /**
   * Returns the loss, reduced as the options say.
   *
   * @param logits shape {@code [B, T, C]}, of a known rank
   * @param targets shape {@code [B, T]}, int32 or int64, each from 0 to {@code C - 1}; on a CPU
   *     another one fails the run, also where its weight is zero
   * @param weights shape {@code [B, T]}
   * @param options changes the defaults: {@code options -> options.average(Across.TIME)}
   * @return a scalar; {@code [T]} across the batch, {@code [B]} across time, {@code [B, T]} per
   *     step
   * @throws IllegalArgumentException if {@code tf} is eager, if a shape has another number of
   *     dimensions, or if batch or time differ
   */
  public static <T extends TFloating> Operand<T> of(
      Ops tf,
      Operand<T> logits,
      Operand<? extends TIntegral> targets,
      Operand<T> weights,
      UnaryOperator<SequenceLossOptions<T>> options) {
    Graphs.local(tf, "sequence loss");
    requireShape("logits", logits, "[batch_size x sequence_length x logits]", 3);
    requireShape("targets", targets, "[batch_size x sequence_length]", 2);
    requireShape("weights", weights, "[batch_size x sequence_length]", 2);
    requireSteps("targets", targets, logits);
    requireSteps("weights", weights, logits);
    var chosen = options.apply(SequenceLossOptions.defaults());
    var inner = tf.withSubScope("sequence_loss");

    var losses = inner.math.mul(losses(inner, logits, targets, chosen.stepLoss()), weights);
    var across = chosen.across();
    if (across == null) {
      return losses;
    }
    var axes = inner.constant(axes(across));
    var amounts = chosen.byCount() ? areCounted(inner, weights) : weights;
    return inner.math.divNoNan(inner.sum(losses, axes), inner.sum(amounts, axes));
  }

  /** The loss of each step, shape {@code [B, T]}. */
  private static <T extends TFloating> Operand<T> losses(
      Ops tf,
      Operand<T> logits,
      Operand<? extends TIntegral> targets,
      SequenceLossOptions.StepLoss<T> stepLoss) {
    var rows = tf.stack(List.of(tf.constant(-1), Dimensions.of(tf, logits, 2)));
    var flat = tf.constant(new int[] {-1});
    var losses = stepLoss.of(tf, tf.reshape(targets, flat), tf.reshape(logits, rows));
    return tf.reshape(losses, Dimensions.first(tf, logits, 2));
  }

  private static <T extends TFloating> Operand<T> areCounted(Ops tf, Operand<T> weights) {
    var zero = tf.dtypes.cast(tf.constant(0), weights.type());
    return tf.dtypes.cast(tf.math.notEqual(weights, zero), weights.type());
  }

  private static int[] axes(Across across) {
    return switch (across) {
      case BATCH_AND_TIME -> new int[] {0, 1};
      case BATCH -> new int[] {0};
      case TIME -> new int[] {1};
    };
  }

  private static void requireShape(String what, Operand<?> value, String shape, int rank) {
    if (value.shape().numDimensions() != rank) {
      throw new IllegalArgumentException(
          "sequence loss: "
              + what
              + " must be a "
              + shape
              + " tensor, got "
              + Shapes.text(value.shape()));
    }
  }

  private static void requireSteps(String what, Operand<?> value, Operand<?> logits) {
    var steps = logits.shape().take(2);
    if (!value.shape().isCompatibleWith(steps)) {
      throw new IllegalArgumentException(
          "sequence loss: "
              + what
              + " must have the batch and the time of logits, "
              + Shapes.text(steps)
              + ", got "
              + Shapes.text(value.shape()));
    }
  }
}
