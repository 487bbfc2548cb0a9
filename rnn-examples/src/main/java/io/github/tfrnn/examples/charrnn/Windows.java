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

  /** One window: three arrays, rows one after the other. Whoever gets them does not change them. */
  static final class Window {
    private final int steps;
    private final int[] characters;
    private final int[] targets;
    private final int[] lengths;

    private Window(int rows, int steps) {
      this.steps = steps;
      characters = new int[rows * steps];
      targets = new int[rows * steps];
      lengths = new int[rows];
    }

    int rows() {
      return lengths.length;
    }

    int steps() {
      return steps;
    }

    /** What each step reads, {@code [rows, steps]}; 0 in the padding. */
    int[] characters() {
      return characters;
    }

    /** What comes next, {@code [rows, steps]}; 0 in the padding. */
    int[] targets() {
      return targets;
    }

    /** How many steps of each row are text, {@code [rows]}. */
    int[] lengths() {
      return lengths;
    }

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
    var window = new Window(rows, width);
    for (int row = 0; row < rows; row++) {
      int begin = start(row) + from;
      int length = Math.min(width, start(row + 1) - begin);
      System.arraycopy(text, begin, window.characters, row * width, length);
      System.arraycopy(text, begin + 1, window.targets, row * width, length);
      window.lengths[row] = length;
    }
    return window;
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
