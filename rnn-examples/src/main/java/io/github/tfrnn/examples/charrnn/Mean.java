package io.github.tfrnn.examples.charrnn;

/** The mean of the numbers added since it was cleared. */
final class Mean {
  private double sum;
  private int count;

  void add(double value) {
    sum += value;
    count++;
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** The mean; not a number if there is none. */
  double value() {
    return sum / count;
  }

  void clear() {
    sum = 0;
    count = 0;
  }
}
