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

  /** Each row with mean 0 and deviation 1. */
  Matrix normalized() {
    double[] means = new double[rows];
    double[] deviations = new double[rows];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        means[i] += at(i, j) / columns;
      }
      for (int j = 0; j < columns; j++) {
        deviations[i] += Math.pow(at(i, j) - means[i], 2) / columns;
      }
      deviations[i] = Math.sqrt(deviations[i] + 1e-12);
    }
    return of(rows, columns, (i, j) -> (at(i, j) - means[i]) / deviations[i]);
  }

  /** Each column with a length of 1. */
  Matrix unitColumns() {
    double[] squares = new double[columns];
    for (int k = 0; k < elements.length; k++) {
      squares[k % columns] += elements[k] * elements[k];
    }
    return of(rows, columns, (i, j) -> at(i, j) / Math.sqrt(squares[j]));
  }

  Matrix rows(int from, int to) {
    return of(to - from, columns, (i, j) -> at(from + i, j));
  }

  Matrix columns(int from, int to) {
    return of(rows, to - from, (i, j) -> at(i, from + j));
  }

  Matrix beside(Matrix other) {
    return of(
        rows, columns + other.columns, (i, j) -> j < columns ? at(i, j) : other.at(i, j - columns));
  }

  Matrix above(Matrix other) {
    return of(rows + other.rows, columns, (i, j) -> i < rows ? at(i, j) : other.at(i - rows, j));
  }

  /** For a single row: square matrices side by side with its elements on their diagonals. */
  Matrix diagonals(int size) {
    return of(size, columns, (i, j) -> j % size == i ? at(0, j) : 0);
  }

  /** {@code this * open + (1 - this) * closed}. */
  Matrix mix(Matrix open, Matrix closed) {
    return mul(open).plus(map(v -> 1 - v).mul(closed));
  }
}
