package io.github.tfrnn.cells;

import java.util.List;

/**
 * The normalized gates of an LSTM in plain Java.
 *
 * @param gates gamma and beta of i, j, f, o; or of j, f, o for coupled gates
 * @param peepholes w_f, w_i, w_o, or w_f, w_o, or none
 * @param state gamma and beta
 */
record PlainLayerNorm(
    List<Matrix> gates, List<Matrix> peepholes, double cellClip, List<Matrix> state) {

  PlainLayerNorm(List<Matrix> gates, List<Matrix> state) {
    this(gates, List.of(), Double.POSITIVE_INFINITY, state);
  }

  private Matrix gate(Matrix z, int index) {
    int units = z.columns() * 2 / gates.size();
    return norm(z.columns(index * units, (index + 1) * units), gates, index);
  }

  private static Matrix norm(Matrix v, List<Matrix> norms, int index) {
    return v.normalized().mul(norms.get(2 * index)).plus(norms.get(2 * index + 1));
  }

  private Matrix see(Matrix gate, int peephole, Matrix c) {
    return peepholes.isEmpty() ? gate : gate.plus(c.mul(peepholes.get(peephole)));
  }

  /** Returns h, c, h from the product of the gates, with a forget bias of 1. */
  List<Matrix> step(Matrix z, Matrix c) {
    var i = see(gate(z, 0), 1, c).sigmoid();
    var f = see(gate(z, 2).map(v -> v + 1), 0, c).sigmoid();
    return end(c.mul(f).plus(i.mul(gate(z, 1).tanh())), gate(z, 3));
  }

  /** As the other one, with one gate for forgetting and taking in. */
  List<Matrix> coupledStep(Matrix z, Matrix c) {
    var f = see(gate(z, 1).map(v -> v + 1), 0, c).sigmoid();
    return end(c.mul(f).plus(f.map(v -> 1 - v).mul(gate(z, 0).tanh())), gate(z, 2));
  }

  private List<Matrix> end(Matrix memory, Matrix output) {
    var c = norm(memory, state, 0).clip(cellClip);
    var h = see(output, peepholes.size() - 1, c).sigmoid().mul(c.tanh());
    return List.of(h, c, h);
  }

  /** Returns the result of a step with its output projected and clipped. */
  static List<Matrix> projected(List<Matrix> step, Matrix kernel, double clip) {
    var h = step.get(0).times(kernel).clip(clip);
    return List.of(h, step.get(1), h);
  }
}
