package io.github.tfrnn.model;

import io.github.tfrnn.ops.Shapes;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tensorflow.ndarray.Shape;

/**
 * The weights of a cell in the form that the others are made from: all gates side by side, x and h
 * apart.
 *
 * @param gates how many
 * @param input what x is multiplied with, {@code [D, gates * H]}
 * @param hidden what h is multiplied with, {@code [H, gates * H]}
 * @param inputBias {@code [gates * H]}
 * @param hiddenBias {@code [gates * H]}, which differs from the other only where the reset gate of
 *     a GRU works behind the product
 */
record JoinedGates(
    int gates,
    WeightArray input,
    WeightArray hidden,
    WeightArray inputBias,
    WeightArray hiddenBias) {
  int depth() {
    return input.size(0);
  }

  int units() {
    return hidden.size(0);
  }

  /** The gates in another order. */
  JoinedGates ordered(int... order) {
    return new JoinedGates(
        order.length,
        input.blocks(gates, order),
        hidden.blocks(gates, order),
        inputBias.blocks(gates, order),
        hiddenBias.blocks(gates, order));
  }

  /** {@code [D + H, gates * H]}. */
  WeightArray kernel() {
    return input.above(hidden);
  }

  WeightArray bias() {
    return inputBias.plus(hiddenBias);
  }

  /** From a kernel {@code [D + H, gates * H]} and a bias {@code [gates * H]}. */
  static JoinedGates of(int gates, WeightArray kernel, WeightArray bias) {
    int units = bias.size(0) / gates;
    int depth = kernel.size(0) - units;
    return new JoinedGates(
        gates,
        kernel.rows(0, depth),
        kernel.rows(depth, depth + units),
        bias,
        WeightArray.zeros(bias.size(0)));
  }

  /** The gates of {@code other} to the right of these. */
  JoinedGates beside(JoinedGates other) {
    return new JoinedGates(
        gates + other.gates,
        input.beside(other.input),
        hidden.beside(other.hidden),
        inputBias.beside(other.inputBias),
        hiddenBias.beside(other.hiddenBias));
  }

  /**
   * Refuses a kernel and a bias that do not fit.
   *
   * @return the units
   */
  static int require(String what, int gates, WeightArray kernel, WeightArray bias) {
    var shape = bias.shape();
    int units = shape.numDimensions() == 1 ? bias.size(0) / gates : 0;
    if (units < 1 || bias.size(0) % gates != 0) {
      throw refused(what, "bias", "[" + times(gates) + "]", shape);
    }
    var got = kernel.shape();
    if (got.numDimensions() != 2 || got.get(0) <= units || got.get(1) != (long) gates * units) {
      throw refused(what, "kernel", "[D + " + units + ", " + gates * units + "]", got);
    }
    return units;
  }

  /** The beginning of the names in a scope, which may be the root. */
  static String prefix(String scope) {
    return scope.isEmpty() ? "" : scope + "/";
  }

  static String times(int gates) {
    return gates == 1 ? "H" : gates + "H";
  }

  static void require(String what, String name, WeightArray array, long... shape) {
    if (!array.shape().equals(Shape.of(shape))) {
      throw refused(what, name, Shapes.text(Shape.of(shape)), array.shape());
    }
  }

  static IllegalArgumentException refused(String what, String name, String rule, Shape got) {
    return new IllegalArgumentException(
        what + ": " + name + " must have shape " + rule + ", got " + Shapes.text(got));
  }

  static WeightArray get(String what, Map<String, WeightArray> arrays, String name) {
    var array = arrays.get(name);
    if (array == null) {
      throw new IllegalArgumentException(
          what + ": arrays must have " + name + ", got " + arrays.keySet());
    }
    return array;
  }

  /** {@code [H, gates * H]} or, turned, {@code [gates * H, H]}. */
  private static int units(
      String what, String name, int gates, WeightArray hidden, boolean turned) {
    var shape = hidden.shape();
    int units = shape.numDimensions() == 2 ? hidden.size(turned ? 1 : 0) : 0;
    if (units < 1 || shape.get(turned ? 0 : 1) != (long) gates * units) {
      String wide = times(gates);
      throw refused(what, name, turned ? "[" + wide + ", H]" : "[H, " + wide + "]", shape);
    }
    return units;
  }

  /** From the arrays of Keras, in their order of gates; the bias may be missing. */
  static JoinedGates ofKeras(
      String what, Map<String, WeightArray> arrays, int gates, boolean twoBiases) {
    var input = get(what, arrays, "kernel");
    var hidden = get(what, arrays, "recurrent_kernel");
    int units = units(what, "recurrent_kernel", gates, hidden, false);
    int wide = gates * units;
    if (input.shape().numDimensions() != 2 || input.size(1) != wide || input.size(0) < 1) {
      throw refused(what, "kernel", "[D, " + wide + "]", input.shape());
    }
    var bias = arrays.get("bias");
    if (bias == null) {
      var none = WeightArray.zeros(wide);
      return new JoinedGates(gates, input, hidden, none, none);
    }
    if (!twoBiases) {
      require(what, "bias", bias, wide);
      return new JoinedGates(gates, input, hidden, bias, WeightArray.zeros(wide));
    }
    require(what, "bias", bias, 2, wide);
    return new JoinedGates(
        gates, input, hidden, bias.rows(0, 1).reshaped(wide), bias.rows(1, 2).reshaped(wide));
  }

  Map<String, WeightArray> keras(boolean twoBiases) {
    var arrays = new LinkedHashMap<String, WeightArray>();
    arrays.put("kernel", input);
    arrays.put("recurrent_kernel", hidden);
    int wide = inputBias.size(0);
    arrays.put(
        "bias",
        twoBiases ? inputBias.above(hiddenBias).reshaped(2, wide) : inputBias.plus(hiddenBias));
    return arrays;
  }

  /** From the arrays of PyTorch, in their order of gates; both biases may be missing. */
  static JoinedGates ofPyTorch(
      String what, Map<String, WeightArray> arrays, int gates, String suffix) {
    var hidden = get(what, arrays, "weight_hh_" + suffix);
    int units = units(what, "weight_hh_" + suffix, gates, hidden, true);
    int wide = gates * units;
    var input = get(what, arrays, "weight_ih_" + suffix);
    if (input.shape().numDimensions() != 2 || input.size(0) != wide || input.size(1) < 1) {
      throw refused(what, "weight_ih_" + suffix, "[" + wide + ", D]", input.shape());
    }
    var none = WeightArray.zeros(wide);
    var inputBias = none;
    var hiddenBias = none;
    if (arrays.containsKey("bias_ih_" + suffix) || arrays.containsKey("bias_hh_" + suffix)) {
      inputBias = get(what, arrays, "bias_ih_" + suffix);
      hiddenBias = get(what, arrays, "bias_hh_" + suffix);
      require(what, "bias_ih_" + suffix, inputBias, wide);
      require(what, "bias_hh_" + suffix, hiddenBias, wide);
    }
    return new JoinedGates(gates, input.transposed(), hidden.transposed(), inputBias, hiddenBias);
  }

  Map<String, WeightArray> pyTorch(String suffix) {
    var arrays = new LinkedHashMap<String, WeightArray>();
    arrays.put("weight_ih_" + suffix, input.transposed());
    arrays.put("weight_hh_" + suffix, hidden.transposed());
    arrays.put("bias_ih_" + suffix, inputBias);
    arrays.put("bias_hh_" + suffix, hiddenBias);
    return arrays;
  }

  /** From the inputs W, R and B of an ONNX op for one direction; B may be missing. */
  static JoinedGates ofOnnx(String what, Map<String, WeightArray> arrays, int gates) {
    var r = get(what, arrays, "R");
    if (r.shape().numDimensions() != 3 || r.size(0) != 1) {
      throw refused(what, "R", "[1, " + times(gates) + ", H]", r.shape());
    }
    var hidden = r.reshaped(r.size(1), r.size(2));
    int units = units(what, "R", gates, hidden, true);
    int wide = gates * units;
    var w = get(what, arrays, "W");
    if (w.shape().numDimensions() != 3 || w.size(0) != 1 || w.size(1) != wide || w.size(2) < 1) {
      throw refused(what, "W", "[1, " + wide + ", D]", w.shape());
    }
    var b = arrays.getOrDefault("B", WeightArray.zeros(1, 2L * wide));
    require(what, "B", b, 1, 2L * wide);
    var biases = b.reshaped(2L * wide);
    return new JoinedGates(
        gates,
        w.reshaped(wide, w.size(2)).transposed(),
        hidden.transposed(),
        biases.rows(0, wide),
        biases.rows(wide, 2 * wide));
  }

  Map<String, WeightArray> onnx() {
    int wide = inputBias.size(0);
    var arrays = new LinkedHashMap<String, WeightArray>();
    arrays.put("W", input.transposed().reshaped(1, wide, depth()));
    arrays.put("R", hidden.transposed().reshaped(1, wide, units()));
    arrays.put("B", inputBias.above(hiddenBias).reshaped(1, 2L * wide));
    return arrays;
  }
}
