package io.github.tfrnn.onednn;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * The steps that each row of a batch takes, and what is copied from and to sequences, {@code [time,
 * batch, width]}, because of them.
 *
 * @param steps how many steps are computed; the rest is past the end of every row
 */
@SuppressWarnings("ArrayRecordComponent") // equals looks inside
record Rows(int[] lengths, long time, long batch, long steps, boolean allFull) {

  static Rows full(Sizes sizes) {
    return new Rows(new int[0], sizes.time(), sizes.batch(), sizes.time(), true);
  }

  /** As lengths say; a length may be negative or more than there is. */
  static Rows of(Sizes sizes, int... lengths) {
    long time = sizes.time();
    int[] cut = Arrays.stream(lengths).map(n -> (int) Math.max(0, Math.min(n, time))).toArray();
    long longest = Arrays.stream(cut).max().orElse(0);
    boolean all = Arrays.stream(cut).allMatch(n -> n == time);
    return new Rows(cut, time, sizes.batch(), all ? time : rounded(longest, time), all);
  }

  /**
   * A few more steps than needed, since each number of steps has a plan of its own, and making one
   * takes as long as a short run: at most eight numbers between two powers of two.
   */
  private static long rounded(long longest, long time) {
    long unit = Math.max(1, Long.highestOneBit(longest) / 8);
    return Math.min(time, (longest + unit - 1) / unit * unit);
  }

  /** Whether there is nothing to compute. */
  boolean isEmpty() {
    return steps == 0 || batch == 0;
  }

  private int length(int row) {
    return allFull ? (int) time : lengths[row];
  }

  private static int at(long step, long row, long batch, long width) {
    return Math.toIntExact((step * batch + row) * width);
  }

  /**
   * Copies the steps inside the rows; past the end there are zeros, and ones in the last of the
   * {@code toWidth} columns if there are more than {@code width}.
   */
  void copyInside(FloatBuffer from, int width, FloatBuffer to, int toWidth) {
    var padding = new float[toWidth];
    if (toWidth > width) {
      padding[width] = 1;
    }
    for (int t = 0; t < steps; t++) {
      for (int b = 0; b < batch; b++) {
        int target = at(t, b, batch, toWidth);
        if (t < length(b)) {
          to.put(target, from, at(t, b, batch, width), width);
          if (toWidth > width) {
            to.put(target + width, 0);
          }
        } else {
          to.put(target, padding);
        }
      }
    }
  }

  /** The other way: copies back what is inside, without the column more, and zeros to the rest. */
  void copyBack(FloatBuffer from, int fromWidth, FloatBuffer to, int width) {
    for (int t = 0; t < steps; t++) {
      for (int b = 0; b < batch; b++) {
        if (t < length(b)) {
          to.put(at(t, b, batch, width), from, at(t, b, batch, fromWidth), width);
        }
      }
    }
    clearOutside(to, width);
  }

  /** Writes zeros past the end of each row. */
  void clearOutside(FloatBuffer sequences, int width) {
    var zeros = new float[width];
    for (int b = 0; b < batch; b++) {
      for (long t = length(b); t < time; t++) {
        sequences.put(at(t, b, batch, width), zeros);
      }
    }
  }

  /** Copies the last step of each row; a row without a step has what {@code initial} has. */
  void copyLast(FloatBuffer sequences, FloatBuffer initial, FloatBuffer to, int width) {
    for (int b = 0; b < batch; b++) {
      int n = length(b);
      if (n == 0) {
        to.put(b * width, initial, b * width, width);
      } else {
        to.put(b * width, sequences, at(n - 1, b, batch, width), width);
      }
    }
  }

  /** Adds to the last step of each row that has one. */
  void addToLast(FloatBuffer sequences, FloatBuffer more, int width) {
    for (int b = 0; b < batch; b++) {
      int n = length(b);
      if (n > 0) {
        int target = at(n - 1, b, batch, width);
        for (int k = 0; k < width; k++) {
          sequences.put(target + k, sequences.get(target + k) + more.get(b * width + k));
        }
      }
    }
  }

  /** Adds to the rows without a step. */
  void addToUntouched(FloatBuffer state, FloatBuffer more, int width) {
    for (int b = 0; b < batch; b++) {
      if (length(b) == 0) {
        for (int k = b * width; k < (b + 1) * width; k++) {
          state.put(k, state.get(k) + more.get(k));
        }
      }
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Rows rows
        && rows.time == time
        && rows.batch == batch
        && rows.steps == steps
        && rows.allFull == allFull
        && Arrays.equals(rows.lengths, lengths);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(lengths) + Long.hashCode(time) * 31;
  }
}
