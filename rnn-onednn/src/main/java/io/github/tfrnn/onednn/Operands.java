package io.github.tfrnn.onednn;

import java.util.ArrayList;
import java.util.List;

/**
 * The inputs of a layer's op, once they are known to fit each other: native code trusts them.
 *
 * @param x {@code [T, B, D]}
 * @param rows how many steps each row takes
 * @param states the initial state, each part {@code [B, H]}
 * @param kernels each {@code [D + H, blocks * H]}
 * @param biases each {@code [blocks * H]}
 */
record Operands(
    Formula formula,
    Sizes sizes,
    NativeTensor x,
    Rows rows,
    List<NativeTensor> states,
    List<NativeTensor> kernels,
    List<NativeTensor> biases) {

  /**
   * Reads and checks them.
   *
   * @param masked whether rows have lengths
   * @throws IllegalArgumentException if a shape does not fit
   */
  static Operands of(Formula formula, KernelCall call, boolean masked) {
    var x = call.input(0);
    require("x", "a rank of 3", x, x.rank() == 3);
    var states = new ArrayList<NativeTensor>();
    int next = 2;
    for (String ignored : formula.states()) {
      states.add(call.input(next++));
    }
    var h = states.get(formula.h());
    require("initial_h", "a rank of 2", h, h.rank() == 2);
    var sizes = new Sizes(x.dim(0), x.dim(1), x.dim(2), h.dim(1));
    require("x", "a depth of at least 1", x, sizes.depth() >= 1);
    require("initial_h", "at least one unit", h, sizes.units() >= 1);
    for (int i = 0; i < states.size(); i++) {
      shape("initial_" + formula.states().get(i), states.get(i), sizes.batch(), sizes.units());
    }
    var kernels = new ArrayList<NativeTensor>();
    var biases = new ArrayList<NativeTensor>();
    for (int i = 0; i < formula.matrices().size(); i++) {
      long columns = formula.matrices().get(i) * sizes.units();
      kernels.add(call.input(next++));
      biases.add(call.input(next++));
      shape("kernel_" + i, kernels.get(i), sizes.depth() + sizes.units(), columns);
      shape("bias_" + i, biases.get(i), columns);
    }
    return new Operands(formula, sizes, x, rows(call, masked, sizes), states, kernels, biases);
  }

  private static Rows rows(KernelCall call, boolean masked, Sizes sizes) {
    if (!masked) {
      return Rows.full(sizes);
    }
    var lengths = call.input(1);
    shape("lengths", lengths, sizes.batch());
    var values = new int[Math.toIntExact(sizes.batch())];
    lengths.ints().get(0, values);
    return Rows.of(sizes, values);
  }

  /** The kernels and biases, in the order of the op's operands. */
  List<NativeTensor> weights() {
    var all = new ArrayList<NativeTensor>();
    for (int i = 0; i < kernels.size(); i++) {
      all.addAll(List.of(kernels.get(i), biases.get(i)));
    }
    return all;
  }

  /** Refuses a tensor of another shape. */
  static void shape(String what, NativeTensor tensor, long... expected) {
    require(
        what, "shape " + java.util.Arrays.toString(expected), tensor, tensor.hasShape(expected));
  }

  private static void require(String what, String rule, NativeTensor tensor, boolean fits) {
    if (!fits) {
      throw new IllegalArgumentException(what + " must have " + rule + ", got shape " + tensor);
    }
  }
}
