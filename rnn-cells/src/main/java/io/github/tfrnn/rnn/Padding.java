package io.github.tfrnn.rnn;

import io.github.tfrnn.ops.Shapes;
import io.github.tfrnn.ops.Structure;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TIntegral;

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

  /** The lengths of rows that are cut off before step {@code at}, a scalar. */
  Padding from(Ops tf, Operand<TInt32> at) {
    return new Padding(who, tf.math.sub(lengths, at));
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

  /** Returns sequences with zeros outside of {@code inside}, as {@link RowMask#clear}. */
  <V> V clear(Ops tf, String what, Operand<TBool> inside, Structure<V> structure, V sequences) {
    return RowMask.clear(tf, who + ": " + what, inside, structure, sequences);
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
    return RowMask.choose(
        tf,
        who + ": state",
        rank -> tf.math.less(position, RowMask.expand(outer, lengths, rank)),
        structure,
        fresh,
        old);
  }
}
