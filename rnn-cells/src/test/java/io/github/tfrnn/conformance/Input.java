package io.github.tfrnn.conformance;

import org.tensorflow.ndarray.Shape;

/**
 * One tensor of the input of a step.
 *
 * @param row its shape for one row
 * @param ids how many different integers it may hold, counted from zero; zero if it is floating
 *     point
 */
record Input(Shape row, int ids) {

  /** A tensor of the element type of the cell. */
  static Input floats(long... row) {
    return new Input(Shape.of(row), 0);
  }

  /** A tensor of int32 from zero to below {@code ids}. */
  static Input ids(int ids, long... row) {
    return new Input(Shape.of(row), ids);
  }

  boolean floating() {
    return ids == 0;
  }
}
