package io.github.tfrnn.rnn;

import io.github.tfrnn.ops.Structure;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/**
 * The steps of sequences in pieces of one length, and what is left behind the last of them.
 *
 * <pre>{@code
 * n = steps to take,  k = steps of a piece,  m = n / k
 * [0, k) [k, 2k) ... [(m - 1)k, mk)   [mk, n)   nothing is done in [n, time)
 * }</pre>
 *
 * @param length k, a scalar
 * @param count m, a scalar
 * @param whole m * k, a scalar
 * @param left n - m * k, a scalar
 * @param idle time - n, a scalar
 * @param even whether it is known while the graph is built that nothing is left or idle
 */
record Pieces(
    Ops tf,
    Operand<TInt32> length,
    Operand<TInt32> count,
    Operand<TInt32> whole,
    Operand<TInt32> left,
    Operand<TInt32> idle,
    boolean even) {

  /**
   * Divides steps.
   *
   * @param steps n, from {@link #steps}
   * @param knownLength k, or -1
   */
  static Pieces of(
      SequenceRun<?, ?, ?> run, Operand<TInt32> steps, Operand<TInt32> length, long knownLength) {
    var tf = run.tf();
    var time = run.sizes().time();
    var count = tf.math.div(steps, length);
    var whole = tf.math.mul(count, length);
    long known = run.sizes().known().get(0);
    boolean even =
        run.padding().isEmpty() && known >= 0 && knownLength > 0 && known % knownLength == 0;
    return new Pieces(
        tf, length, count, whole, tf.math.sub(steps, whole), tf.math.sub(time, steps), even);
  }

  /** How many steps some row takes, a scalar. */
  static Operand<TInt32> steps(SequenceRun<?, ?, ?> run) {
    return run.padding()
        .map(ends -> ends.longest(run.tf(), run.sizes().time()))
        .orElse(run.sizes().time());
  }

  /** What is in whole pieces, {@code [m * k, ...]}, and what is left, {@code [n - m * k, ...]}. */
  record Cut<V>(V whole, V left) {}

  /** Cuts sequences. */
  <V> Cut<V> cut(Structure<V> structure, V sequences) {
    if (even) {
      return new Cut<>(sequences, sequences);
    }
    var parts = new Cuts(tf, List.of(whole, left, idle)).apart(structure, sequences, 0);
    return new Cut<>(parts.get(0), parts.get(1));
  }

  /** {@code [m * k, ...]} as {@code [m, k, ...]}. */
  <T extends TType> Operand<T> inPieces(Operand<T> steps) {
    return Layout.reshape(tf, steps, List.of(count, length), 1);
  }

  /** {@code [m, k, ...]} as {@code [m * k, ...]}. */
  <T extends TType> Operand<T> inSteps(Operand<T> pieces) {
    return Layout.reshape(tf, pieces, List.of(whole), 2);
  }

  /**
   * Runs both parts, in the order of the direction, and puts their outputs together.
   *
   * @param ofWhole runs the whole pieces from a state
   * @param ofLeft runs what is left from a state
   * @return outputs of all steps, zeros where nothing is done
   */
  <Y, S> SequenceOutput<Y, S> inOrder(
      SequenceRun<?, Y, S> run,
      Function<S, SequenceOutput<Y, S>> ofWhole,
      Function<S, SequenceOutput<Y, S>> ofLeft) {
    if (even) {
      return ofWhole.apply(run.initial());
    }
    boolean backward = run.isBackward();
    var first = (backward ? ofLeft : ofWhole).apply(run.initial());
    var second = (backward ? ofWhole : ofLeft).apply(first.state());
    var structure = run.cell().outputSize();
    var begin = (backward ? second : first).outputs();
    var end = (backward ? first : second).outputs();
    var zeros = new ArrayList<Operand<?>>();
    structure.flatten(end).forEach(part -> zeros.add(zeros(part)));
    var outputs = Cuts.together(tf, structure, List.of(begin, end, structure.pack(zeros)), 0);
    return new SequenceOutput<>(outputs, second.state());
  }

  private <T extends TType> Operand<T> zeros(Operand<T> like) {
    var row = tf.slice(tf.shape(like), tf.constant(new int[] {1}), tf.constant(new int[] {-1}));
    var shape = tf.concat(List.of(tf.expandDims(idle, tf.constant(0)), row), tf.constant(0));
    return tf.stopGradient(tf.zeros(shape, like.type()));
  }
}
