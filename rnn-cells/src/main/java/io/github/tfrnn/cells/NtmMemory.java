package io.github.tfrnn.cells;

import java.util.Set;
import java.util.stream.IntStream;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceMax;
import org.tensorflow.op.core.Sum;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/**
 * The memory of a Neural Turing Machine during one step.
 *
 * @param places shape {@code [B, N, W]}
 */
record NtmMemory<T extends TFloating>(Ops tf, Operand<T> places) {
  private static final Set<Class<?>> HALVES = Set.of(TFloat16.class, TBfloat16.class);

  /**
   * Returns where a head looks, weights over the places that sum to one.
   *
   * @param previous where it looked before, shape {@code [B, N]}
   * @param shiftRange how far it can move
   * @return shape {@code [B, N]}
   */
  Operand<T> address(NtmSteering.Head<T> head, Operand<T> previous, int shiftRange) {
    var content = tf.nn.softmax(tf.math.mul(head.strength(), likeness(head.key())));
    var gated = Interpolation.of(tf, head.gate(), content, previous);
    return sharpen(shift(gated, head.shift(), shiftRange), head.sharpness());
  }

  /** The cosine between {@code key} and each place, shape {@code [B, N]}. */
  private Operand<T> likeness(Operand<T> key) {
    boolean half = HALVES.contains(key.type());
    // The square of what an empty memory holds, 1e-6, is no 16-bit number.
    return half
        ? tf.dtypes.cast(
            cosine(tf.dtypes.cast(places, TFloat32.class), tf.dtypes.cast(key, TFloat32.class)),
            key.type())
        : cosine(places, key);
  }

  private <U extends TFloating> Operand<U> cosine(Operand<U> places, Operand<U> key) {
    var row = tf.expandDims(key, tf.constant(1));
    var product = tf.sum(tf.math.mul(places, row), tf.constant(2));
    var norms = tf.math.mul(norm(places, 2), norm(key, 1));
    return tf.math.div(product, tf.math.add(norms, tf.constantOfSameType(norms, 1e-8)));
  }

  /** The norm along {@code axis}, with a gradient of zero where all is zero. */
  private <U extends TFloating> Operand<U> norm(Operand<U> value, int axis) {
    boolean keep = axis == 1;
    var squares = tf.sum(tf.math.square(value), tf.constant(axis), Sum.keepDims(keep));
    var least = tf.constantOfSameType(squares, Float.MIN_NORMAL);
    return tf.math.sqrt(tf.math.maximum(squares, least));
  }

  /** Moves the weights around the ring of places, as likely as {@code shift} says. */
  private Operand<T> shift(Operand<T> weights, Operand<T> shift, int range) {
    var columns = tf.split(tf.constant(1), shift, 2L * range + 1).output();
    var moved =
        IntStream.range(0, columns.size())
            .<Operand<T>>mapToObj(
                i -> {
                  int places = i <= range ? i : i - columns.size();
                  var ring = tf.roll(weights, tf.constant(places), tf.constant(1));
                  return tf.math.mul(columns.get(i), ring);
                })
            .toList();
    return moved.size() == 1 ? moved.get(0) : tf.math.addN(moved);
  }

  /** Raises the weights to a power and makes them sum to one again. */
  private Operand<T> sharpen(Operand<T> weights, Operand<T> sharpness) {
    // Of the largest one, so that not all powers can vanish; the quotient stays the same.
    var largest = tf.reduceMax(weights, tf.constant(1), ReduceMax.keepDims(true));
    var powers = tf.math.pow(tf.math.div(weights, tf.stopGradient(largest)), sharpness);
    return tf.math.div(powers, tf.sum(powers, tf.constant(1), Sum.keepDims(true)));
  }

  /**
   * Returns what a head reads.
   *
   * @param weights shape {@code [B, N]}
   * @return shape {@code [B, W]}
   */
  Operand<T> read(Operand<T> weights) {
    return tf.sum(tf.math.mul(column(weights), places), tf.constant(1));
  }

  /** Returns the memory after a head wrote. */
  NtmMemory<T> write(Operand<T> weights, NtmSteering.Change<T> change) {
    var at = column(weights);
    var erased = tf.math.mul(at, tf.expandDims(change.erase(), tf.constant(1)));
    var kept = tf.math.sub(places, tf.math.mul(places, erased));
    var added = tf.math.mul(at, tf.expandDims(change.add(), tf.constant(1)));
    return new NtmMemory<>(tf, tf.math.add(kept, added));
  }

  private Operand<T> column(Operand<T> weights) {
    return tf.expandDims(weights, tf.constant(2));
  }
}
