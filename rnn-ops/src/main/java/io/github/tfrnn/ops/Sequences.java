package io.github.tfrnn.ops;

import java.util.List;
import java.util.stream.IntStream;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReverseSequence;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TIntegral;
import org.tensorflow.types.family.TNumber;
import org.tensorflow.types.family.TType;

/**
 * Ops on padded sequences, {@code [batch, time, ...]} or {@code [time, batch, ...]}, whose rows
 * have lengths of their own.
 *
 * <p>A length above the number of steps counts as all steps, one below zero as none, here as in the
 * drivers. Batch and time may be unknown while the graph is built; sizes that are known stay known.
 */
public final class Sequences {
  private Sequences() {}

  /**
   * Tells which steps are inside their row: {@code mask[..., t] = t < lengths[...]}, which is
   * {@code tf.sequence_mask}.
   *
   * @param lengths any shape, int32 or int64
   * @param maxLength number of steps, a scalar, at least 0
   * @return shape {@code lengths.shape + [maxLength]}
   * @throws IllegalArgumentException if {@code tf} is eager
   */
  public static Operand<TBool> mask(
      Ops tf, Operand<? extends TIntegral> lengths, Operand<TInt32> maxLength) {
    Graphs.local(tf, "sequence mask");
    return inside(tf, lengths, maxLength);
  }

  /**
   * As {@link #mask(Ops, Operand, Operand)}, with ones and zeros of a type, such as weights have.
   *
   * @throws IllegalArgumentException if {@code tf} is eager
   */
  public static <T extends TNumber> Operand<T> mask(
      Ops tf, Operand<? extends TIntegral> lengths, Operand<TInt32> maxLength, Class<T> type) {
    return tf.dtypes.cast(mask(tf, lengths, maxLength), type);
  }

  private static <N extends TIntegral> Operand<TBool> inside(
      Ops tf, Operand<N> lengths, Operand<TInt32> maxLength) {
    var steps = steps(tf, maxLength, lengths.type());
    return tf.math.less(steps, tf.expandDims(lengths, tf.constant(-1)));
  }

  private static <N extends TIntegral> Operand<N> steps(
      Ops tf, Operand<TInt32> count, Class<N> type) {
    return tf.dtypes.cast(tf.range(tf.constant(0), count, tf.constant(1)), type);
  }

  /**
   * Reverses the steps inside each row and leaves its padding where it is: {@code
   * tf.reverse_sequence}.
   *
   * @param x {@code [batch, time, ...]}, or {@code [time, batch, ...]} if {@code timeMajor}
   * @param lengths {@code [batch]}, int32 or int64
   * @return the shape of {@code x}
   * @throws IllegalArgumentException if {@code tf} is eager, if {@code x} or {@code lengths} has
   *     another number of dimensions, or if their batches differ
   */
  public static <T extends TType> Operand<T> reverse(
      Ops tf, Operand<T> x, Operand<? extends TIntegral> lengths, boolean timeMajor) {
    Graphs.local(tf, "reverse sequence");
    requireSequences("reverse sequence: x", x, timeMajor);
    requireLengths("reverse sequence", x, lengths, timeMajor);
    int time = timeMajor ? 0 : 1;
    return tf.reverseSequence(
        x, within(tf, lengths, x, timeMajor), (long) time, ReverseSequence.batchDim(1L - time));
  }

  /**
   * Returns the output of the last step inside each row, and zeros for a row of length 0. It has a
   * gradient, and what the padding holds does not touch it.
   *
   * @param outputs {@code [batch, time, ...]}, or {@code [time, batch, ...]} if {@code timeMajor},
   *     of a known rank
   * @param lengths {@code [batch]}, int32 or int64
   * @return shape {@code [batch, ...]}
   * @throws IllegalArgumentException if {@code tf} is eager, if {@code outputs} or {@code lengths}
   *     has another number of dimensions, or if their batches differ
   */
  public static <T extends TNumber> Operand<T> lastOutput(
      Ops tf, Operand<T> outputs, Operand<? extends TIntegral> lengths, boolean timeMajor) {
    Graphs.local(tf, "last output");
    requireSequences("last output: outputs", outputs, timeMajor);
    if (outputs.shape().isUnknown()) {
      throw new IllegalArgumentException(
          "last output: outputs must have a known rank, got an unknown shape. Reshape them first.");
    }
    requireLengths("last output", outputs, lengths, timeMajor);
    var isLast = isLast(tf, within(tf, lengths, outputs, timeMajor), outputs, timeMajor);
    // A sum over one step and zeros: unlike a gather, it also works for no steps at all.
    var zero = tf.dtypes.cast(tf.constant(0), outputs.type());
    return tf.sum(tf.select(isLast, outputs, zero), tf.constant(timeMajor ? 0 : 1));
  }

  /** Which step is the last of its row, of the rank of {@code outputs}. */
  private static <N extends TIntegral> Operand<TBool> isLast(
      Ops tf, Operand<N> lengths, Operand<?> outputs, boolean timeMajor) {
    var one = tf.dtypes.cast(tf.constant(1), lengths.type());
    var last = tf.expandDims(tf.math.sub(lengths, one), tf.constant(timeMajor ? 0 : 1));
    var steps = steps(tf, Dimensions.of(tf, outputs, timeMajor ? 0 : 1), lengths.type());
    Operand<TBool> isLast =
        tf.math.equal(tf.expandDims(steps, tf.constant(timeMajor ? 1 : 0)), last);
    for (int i = 2; i < outputs.shape().numDimensions(); i++) {
      isLast = tf.expandDims(isLast, tf.constant(-1));
    }
    return isLast;
  }

  /** Lengths from zero to the number of steps, as many as there are rows. */
  private static <N extends TIntegral> Operand<N> within(
      Ops tf, Operand<N> lengths, Operand<?> sequences, boolean timeMajor) {
    var time = tf.dtypes.cast(Dimensions.of(tf, sequences, timeMajor ? 0 : 1), lengths.type());
    var zero = tf.dtypes.cast(tf.constant(0), lengths.type());
    // One length would otherwise stand for all rows.
    var batch = tf.stack(List.of(Dimensions.of(tf, sequences, timeMajor ? 1 : 0)));
    return tf.math.maximum(tf.math.minimum(tf.reshape(lengths, batch), time), zero);
  }

  /**
   * Returns the number of rows of a batch, such as {@code zeroState} wants it: {@code
   * best_effort_input_batch_size} of TensorFlow 1.15.
   *
   * @param x {@code [batch, time, ...]}, or {@code [time, batch, ...]} if {@code timeMajor}
   * @return a scalar; a constant if the size is known
   * @throws IllegalArgumentException if {@code tf} is eager, or if {@code x} has fewer than two
   *     dimensions
   */
  public static Operand<TInt32> batchSize(Ops tf, Operand<? extends TType> x, boolean timeMajor) {
    Graphs.local(tf, "batch size");
    requireSequences("batch size: x", x, timeMajor);
    return Dimensions.of(tf, x, timeMajor ? 1 : 0);
  }

  /**
   * Exchanges the first two dimensions, {@code [batch, time, ...]} and {@code [time, batch, ...]}.
   *
   * @param x any shape; known to have fewer than two dimensions, it is returned as it is
   * @throws IllegalArgumentException if {@code tf} is eager
   */
  public static <T extends TType> Operand<T> transposeBatchTime(Ops tf, Operand<T> x) {
    Graphs.local(tf, "transpose batch and time");
    int rank = x.shape().numDimensions();
    if (x.shape().isUnknown()) {
      var rest = tf.range(tf.constant(2), tf.rank(x), tf.constant(1));
      var order = tf.concat(List.of(tf.constant(new int[] {1, 0}), rest), tf.constant(0));
      return tf.linalg.transpose(x, order);
    }
    if (rank < 2) {
      return x;
    }
    var order = IntStream.range(0, rank).map(axis -> axis < 2 ? 1 - axis : axis).toArray();
    return tf.linalg.transpose(x, tf.constant(order));
  }

  private static void requireSequences(String what, Operand<?> x, boolean timeMajor) {
    var shape = x.shape();
    if (!shape.isUnknown() && shape.numDimensions() < 2) {
      throw new IllegalArgumentException(
          what
              + (timeMajor
                  ? " must have shape [time, batch, ...], got "
                  : " must have shape [batch, time, ...], got ")
              + Shapes.text(shape));
    }
  }

  private static void requireLengths(
      String who, Operand<?> x, Operand<? extends TIntegral> lengths, boolean timeMajor) {
    long batch = x.shape().isUnknown() ? -1 : x.shape().get(timeMajor ? 1 : 0);
    if (!lengths.shape().isCompatibleWith(Shape.of(batch))) {
      throw new IllegalArgumentException(
          who
              + ": lengths must have shape "
              + Shapes.text(Shape.of(batch))
              + ", one for each row of the batch, got "
              + Shapes.text(lengths.shape()));
    }
  }
}
