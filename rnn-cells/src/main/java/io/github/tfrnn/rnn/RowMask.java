package io.github.tfrnn.rnn;

import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Structure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.function.IntFunction;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TType;

/** Takes or leaves whole rows of values; parts that all rows share stay as they are. */
final class RowMask {
  private RowMask() {}

  /**
   * Returns values with zeros outside of {@code inside}.
   *
   * @param what what they are called
   * @param inside the first dimensions of the values, up to the batch
   * @param structure tells which parts have rows
   */
  static <V> V clear(Ops tf, String what, Operand<TBool> inside, Structure<V> structure, V values) {
    int first = inside.shape().numDimensions();
    var cleared = new ArrayList<Operand<?>>();
    var parts = structure.flatten(values);
    for (int i = 0; i < parts.size(); i++) {
      var leaf = structure.leaves().get(i);
      int rank = rank(what, leaf, first, parts.get(i));
      boolean rows = leaf.batched() && rank >= first;
      cleared.add(rows ? zeroUnless(tf, inside, rank, parts.get(i)) : parts.get(i));
    }
    return structure.pack(cleared);
  }

  private static <T extends TType> Operand<T> zeroUnless(
      Ops tf, Operand<TBool> inside, int rank, Operand<T> value) {
    var zero =
        value.type() == TString.class
            ? tf.zerosLike(value)
            : tf.dtypes.cast(tf.constant(0), value.type());
    return tf.select(expand(tf, inside, rank), value, zero);
  }

  /**
   * Returns the fresh rows where a mask is true, and else the old ones. Parts that are shared by
   * all rows are the fresh ones.
   *
   * @param what what the values are called
   * @param mask makes the mask of a rank: the batch, and dimensions of size one
   */
  static <V> V choose(
      Ops tf,
      String what,
      IntFunction<Operand<TBool>> mask,
      Structure<V> structure,
      V fresh,
      V old) {
    var masks = new HashMap<Integer, Operand<TBool>>();
    var news = structure.flatten(fresh);
    var olds = structure.flatten(old);
    var chosen = new ArrayList<Operand<?>>();
    for (int i = 0; i < news.size(); i++) {
      var leaf = structure.leaves().get(i);
      int rank = rank(what, leaf, 1, news.get(i));
      boolean rows = leaf.batched() && rank > 0;
      chosen.add(
          rows
              ? choose(tf, masks.computeIfAbsent(rank, mask::apply), news.get(i), olds.get(i))
              : news.get(i));
    }
    return structure.pack(chosen);
  }

  @SuppressWarnings("unchecked") // two values of one part of a structure
  private static <T extends TType> Operand<T> choose(
      Ops tf, Operand<TBool> mask, Operand<T> fresh, Operand<?> old) {
    return tf.select(mask, fresh, (Operand<T>) old);
  }

  /** Adds dimensions of size one at the end. */
  static <T extends TType> Operand<T> expand(Ops tf, Operand<T> value, int rank) {
    var expanded = value;
    for (int i = value.shape().numDimensions(); i < rank; i++) {
      expanded = tf.expandDims(expanded, tf.constant(-1));
    }
    return expanded;
  }

  /** The rank of a tensor with {@code more} dimensions before those of a row. */
  private static int rank(String what, Leaf leaf, int more, Operand<?> value) {
    if (!leaf.shape().isUnknown()) {
      return leaf.shape().numDimensions() + more;
    }
    if (value.shape().isUnknown()) {
      throw new IllegalArgumentException(
          what + " must have a known rank where rows end early, got an unknown shape");
    }
    return value.shape().numDimensions();
  }
}
