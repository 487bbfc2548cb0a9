package io.github.tfrnn.onednn;

import java.util.Arrays;
import java.util.List;

/** Carries biases between TensorFlow's order, those of a kernel together, and that of the gates. */
final class Biases {
  private Biases() {}

  /** Writes the biases of all gates, {@code [gates, H]}. */
  static void gather(Operands operands, float forgetBias, long to) {
    var formula = operands.formula();
    int units = (int) operands.sizes().units();
    var gates = NativeTensor.floats(to, (long) formula.gateCount() * units);
    var own = new float[units];
    for (int gate = 0; gate < formula.gateCount(); gate++) {
      var block = formula.gates().get(gate);
      operands.biases().get(block.matrix()).floats().get(block.column() * units, own);
      float more = formula.bias(gate, forgetBias);
      for (int k = 0; k < units; k++) {
        own[k] += more;
      }
      gates.put(gate * units, own);
    }
  }

  /** Writes to the biases among the weights, a kernel and a bias each. */
  static void scatter(Operands operands, long from, List<NativeTensor> weights) {
    var formula = operands.formula();
    int units = (int) operands.sizes().units();
    var gates = NativeTensor.floats(from, (long) formula.gateCount() * units);
    for (int gate = 0; gate < formula.gateCount(); gate++) {
      var block = formula.gates().get(gate);
      var bias = weights.get(2 * block.matrix() + 1).floats();
      bias.put(block.column() * units, gates, gate * units, units);
    }
  }

  /** Writes the weights of the input that marks rows that have ended, {@code [gates, H]}. */
  static void ends(Operands operands, long to) {
    var formula = operands.formula();
    int units = (int) operands.sizes().units();
    var gates = NativeTensor.floats(to, (long) formula.gateCount() * units);
    var same = new float[units];
    for (int gate = 0; gate < formula.gateCount(); gate++) {
      Arrays.fill(same, formula.endWeight(gate));
      gates.put(gate * units, same);
    }
  }
}
