package io.github.tfrnn.cells;

import java.util.List;
import org.tensorflow.ndarray.Shape;

/**
 * A convolutional LSTM of one channel in plain Java, for one row of a batch with two channels in.
 */
final class PlainConvLstm {
  private final Shape size;
  private final Shape window;
  private final double[] kernel;
  private final double[] biases;

  /**
   * @param size the field, of one to three dimensions
   * @param window the sizes of the kernel
   * @param kernel its elements, {@code window + [3, 4]}
   * @param biases of i, j, f and o
   */
  PlainConvLstm(Shape size, Shape window, double[] kernel, double[] biases) {
    this.size = size;
    this.window = window;
    this.kernel = kernel.clone();
    this.biases = biases.clone();
  }

  /** Returns c and h. */
  List<double[]> step(double[] x, double[] c, double[] h) {
    var memory = new double[c.length];
    var output = new double[c.length];
    for (int at = 0; at < c.length; at++) {
      double i = sigmoid(gate(0, at, x, h));
      double j = Math.tanh(gate(1, at, x, h));
      double f = sigmoid(gate(2, at, x, h) + 1);
      double o = sigmoid(gate(3, at, x, h));
      memory[at] = c[at] * f + i * j;
      output[at] = Math.tanh(memory[at]) * o;
    }
    return List.of(memory, output);
  }

  private double gate(int gate, int at, double[] x, double[] h) {
    double sum = biases[gate];
    for (int tap = 0; tap < window.size(); tap++) {
      int from = neighbour(at, tap);
      if (from >= 0) {
        int weight = tap * 12 + gate;
        sum += x[2 * from] * kernel[weight] + x[2 * from + 1] * kernel[weight + 4];
        sum += h[from] * kernel[weight + 8];
      }
    }
    return sum;
  }

  /** The place that a tap of the kernel sees from {@code at}, or -1 outside of the field. */
  private int neighbour(int at, int tap) {
    int place = 0;
    int stride = 1;
    for (int d = size.numDimensions() - 1; d >= 0; d--) {
      int side = (int) size.get(d);
      int taps = (int) window.get(d);
      int position = at % side + tap % taps - (taps - 1) / 2;
      if (position < 0 || position >= side) {
        return -1;
      }
      place += position * stride;
      stride *= side;
      at /= side;
      tap /= taps;
    }
    return place;
  }

  private static double sigmoid(double v) {
    return 1 / (1 + Math.exp(-v));
  }
}
