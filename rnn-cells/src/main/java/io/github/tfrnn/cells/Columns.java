package io.github.tfrnn.cells;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/** Blocks of columns, such as one for each gate. */
final class Columns {
  private Columns() {}

  /** Returns the blocks of a matrix that are {@code sizes} columns wide. */
  static <T extends TFloating> List<Operand<T>> split(Ops tf, Operand<T> matrix, long... sizes) {
    var split = tf.splitV(matrix, tf.constant(sizes), tf.constant(1), (long) sizes.length);
    return List.copyOf(split.output());
  }

  /** Returns {@code count} blocks of equal width. */
  static <T extends TFloating> List<Operand<T>> equal(Ops tf, Operand<T> matrix, int count) {
    return count == 1
        ? List.of(matrix)
        : List.copyOf(tf.split(tf.constant(1), matrix, (long) count).output());
  }

  /** Returns matrices side by side; one alone as it is, for the op wants two. */
  static <T extends TFloating> Operand<T> join(Ops tf, List<Operand<T>> blocks) {
    return blocks.size() == 1 ? blocks.get(0) : tf.concat(blocks, tf.constant(1));
  }

  /** Returns {@code first} and, to the right of it, {@code rest}. */
  static <T extends TFloating> Operand<T> join(Ops tf, Operand<T> first, List<Operand<T>> rest) {
    var blocks = new ArrayList<>(List.of(first));
    blocks.addAll(rest);
    return join(tf, blocks);
  }

  /** Returns a row that holds {@code values[k]} in all {@code width} columns of block k. */
  static <T extends TFloating> Operand<T> row(Ops tf, Class<T> type, int width, double... values) {
    var row = new double[width * values.length];
    for (int k = 0; k < values.length; k++) {
      Arrays.fill(row, k * width, (k + 1) * width, values[k]);
    }
    return tf.dtypes.cast(tf.constant(row), type);
  }
}
