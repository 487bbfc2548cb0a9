package io.github.tfrnn.cells;

import java.util.ArrayList;
import java.util.List;

/**
 * A Neural Turing Machine in plain Java, element by element, with a plain recurrent cell as its
 * controller. Weights are those of the cell in the order of their creation.
 */
record PlainNtm(int places, int width, int readHeads, int writeHeads, int range, double clip) {

  /**
   * The state of one row: matrices of one row, but for the memory.
   *
   * @param memory a row for each place
   */
  record Row(Matrix h, List<Matrix> reads, List<Matrix> addresses, Matrix memory, int time) {

    /** All numbers but the time, one after the other. */
    double[] numbers() {
      var all = new ArrayList<Matrix>(List.of(h));
      all.addAll(reads);
      all.addAll(addresses);
      all.add(memory);
      return TwoSteps.flat(all.stream().map(Matrix::elements).toList());
    }
  }

  /** What a step gives for one row. */
  record Result(Matrix output, Row state) {}

  Result step(List<Matrix> weights, Matrix x, Row old) {
    int heads = readHeads + writeHeads;
    var row = old.time() == 0 ? begin(weights, old.h()) : old;
    int controller = 5 + readHeads + heads; // after the two maps, the initial values, the memory
    var h =
        beside(x, row.reads())
            .beside(row.h())
            .times(weights.get(controller))
            .plus(weights.get(controller + 1))
            .tanh();
    var p = h.times(weights.get(0)).plus(weights.get(1)).clip(clip);

    int each = width + 2 * range + 4;
    var addresses = new ArrayList<Matrix>();
    for (int head = 0; head < heads; head++) {
      var steering = p.columns(head * each, (head + 1) * each).elements();
      var address = address(steering, row.memory(), row.addresses().get(head));
      addresses.add(new Matrix(1, places, address));
    }
    var reads = addresses.subList(0, readHeads).stream().map(w -> w.times(row.memory())).toList();
    var memory = row.memory();
    for (int head = 0; head < writeHeads; head++) {
      int from = heads * each + 2 * head * width;
      var erase = p.columns(from, from + width).sigmoid();
      var add = p.columns(from + width, from + 2 * width).tanh();
      var at = new Matrix(places, 1, addresses.get(readHeads + head).elements());
      memory = memory.mul(at.times(erase).map(v -> 1 - v)).plus(at.times(add));
    }
    var output = beside(h, reads).times(weights.get(2)).plus(weights.get(3)).clip(clip);
    return new Result(output, new Row(h, reads, addresses, memory, old.time() + 1));
  }

  private static Matrix beside(Matrix first, List<Matrix> rest) {
    var all = first;
    for (var next : rest) {
      all = all.beside(next);
    }
    return all;
  }

  private Row begin(List<Matrix> weights, Matrix h) {
    int firstAddress = 4 + readHeads;
    int memory = firstAddress + readHeads + writeHeads;
    return new Row(
        h,
        weights.subList(4, firstAddress).stream().map(Matrix::tanh).toList(),
        weights.subList(firstAddress, memory).stream()
            .map(w -> new Matrix(1, places, softmax(w.elements())))
            .toList(),
        weights.get(memory),
        0);
  }

  private double[] address(double[] steering, Matrix memory, Matrix previous) {
    double strength = softplus(steering[width]);
    double gate = 1 / (1 + Math.exp(-steering[width + 1]));
    var moves = new double[2 * range + 1];
    System.arraycopy(steering, width + 2, moves, 0, moves.length);
    var shift = softmax(moves);
    double sharpness = softplus(steering[steering.length - 1]) + 1;

    var likeness = new double[places];
    for (int n = 0; n < places; n++) {
      double product = 0;
      double keys = 0;
      double squares = 0;
      for (int d = 0; d < width; d++) {
        double key = Math.tanh(steering[d]);
        product += key * memory.at(n, d);
        keys += key * key;
        squares += memory.at(n, d) * memory.at(n, d);
      }
      likeness[n] = strength * product / (Math.sqrt(keys) * Math.sqrt(squares) + 1e-8);
    }
    var content = softmax(likeness);
    var sharp = new double[places];
    double sum = 0;
    for (int n = 0; n < places; n++) {
      double moved = 0;
      for (int k = 0; k < places; k++) {
        int move = Math.floorMod(n - k, places); // from place k to place n
        double chance =
            move <= range
                ? shift[move]
                : move >= places - range ? shift[move - places + moves.length] : 0;
        moved += chance * (gate * content[k] + (1 - gate) * previous.at(0, k));
      }
      sharp[n] = Math.pow(moved, sharpness);
      sum += sharp[n];
    }
    for (int n = 0; n < places; n++) {
      sharp[n] /= sum;
    }
    return sharp;
  }

  private static double softplus(double v) {
    return Math.log(1 + Math.exp(v));
  }

  private static double[] softmax(double[] v) {
    var result = new double[v.length];
    double sum = 0;
    for (int i = 0; i < v.length; i++) {
      result[i] = Math.exp(v[i]);
      sum += result[i];
    }
    for (int i = 0; i < v.length; i++) {
      result[i] /= sum;
    }
    return result;
  }
}
