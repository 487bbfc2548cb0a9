package io.github.tfrnn.cells;

import java.util.List;

/**
 * An LSTM in plain Java. Weights are kernel and bias, then w_f_diag, w_i_diag and w_o_diag if it
 * has peepholes, then the kernel of the projection if it has one.
 */
record PlainLstm(
    double forgetBias,
    boolean peepholes,
    double cellClip,
    boolean projection,
    double projectionClip) {

  static PlainLstm withForgetBias(double forgetBias) {
    double none = Double.POSITIVE_INFINITY;
    return new PlainLstm(forgetBias, false, none, false, none);
  }

  PlainLstm withPeepholes(double cellClip) {
    return new PlainLstm(forgetBias, true, cellClip, projection, projectionClip);
  }

  PlainLstm withProjection(double projectionClip) {
    return new PlainLstm(forgetBias, peepholes, cellClip, true, projectionClip);
  }

  /** Returns h, c, h. */
  List<Matrix> step(List<Matrix> weights, Matrix x, List<Matrix> state) {
    var oldC = state.get(0);
    var z = x.beside(state.get(1)).times(weights.get(0)).plus(weights.get(1));
    int units = z.columns() / 4;
    var i = z.columns(0, units);
    var j = z.columns(units, 2 * units).tanh();
    var f = z.columns(2 * units, 3 * units).map(v -> v + forgetBias);
    var o = z.columns(3 * units, 4 * units);
    if (peepholes) {
      f = f.plus(oldC.mul(weights.get(2)));
      i = i.plus(oldC.mul(weights.get(3)));
    }
    var c = oldC.mul(f.sigmoid()).plus(i.sigmoid().mul(j)).clip(cellClip);
    if (peepholes) {
      o = o.plus(c.mul(weights.get(4)));
    }
    var h = o.sigmoid().mul(c.tanh());
    if (projection) {
      h = h.times(weights.get(weights.size() - 1)).clip(projectionClip);
    }
    return List.of(h, c, h);
  }
}
