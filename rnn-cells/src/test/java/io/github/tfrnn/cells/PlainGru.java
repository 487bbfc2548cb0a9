package io.github.tfrnn.cells;

import java.util.List;

/** A GRU in plain Java. */
final class PlainGru {
  private PlainGru() {}

  /** Returns h, h, with the weights in the order of their creation. */
  static List<Matrix> step(List<Matrix> weights, Matrix x, Matrix h) {
    var ru = x.beside(h).times(weights.get(0)).plus(weights.get(1)).sigmoid();
    int units = ru.columns() / 2;
    var r = ru.columns(0, units);
    var u = ru.columns(units, 2 * units);
    var c = x.beside(r.mul(h)).times(weights.get(2)).plus(weights.get(3)).tanh();
    var next = u.mix(h, c);
    return List.of(next, next);
  }
}
