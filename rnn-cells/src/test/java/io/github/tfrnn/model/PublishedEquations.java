package io.github.tfrnn.model;

import java.util.Map;

/**
 * One layer of PyTorch or ONNX over one sequence, as their documentations write the equations, in
 * plain loops and with their arrays: torch.nn.RNN, LSTM and GRU; the ops RNN, LSTM and GRU of ONNX.
 */
final class PublishedEquations {
  private final double[][] w;
  private final double[][] r;
  private final double[] wb;
  private final double[] rb;
  private final int units;

  private PublishedEquations(double[][] w, double[][] r, double[] wb, double[] rb) {
    this.w = w;
    this.r = r;
    this.wb = wb;
    this.rb = rb;
    this.units = r[0].length;
  }

  static PublishedEquations pyTorch(Map<String, WeightArray> arrays, String suffix) {
    return new PublishedEquations(
        matrix(arrays.get("weight_ih_" + suffix), 0),
        matrix(arrays.get("weight_hh_" + suffix), 0),
        vector(arrays.get("bias_ih_" + suffix), 0, 1),
        vector(arrays.get("bias_hh_" + suffix), 0, 1));
  }

  static PublishedEquations onnx(Map<String, WeightArray> arrays) {
    return new PublishedEquations(
        matrix(arrays.get("W"), 1),
        matrix(arrays.get("R"), 1),
        vector(arrays.get("B"), 0, 2),
        vector(arrays.get("B"), 1, 2));
  }

  /** The last two dimensions of {@code array}, which has one of size 1 before them or none. */
  private static double[][] matrix(WeightArray array, int axis) {
    int rows = (int) array.shape().get(axis);
    int columns = (int) array.shape().get(axis + 1);
    float[] values = array.values();
    double[][] matrix = new double[rows][columns];
    for (int i = 0; i < values.length; i++) {
      matrix[i / columns][i % columns] = values[i];
    }
    return matrix;
  }

  private static double[] vector(WeightArray array, int part, int parts) {
    float[] values = array.values();
    double[] vector = new double[values.length / parts];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = values[part * vector.length + i];
    }
    return vector;
  }

  /** {@code W_g x + Wb_g} of unit k. */
  private double ofX(int gate, int k, double[] x) {
    return product(w[gate * units + k], x) + wb[gate * units + k];
  }

  /** {@code R_g h + Rb_g} of unit k. */
  private double ofH(int gate, int k, double[] h) {
    return product(r[gate * units + k], h) + rb[gate * units + k];
  }

  private static double product(double[] row, double[] x) {
    double sum = 0;
    for (int i = 0; i < row.length; i++) {
      sum += row[i] * x[i];
    }
    return sum;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** {@code h' = tanh(W x + Wb + R h + Rb)}, of both. */
  double[] rnn(double[][] x) {
    double[] h = new double[units];
    for (double[] step : x) {
      double[] next = new double[units];
      for (int k = 0; k < units; k++) {
        next[k] = Math.tanh(ofX(0, k, step) + ofH(0, k, h));
      }
      h = next;
    }
    return h;
  }

  /** The LSTM of both; the places of the gates differ. */
  double[] lstm(double[][] x, int i, int f, int g, int o) {
    double[] h = new double[units];
    double[] c = new double[units];
    for (double[] step : x) {
      double[] next = new double[units];
      for (int k = 0; k < units; k++) {
        double in = sigmoid(ofX(i, k, step) + ofH(i, k, h));
        double forget = sigmoid(ofX(f, k, step) + ofH(f, k, h));
        double cell = Math.tanh(ofX(g, k, step) + ofH(g, k, h));
        double out = sigmoid(ofX(o, k, step) + ofH(o, k, h));
        c[k] = forget * c[k] + in * cell;
        next[k] = out * Math.tanh(c[k]);
      }
      h = next;
    }
    return h;
  }

  /** {@code n = tanh(W_n x + Wb_n + r (R_n h + Rb_n))}: PyTorch, and linear_before_reset=1. */
  double[] gruResetAfter(double[][] x, int reset, int update, int fresh) {
    double[] h = new double[units];
    for (double[] step : x) {
      double[] next = new double[units];
      for (int k = 0; k < units; k++) {
        double open = sigmoid(ofX(reset, k, step) + ofH(reset, k, h));
        double keep = sigmoid(ofX(update, k, step) + ofH(update, k, h));
        double n = Math.tanh(ofX(fresh, k, step) + open * ofH(fresh, k, h));
        next[k] = (1 - keep) * n + keep * h[k];
      }
      h = next;
    }
    return h;
  }

  /** {@code n = tanh(W_n x + Wb_n + R_n (r h) + Rb_n)}: linear_before_reset=0. */
  double[] gruResetBefore(double[][] x, int reset, int update, int fresh) {
    double[] h = new double[units];
    for (double[] step : x) {
      double[] gated = new double[units];
      for (int k = 0; k < units; k++) {
        gated[k] = sigmoid(ofX(reset, k, step) + ofH(reset, k, h)) * h[k];
      }
      double[] next = new double[units];
      for (int k = 0; k < units; k++) {
        double keep = sigmoid(ofX(update, k, step) + ofH(update, k, h));
        double n = Math.tanh(ofX(fresh, k, step) + ofH(fresh, k, gated));
        next[k] = (1 - keep) * n + keep * h[k];
      }
      h = next;
    }
    return h;
  }
}
