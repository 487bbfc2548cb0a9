package io.github.tfrnn.model;

import static java.util.Objects.requireNonNull;

import io.github.tfrnn.ops.Shapes;
import org.tensorflow.ndarray.Shape;

/** An array of weights in plain Java: a shape and single-precision numbers, row by row. */
public final class WeightArray {
  private final Shape shape;
  private final float[] values;

  private WeightArray(Shape shape, float[] values) {
    this.shape = shape;
    this.values = values;
  }

  /**
   * Returns an array.
   *
   * @param shape fully known
   * @param values as many as the shape has elements, row by row; they are copied
   * @throws IllegalArgumentException if their number is another
   */
  public static WeightArray of(Shape shape, float... values) {
    return owning(shape, values.clone());
  }

  /** As {@link #of}, without a copy. */
  static WeightArray owning(Shape shape, float[] values) {
    requireNonNull(shape, "shape");
    if (shape.isUnknown() || shape.hasUnknownDimension() || shape.size() != values.length) {
      throw new IllegalArgumentException(
          "weights: values must be as many as the shape "
              + Shapes.text(shape)
              + " has elements, got "
              + values.length);
    }
    return new WeightArray(shape, values);
  }

  static WeightArray zeros(long... shape) {
    var of = Shape.of(shape);
    return new WeightArray(of, new float[Math.toIntExact(of.size())]);
  }

  /** Its shape, fully known. */
  public Shape shape() {
    return shape;
  }

  /** A copy of its numbers, row by row. */
  public float[] values() {
    return values.clone();
  }

  /** Its numbers themselves, for reading only. */
  float[] elements() {
    return values;
  }

  int size(int axis) {
    return Math.toIntExact(shape.get(axis));
  }

  WeightArray reshaped(long... sizes) {
    return owning(Shape.of(sizes), values);
  }

  /** Rows from {@code begin} to before {@code end} of the first axis. */
  WeightArray rows(int begin, int end) {
    int width = size(0) == 0 ? 0 : values.length / size(0);
    float[] part = new float[(end - begin) * width];
    System.arraycopy(values, begin * width, part, 0, part.length);
    long[] sizes = shape.asArray().clone();
    sizes[0] = (long) end - begin;
    return owning(Shape.of(sizes), part);
  }

  /** This array and then {@code below}, along the first axis. */
  WeightArray above(WeightArray below) {
    float[] both = new float[values.length + below.values.length];
    System.arraycopy(values, 0, both, 0, values.length);
    System.arraycopy(below.values, 0, both, values.length, below.values.length);
    long[] sizes = shape.asArray().clone();
    sizes[0] += below.shape.get(0);
    return owning(Shape.of(sizes), both);
  }

  /**
   * Blocks of the last axis, in another order or fewer of them.
   *
   * @param count of the blocks that there are
   * @param order which block comes at each place
   */
  WeightArray blocks(int count, int... order) {
    int last = shape.numDimensions() - 1;
    int width = size(last) / count;
    int rows = width == 0 ? 0 : values.length / (width * count);
    float[] chosen = new float[rows * width * order.length];
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < order.length; i++) {
        int from = (row * count + order[i]) * width;
        System.arraycopy(values, from, chosen, (row * order.length + i) * width, width);
      }
    }
    long[] sizes = shape.asArray().clone();
    sizes[last] = (long) width * order.length;
    return owning(Shape.of(sizes), chosen);
  }

  /** A matrix, or a vector as a matrix of one row, with {@code right} beside it. */
  WeightArray beside(WeightArray right) {
    int last = shape.numDimensions() - 1;
    int left = size(last);
    int added = right.size(last);
    int rows = values.length / Math.max(1, left);
    float[] both = new float[rows * (left + added)];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(values, row * left, both, row * (left + added), left);
      System.arraycopy(right.values, row * added, both, row * (left + added) + left, added);
    }
    long[] sizes = shape.asArray().clone();
    sizes[last] += added;
    return owning(Shape.of(sizes), both);
  }

  WeightArray transposed() {
    int rows = size(0);
    int columns = size(1);
    float[] turned = new float[values.length];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        turned[column * rows + row] = values[row * columns + column];
      }
    }
    return owning(Shape.of(columns, rows), turned);
  }

  WeightArray plus(WeightArray other) {
    float[] sum = values.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += other.values[i];
    }
    return owning(shape, sum);
  }

  @Override
  public String toString() {
    return "WeightArray" + Shapes.text(shape);
  }
}
