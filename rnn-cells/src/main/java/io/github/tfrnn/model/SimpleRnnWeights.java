package io.github.tfrnn.model;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The weights of a {@link io.github.tfrnn.cells.BasicRnnCell}: SimpleRNN of Keras, RNN of PyTorch
 * and ONNX. {@link RecurrentWeights} has the table of layouts.
 *
 * @param kernel shape {@code [D + H, H]}
 * @param bias shape {@code [H]}
 */
public record SimpleRnnWeights(WeightArray kernel, WeightArray bias) implements RecurrentWeights {
  private static final String WHAT = "simple RNN weights";

  /**
   * Checks the shapes.
   *
   * @throws IllegalArgumentException if they do not fit
   */
  public SimpleRnnWeights {
    JoinedGates.require(WHAT, 1, kernel, bias);
  }

  private static SimpleRnnWeights of(JoinedGates joined) {
    return new SimpleRnnWeights(joined.kernel(), joined.bias());
  }

  /**
   * Takes the variables of a cell.
   *
   * @param variables by full name
   * @param scope the cell's own scope
   * @throws IllegalArgumentException if one is missing or has another shape
   */
  public static SimpleRnnWeights of(Map<String, WeightArray> variables, String scope) {
    return new SimpleRnnWeights(
        JoinedGates.get(WHAT, variables, JoinedGates.prefix(scope) + "kernel"),
        JoinedGates.get(WHAT, variables, JoinedGates.prefix(scope) + "bias"));
  }

  /**
   * Takes {@code kernel}, {@code recurrent_kernel} and, if there is one, {@code bias} of Keras.
   *
   * @throws IllegalArgumentException if one is missing or has another shape
   */
  public static SimpleRnnWeights ofKeras(Map<String, WeightArray> arrays) {
    return ofKeras(WHAT, arrays);
  }

  /** As the other one; {@code what} begins the messages. */
  static SimpleRnnWeights ofKeras(String what, Map<String, WeightArray> arrays) {
    return of(JoinedGates.ofKeras(what, arrays, 1, false));
  }

  /**
   * Takes the arrays of PyTorch with a suffix such as {@code l0}; both biases may be missing.
   *
   * @throws IllegalArgumentException if one is missing or has another shape
   */
  public static SimpleRnnWeights ofPyTorch(Map<String, WeightArray> arrays, String suffix) {
    return of(JoinedGates.ofPyTorch(WHAT, arrays, 1, suffix));
  }

  /**
   * Takes {@code W}, {@code R} and, if there is one, {@code B} of ONNX for one direction.
   *
   * @throws IllegalArgumentException if one is missing or has another shape
   */
  public static SimpleRnnWeights ofOnnx(Map<String, WeightArray> arrays) {
    return of(JoinedGates.ofOnnx(WHAT, arrays, 1));
  }

  private JoinedGates joined() {
    return JoinedGates.of(1, kernel, bias);
  }

  @Override
  public int depth() {
    return kernel.size(0) - units();
  }

  @Override
  public int units() {
    return bias.size(0);
  }

  @Override
  public Map<String, WeightArray> variables(String scope) {
    String prefix = JoinedGates.prefix(scope);
    var variables = new LinkedHashMap<String, WeightArray>();
    variables.put(prefix + "kernel", kernel);
    variables.put(prefix + "bias", bias);
    return variables;
  }

  @Override
  public Map<String, WeightArray> keras() {
    return joined().keras(false);
  }

  @Override
  public Map<String, WeightArray> pyTorch(String suffix) {
    return joined().pyTorch(suffix);
  }

  @Override
  public Map<String, WeightArray> onnx() {
    return joined().onnx();
  }
}
