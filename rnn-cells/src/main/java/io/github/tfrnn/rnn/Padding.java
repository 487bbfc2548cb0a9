package io.github.tfrnn.rnn;

import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Shapes;
import io.github.tfrnn.ops.Structure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TIntegral;
import org.tensorflow.types.family.TType;

/**
 * What happens past the end of a row: inputs and outputs are zeros, the state stays.
 *
 * @param who for messages
 * @param lengths shape {@code [batch]}
 */
record Padding(String who, Operand<TInt32> lengths) {

  /**
   * Checks the lengths, their size when the graph runs.
   *
   * @param batch number of rows, a scalar
   * @param known the same, or -1
   */
  static Padding of(
      Ops tf, String who, Operand<? extends TIntegral> lengths, Operand<TInt32> batch, long known) {
    var shape = lengths.shape();
    if (!shape.isCompatibleWith(Shape.of(known))) {
      throw new IllegalArgumentException(
          who
              + ": sequenceLength must be a vector with one length for each row, "
              + Shapes.text(Shape.of(known))
              + ", got shape "
              + Shapes.text(shape));
    }
    var ints = tf.dtypes.cast(tf.stopGradient(lengths), TInt32.class);
    var size = tf.expandDims(batch, tf.constant(0));
    if (known < 0 || shape.isUnknown() || shape.hasUnknownDimension()) {
      tf = tf.withControlDependencies(sizeIs(tf, who, ints, size));
    }
    return new Padding(who, tf.reshape(ints, size));
  }

  private static Op sizeIs(Ops tf, String who, Operand<TInt32> lengths, Operand<TInt32> size) {
    var shape = tf.shape(lengths);
    var isVector = tf.math.equal(tf.rank(lengths), tf.constant(1));
    var fits = tf.reduceAll(tf.math.equal(shape, size), tf.constant(0));
    return tf.assertThat(
        tf.math.logicalAnd(isVector, fits),
        List.of(
            tf.constant(who + ": sequenceLength must be a vector with one length for each row,"),
            size,
            tf.constant("got shape"),
            shape));
  }

  /**
   * Number of steps that some row takes.
   *
   * @param time number of steps of the inputs, a scalar
   */
  Operand<TInt32> longest(Ops tf, Operand<TInt32> time) {
    var longest = tf.reduceMax(lengths, tf.constant(0)); // below zero if there is no row
    return tf.math.maximum(tf.math.minimum(longest, time), tf.constant(0));
  }

  /** Which rows take the step at {@code position}, shape {@code [batch]}. */
  Operand<TBool> going(Ops tf, Operand<TInt32> position) {
    return tf.math.less(position, lengths);
  }

  /** Which steps are inside their row, shape {@code [time, batch]}. */
  Operand<TBool> inside(Ops tf, Operand<TInt32> time) {
    var steps = tf.range(tf.constant(0), time, tf.constant(1));
    return tf.math.less(
        tf.expandDims(steps, tf.constant(1)), tf.expandDims(lengths, tf.constant(0)));
  }

  /**
   * Returns sequences with zeros outside of {@code inside}; those without rows stay as they are.
   *
   * @param what what they are called
   * @param inside the first dimensions of the sequences, up to the batch
   * @param structure tells which sequences have rows
   */
  <V> V clear(Ops tf, String what, Operand<TBool> inside, Structure<V> structure, V sequences) {
    int first = inside.shape().numDimensions();
    var cleared = new ArrayList<Operand<?>>();
    var parts = structure.flatten(sequences);
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
   * Returns the state after a step: the new one, or in rows that have ended the old one. Parts that
   * are shared by all rows are the new ones.
   *
   * @param outer the ops around the loop
   * @param tf the ops of the step
   * @param position which step it is, a scalar
   */
  <S> S hold(Ops outer, Ops tf, Operand<TInt32> position, Structure<S> structure, S fresh, S old) {
    var going = new HashMap<Integer, Operand<TBool>>();
    var news = structure.flatten(fresh);
    var olds = structure.flatten(old);
    var held = new ArrayList<Operand<?>>();
    for (int i = 0; i < news.size(); i++) {
      var leaf = structure.leaves().get(i);
      int rank = rank("state", leaf, 1, news.get(i));
      if (leaf.batched() && rank > 0) {
        var mask =
            going.computeIfAbsent(rank, r -> tf.math.less(position, expand(outer, lengths, r)));
        held.add(choose(tf, mask, news.get(i), olds.get(i)));
      } else {
        held.add(news.get(i));
      }
    }
    return structure.pack(held);
  }

  @SuppressWarnings("unchecked") // two values of one part of a state
  private static <T extends TType> Operand<T> choose(
      Ops tf, Operand<TBool> mask, Operand<T> fresh, Operand<?> old) {
    return tf.select(mask, fresh, (Operand<T>) old);
  }

  /** Adds dimensions of size one at the end. */
  private static <T extends TType> Operand<T> expand(Ops tf, Operand<T> value, int rank) {
    var expanded = value;
    for (int i = value.shape().numDimensions(); i < rank; i++) {
      expanded = tf.expandDims(expanded, tf.constant(-1));
    }
    return expanded;
  }

  /** The rank of a tensor with {@code more} dimensions before those of a row. */
  private int rank(String what, Leaf leaf, int more, Operand<?> value) {
    if (!leaf.shape().isUnknown()) {
      return leaf.shape().numDimensions() + more;
    }
    if (value.shape().isUnknown()) {
      throw new IllegalArgumentException(
          who
              + ": "
              + what
              + " must have a known rank where sequenceLength is given, got an unknown shape");
    }
    return value.shape().numDimensions();
  }
}
