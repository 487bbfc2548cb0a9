package io.github.tfrnn.cells;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** One direction and one block of a grid LSTM in plain Java, with a forget bias of 1. */
record PlainGridLstm(boolean peepholes, boolean shared, boolean coupled, double clip) {

  /** The columns of the gates, and the peephole weights of F, I and O, each for both memories. */
  private record Side(Matrix i, Matrix j, Matrix f, Matrix o, List<Matrix> seenByO) {}

  /**
   * Goes up in frequency.
   *
   * @param weights in the order of their creation; what belongs to this block is taken from it
   * @param states c and m of each window in turn; what belongs to this block is taken from it
   * @param outputs gets the outputs
   * @param next gets c and m of each window
   */
  void step(
      Iterator<Matrix> weights,
      List<Matrix> windows,
      Iterator<Matrix> states,
      List<Matrix> outputs,
      List<Matrix> next) {
    var frequencyKernels = List.of(weights.next(), weights.next());
    var timeKernels = shared ? frequencyKernels : List.of(weights.next(), weights.next());
    var frequencySees = peepholes(weights);
    var timeSees = shared ? frequencySees : peepholes(weights);
    Matrix c = null;
    Matrix m = null;
    for (var window : windows) {
      var oldC = states.next();
      var oldM = states.next();
      if (c == null) {
        c = oldC.map(v -> 0);
        m = c;
      }
      var s = window.beside(oldM).beside(m);
      var f = side(s, frequencyKernels, frequencySees, c, oldC);
      var t = side(s, timeKernels, timeSees, c, oldC);
      c = c.mul(f.f()).plus(f.i().mul(f.j())).clip(clip);
      var newC = oldC.mul(t.f()).plus(t.i().mul(t.j())).clip(clip);
      m = seeing(f.o(), f.seenByO(), c, newC).sigmoid().mul(c.tanh());
      var newM = seeing(t.o(), t.seenByO(), c, newC).sigmoid().mul(newC.tanh());
      outputs.add(newM);
      outputs.add(m);
      next.add(newC);
      next.add(newM);
    }
  }

  private List<Matrix> peepholes(Iterator<Matrix> weights) {
    var all = new ArrayList<Matrix>();
    for (int k = 0; peepholes && k < (coupled ? 4 : 6); k++) {
      all.add(weights.next());
    }
    return all;
  }

  private Side side(Matrix s, List<Matrix> kernels, List<Matrix> sees, Matrix c, Matrix oldC) {
    var z = s.times(kernels.get(0)).plus(kernels.get(1));
    int gates = coupled ? 3 : 4;
    int units = z.columns() / gates;
    int first = coupled || !peepholes ? 0 : 2;
    var ofI = peepholes ? sees.subList(first, first + 2) : List.<Matrix>of();
    var i = seeing(z.columns(0, units), ofI, c, oldC).sigmoid();
    var j = z.columns(units, 2 * units).tanh();
    var f = i.map(v -> 1 - v);
    if (!coupled) {
      var ofF = peepholes ? sees.subList(0, 2) : List.<Matrix>of();
      f = seeing(z.columns(2 * units, 3 * units).map(v -> v + 1), ofF, c, oldC).sigmoid();
    }
    var o = z.columns((gates - 1) * units, gates * units);
    return new Side(i, j, f, o, peepholes ? sees.subList(first + 2, first + 4) : List.of());
  }

  private static Matrix seeing(Matrix gate, List<Matrix> weights, Matrix c, Matrix timeC) {
    return weights.isEmpty()
        ? gate
        : gate.plus(c.mul(weights.get(0))).plus(timeC.mul(weights.get(1)));
  }
}
