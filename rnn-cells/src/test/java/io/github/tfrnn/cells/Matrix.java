package io.github.tfrnn.cells;

import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/** A matrix of plain Java, for loops that a cell is compared with. */
final class Matrix {
  private final int rows;
  private final int columns;
  private final double[] elements;

  /** A matrix of {@code elements}, row by row. */
  Matrix(int rows, int columns, double... elements) {
    this.rows = rows;
    this.columns = columns;
    this.elements = elements.clone();
  }

  double[] elements() {
    return elements.clone();
  }

  static Matrix zeros(int rows, int columns) {
    return new Matrix(rows, columns, new double[rows * columns]);
  }

  int columns() {
    return columns;
  }

  double at(int row, int column) {
    return elements[row * columns + column];
  }

  private interface Element {
    double at(int row, int column);
  }

  private static Matrix of(int rows, int columns, Element element) {
    var result = zeros(rows, columns);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        result.elements[i * columns + j] = element.at(i, j);
      }
    }
    return result;
  }

  Matrix times(Matrix other) {
    return of(
        rows,
        other.columns,
        (i, j) -> {
          double sum = 0;
          for (int k = 0; k < columns; k++) {
            sum += at(i, k) * other.at(k, j);
          }
          return sum;
        });
  }

  /** Elementwise; a single row serves all rows. */
  Matrix with(Matrix other, DoubleBinaryOperator operator) {
    return of(
        rows,
        columns,
        (i, j) -> operator.applyAsDouble(at(i, j), other.at(other.rows == 1 ? 0 : i, j)));
  }

  Matrix plus(Matrix other) {
    return with(other, Double::sum);
  }

  Matrix mul(Matrix other) {
    return with(other, (a, b) -> a * b);
  }

  Matrix map(DoubleUnaryOperator operator) {
    return of(rows, columns, (i, j) -> operator.applyAsDouble(at(i, j)));
  }

  Matrix sigmoid() {
    return map(v -> 1 / (1 + Math.exp(-v)));
  }

  Matrix tanh() {
    return map(Math::tanh);
  }

  Matrix clip(double limit) {
    return map(v -> Math.max(-limit, Math.min(limit, v)));
  }

  Matrix columns(int from, int to) {
    return of(rows, to - from, (i, j) -> at(i, from + j));
  }

  Matrix beside(Matrix other) {
    return of(
        rows, columns + other.columns, (i, j) -> j < columns ? at(i, j) : other.at(i, j - columns));
  }

  Matrix rows(int from, int to) {
    return of(to - from, columns, (i, j) -> at(from + i, j));
  }

  Matrix above(Matrix other) {
    return of(rows + other.rows, columns, (i, j) -> i < rows ? at(i, j) : other.at(i - rows, j));
  }
}
