package io.github.tfrnn.rnn;

import io.github.tfrnn.ops.Structure;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/**
 * Where values are cut along a dimension, and put together again.
 *
 * @param sizes of the pieces, scalars that add up to the whole
 */
record Cuts(Ops tf, List<Operand<TInt32>> sizes) {

  /** Returns the pieces of every part of a value. */
  <V> List<V> apart(Structure<V> structure, V value, int axis) {
    return PartByPart.apart(structure, value, sizes.size(), part -> apart(part, axis));
  }

  /** Returns the pieces of one tensor. */
  <T extends TType> List<Operand<T>> apart(Operand<T> value, int axis) {
    var split = tf.splitV(value, tf.stack(sizes), tf.constant(axis), (long) sizes.size());
    return split.output().stream().<Operand<T>>map(piece -> piece).toList();
  }

  /** Puts the pieces of every part of a value together. */
  static <V> V together(Ops tf, Structure<V> structure, List<V> pieces, int axis) {
    return PartByPart.together(structure, pieces, parts -> together(tf, parts, axis));
  }

  @SuppressWarnings("unchecked") // all are the same part of one structure
  private static <T extends TType> Operand<?> together(Ops tf, List<Operand<?>> pieces, int axis) {
    return tf.concat((List<Operand<T>>) (List<?>) pieces, tf.constant(axis));
  }
}
