package io.github.tfrnn.onednn;

import java.nio.FloatBuffer;

/**
 * Carries weights between TensorFlow's kernels, {@code [D + H, blocks * H]}, and oneDNN's plain
 * order: for the inputs {@code [depth, gates, H]}, for h {@code [H, gates, H]}, and the bias {@code
 * [gates, H]}.
 *
 * @param depth D, or one more where an input marks rows that have ended
 * @param layer weights of the inputs
 * @param iteration weights of h
 */
record WeightBlocks(
    Operands operands, long depth, FloatBuffer layer, FloatBuffer iteration, FloatBuffer bias) {

  /**
   * The blocks at three addresses.
   *
   * @param depth as above
   */
  static WeightBlocks at(Operands operands, long depth, long layer, long iteration, long bias) {
    long units = operands.sizes().units();
    long columns = operands.formula().gateCount() * units;
    return new WeightBlocks(
        operands,
        depth,
        NativeTensor.floats(layer, depth * columns),
        NativeTensor.floats(iteration, units * columns),
        NativeTensor.floats(bias, columns));
  }

  /** Fills the blocks from kernels and biases. */
  void gather(float forgetBias) {
    var formula = operands.formula();
    int units = (int) operands.sizes().units();
    int inputs = (int) operands.sizes().depth();
    for (int gate = 0; gate < formula.gateCount(); gate++) {
      var block = formula.gates().get(gate);
      var kernel = operands.kernels().get(block.matrix()).floats();
      var biases = operands.biases().get(block.matrix()).floats();
      for (int d = 0; d < inputs; d++) {
        layer.put(inner(gate, d), kernel, outer(block, d), units);
      }
      for (int d = inputs; d < depth; d++) {
        fill(layer, inner(gate, d), units, formula.endWeight(gate));
      }
      for (int k = 0; k < units; k++) {
        iteration.put(inner(gate, k), kernel, outer(block, inputs + k), units);
        float own = biases.get(block.column() * units + k);
        bias.put(gate * units + k, own + formula.bias(gate, forgetBias));
      }
    }
  }

  /** Writes the blocks to tensors of the kernels' and biases' shapes, a kernel and a bias each. */
  void scatter(java.util.List<NativeTensor> weights) {
    var formula = operands.formula();
    int units = (int) operands.sizes().units();
    int inputs = (int) operands.sizes().depth();
    for (int gate = 0; gate < formula.gateCount(); gate++) {
      var block = formula.gates().get(gate);
      var kernel = weights.get(2 * block.matrix()).floats();
      var biases = weights.get(2 * block.matrix() + 1).floats();
      for (int d = 0; d < inputs; d++) {
        kernel.put(outer(block, d), layer, inner(gate, d), units);
      }
      for (int k = 0; k < units; k++) {
        kernel.put(outer(block, inputs + k), iteration, inner(gate, k), units);
      }
      biases.put(block.column() * units, bias, gate * units, units);
    }
  }

  private int inner(int gate, int row) {
    return (row * operands.formula().gateCount() + gate) * (int) operands.sizes().units();
  }

  private int outer(Formula.Block block, int row) {
    int blocks = operands.formula().matrices().get(block.matrix());
    return (row * blocks + block.column()) * (int) operands.sizes().units();
  }

  private static void fill(FloatBuffer buffer, int from, int count, float value) {
    for (int k = from; k < from + count; k++) {
      buffer.put(k, value);
    }
  }
}
