package io.github.tfrnn.examples.charrnn;

import java.util.Arrays;

/**
 * A text cut for truncated back-propagation: into rows of equal length, read side by side, and
 * those into windows of so many steps.
 *
 * <p>A model reads window after window and carries its state from one to the next; row r of a
 * window goes on where row r of the window before ended. Each character but the first of the text
 * is the target of exactly one step: where rows or windows do not divide the text evenly, the last
 * window is shorter, and a row that is one step shorter than others is padded in it.
 */
final class Windows {
  private final int[] text;
  private final int rows;
  private final int steps;

  /**
   * Cuts {@code text}.
   *
   * @param text numbers of characters, at least {@code rows + 1}
   * @param rows how many are read side by side
   * @param steps the length of a window
   */
  Windows(int[] text, int rows, int steps) {
    if (text.length <= rows) {
      throw new IllegalArgumentException(
          "windows: text must have more than " + rows + " characters, got " + text.length);
    }
    this.text = text;
    this.rows = rows;
    this.steps = steps;
  }

  /**
   * One window, rows one after the other.
   *
   * @param rows the number of rows
   * @param steps the number of steps
   * @param characters what each step reads, {@code [rows, steps]}; 0 in the padding
   * @param targets what comes next, {@code [rows, steps]}; 0 in the padding
   * @param lengths how many steps of each row are text
   */
  record Window(int rows, int steps, int[] characters, int[] targets, int[] lengths) {
    /** How many targets the window has. */
    int size() {
      return Arrays.stream(lengths).sum();
    }
  }

  int rows() {
    return rows;
  }

  /** How many windows the text has. */
  int count() {
    return ceilDiv(longestRow(), steps);
  }

  /** How many targets all windows have. */
  int size() {
    return text.length - 1;
  }

  /** The window {@code index}, from 0. */
  Window get(int index) {
    if (index < 0 || index >= count()) {
      throw new IndexOutOfBoundsException("window " + index + " of " + count());
    }
    int from = index * steps;
    int width = Math.min(steps, longestRow() - from);
    int[] characters = new int[rows * width];
    int[] targets = new int[rows * width];
    int[] lengths = new int[rows];
    for (int row = 0; row < rows; row++) {
      int begin = start(row) + from;
      lengths[row] = Math.min(width, start(row + 1) - begin);
      System.arraycopy(text, begin, characters, row * width, lengths[row]);
      System.arraycopy(text, begin + 1, targets, row * width, lengths[row]);
    }
    return new Window(rows, width, characters, targets, lengths);
  }

  private int start(int row) {
    return (int) ((long) row * size() / rows);
  }

  private int longestRow() {
    return ceilDiv(size(), rows);
  }

  private static int ceilDiv(int a, int b) {
    return (a + b - 1) / b;
  }
}
