package io.github.tfrnn.rnn;

import io.github.tfrnn.ops.Structure;
import java.util.ArrayList;
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
    var pieces = new ArrayList<List<Operand<?>>>();
    sizes.forEach(size -> pieces.add(new ArrayList<>()));
    for (var part : structure.flatten(value)) {
      var cut = apart(part, axis);
      for (int i = 0; i < cut.size(); i++) {
        pieces.get(i).add(cut.get(i));
      }
    }
    return pieces.stream().map(structure::pack).toList();
  }

  /** Returns the pieces of one tensor. */
  <T extends TType> List<Operand<T>> apart(Operand<T> value, int axis) {
    var split = tf.splitV(value, tf.stack(sizes), tf.constant(axis), (long) sizes.size());
    return split.output().stream().<Operand<T>>map(piece -> piece).toList();
  }

  /** Puts the pieces of every part of a value together. */
  static <V> V together(Ops tf, Structure<V> structure, List<V> pieces, int axis) {
    if (pieces.size() == 1) {
      return pieces.get(0);
    }
    var parts = pieces.stream().map(structure::flatten).toList();
    var whole = new ArrayList<Operand<?>>();
    for (int i = 0; i < structure.leaves().size(); i++) {
      int part = i;
      whole.add(
          together(tf, parts.stream().<Operand<?>>map(each -> each.get(part)).toList(), axis));
    }
    return structure.pack(whole);
  }

  @SuppressWarnings("unchecked") // all are the same part of one structure
  private static <T extends TType> Operand<?> together(Ops tf, List<Operand<?>> pieces, int axis) {
    var same = pieces.stream().<Operand<T>>map(piece -> (Operand<T>) piece).toList();
    return tf.concat(same, tf.constant(axis));
  }
}
