package io.github.tfrnn.cells;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * The columns of its input that a cell over frequencies sees in each of its frequency steps:
 * windows of {@code size} columns, each {@code skip} columns behind the one before, in one block or
 * in several.
 *
 * @param steps the number of windows of each block
 * @param starts the first column of each block; empty for one block of all columns
 * @param ends the column behind each block; empty for one block of all columns
 */
record FrequencyWindows(
    int size, int skip, List<Integer> steps, List<Integer> starts, List<Integer> ends) {

  FrequencyWindows {
    steps = List.copyOf(steps);
    starts = List.copyOf(starts);
    ends = List.copyOf(ends);
  }

  /** One block of all columns. */
  FrequencyWindows(int size, int skip, int steps) {
    this(size, skip, List.of(steps), List.of(), List.of());
  }

  /** The number of windows of all blocks. */
  int total() {
    return steps.stream().mapToInt(Integer::intValue).sum();
  }

  /**
   * Checks that an input has as many windows as the settings say.
   *
   * @param setting the name of the number of steps in TensorFlow 1
   * @param depth the number of columns
   * @throws IllegalArgumentException if a block has more windows or fewer, or goes beyond the input
   */
  void requireFit(String who, String setting, long depth) {
    for (int b = 0; b < steps.size(); b++) {
      long from = starts.isEmpty() ? 0 : starts.get(b);
      long to = ends.isEmpty() ? depth : ends.get(b);
      if (from < 0 || to > depth) {
        throw new IllegalArgumentException(
            "%s: frequency block %d must lie within the %d columns of x, got %d to %d"
                .formatted(who, b, depth, from, to));
      }
      long found = to - from < size ? 0 : (to - from - size) / skip + 1;
      if (found != steps.get(b)) {
        throw new IllegalArgumentException(
            "%s: Invalid %s, requires %d but gets %d windows of %d columns, %d apart, in columns %d to %d of x. Please check the input size and the filter."
                .formatted(who, setting, steps.get(b), found, size, skip, from, to));
      }
    }
  }

  /**
   * Returns the windows of each block.
   *
   * @param x shape {@code [rows, columns]}
   * @param offset how many columns to the right all windows move; what they see beyond the input is
   *     zero
   */
  <T extends TFloating> List<List<Operand<T>>> of(Ops tf, Operand<T> x, int offset) {
    int before = Math.max(-offset, 0);
    int behind = Math.max(offset, 0);
    var wide =
        offset == 0
            ? x
            : tf.pad(
                x,
                tf.constant(new int[][] {{0, 0}, {before, behind}}),
                tf.constantOfSameType(x, 0));
    var blocks = new ArrayList<List<Operand<T>>>();
    for (int b = 0; b < steps.size(); b++) {
      int first = behind + (starts.isEmpty() ? 0 : starts.get(b));
      var windows = new ArrayList<Operand<T>>();
      for (int k = 0; k < steps.get(b); k++) {
        var begin = tf.constant(new int[] {0, first + k * skip});
        windows.add(tf.slice(wide, begin, tf.constant(new int[] {-1, size})));
      }
      blocks.add(List.copyOf(windows));
    }
    return List.copyOf(blocks);
  }

  /** Returns a list with one entry for each window, in one list for each block. */
  <V> List<List<V>> inBlocks(List<V> all) {
    var blocks = new ArrayList<List<V>>();
    int from = 0;
    for (int count : steps) {
      blocks.add(List.copyOf(all.subList(from, from + count)));
      from += count;
    }
    return List.copyOf(blocks);
  }
}
