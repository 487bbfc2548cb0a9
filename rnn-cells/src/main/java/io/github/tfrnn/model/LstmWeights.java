package io.github.tfrnn.model;

import java.util.LinkedHashMap;
import java.util.Map;
import org.tensorflow.ndarray.Shape;

/**
 * The weights of an LSTM cell without peepholes and projection, such as {@link
 * io.github.tfrnn.cells.LstmCell}. {@link RecurrentWeights} has the table of layouts.
 *
 * <p>TensorFlow 1 adds a forget bias while it runs, 1 by default; the others have it in the bias.
 * What comes from them has a {@code forgetBias} of 0 here, for a cell that is built with {@code
 * forgetBias(0)}, or a {@link io.github.tfrnn.cells.CudnnCompatibleLstmCell}. For a cell with
 * another one, {@link #withForgetBias} takes it out of the bias.
 *
 * @param kernel shape {@code [D + H, 4H]}, columns i, j, f, o
 * @param bias shape {@code [4H]}
 * @param forgetBias what the cell adds to the bias of f
 */
public record LstmWeights(WeightArray kernel, WeightArray bias, double forgetBias)
    implements RecurrentWeights {
  private static final String WHAT = "LSTM weights";
  private static final int GATES = 4;

  /** Where i, j, f, o stand in Keras and PyTorch; and the other way round. */
  private static final int[] IFCO = {0, 2, 1, 3};

  /** Where i, j, f, o stand in ONNX; and the other way round. */
  private static final int[] IOFC = {0, 3, 2, 1};

  /**
   * Checks the shapes.
   *
   * @throws IllegalArgumentException if they do not fit
   */
  public LstmWeights {
    JoinedGates.require(WHAT, GATES, kernel, bias);
  }

  private static LstmWeights of(JoinedGates joined) {
    return new LstmWeights(joined.kernel(), joined.bias(), 0);
  }

  /**
   * Takes the variables of a cell.
   *
   * @param variables by full name
   * @param scope the cell's own scope
   * @param forgetBias that the cell was built with
   * @throws IllegalArgumentException if one is missing or has another shape
   */
  public static LstmWeights of(
      Map<String, WeightArray> variables, String scope, double forgetBias) {
    return new LstmWeights(
        JoinedGates.get(WHAT, variables, JoinedGates.prefix(scope) + "kernel"),
        JoinedGates.get(WHAT, variables, JoinedGates.prefix(scope) + "bias"),
        forgetBias);
  }

  /**
   * Takes {@code kernel}, {@code recurrent_kernel} and, if there is one, {@code bias} of Keras.
   *
   * @throws IllegalArgumentException if one is missing or has another shape
   */
  public static LstmWeights ofKeras(Map<String, WeightArray> arrays) {
    return ofKeras(WHAT, arrays);
  }

  /** As the other one; {@code what} begins the messages. */
  static LstmWeights ofKeras(String what, Map<String, WeightArray> arrays) {
    return of(JoinedGates.ofKeras(what, arrays, GATES, false).ordered(IFCO));
  }

  /**
   * Takes the arrays of PyTorch with a suffix such as {@code l0}; both biases may be missing.
   *
   * @throws IllegalArgumentException if one is missing or has another shape
   */
  public static LstmWeights ofPyTorch(Map<String, WeightArray> arrays, String suffix) {
    return of(JoinedGates.ofPyTorch(WHAT, arrays, GATES, suffix).ordered(IFCO));
  }

  /**
   * Takes {@code W}, {@code R} and, if there is one, {@code B} of ONNX for one direction.
   *
   * @throws IllegalArgumentException if one is missing or has another shape
   */
  public static LstmWeights ofOnnx(Map<String, WeightArray> arrays) {
    return of(JoinedGates.ofOnnx(WHAT, arrays, GATES).ordered(IOFC));
  }

  /** Returns the weights of the same function for a cell with another forget bias. */
  public LstmWeights withForgetBias(double other) {
    float[] shifted = bias.values();
    int units = units();
    for (int i = 2 * units; i < 3 * units; i++) {
      shifted[i] = (float) (shifted[i] + forgetBias - other);
    }
    var moved = WeightArray.owning(Shape.of(shifted.length), shifted);
    return new LstmWeights(kernel, other == forgetBias ? bias : moved, other);
  }

  private JoinedGates joined() {
    return JoinedGates.of(GATES, kernel, withForgetBias(0).bias);
  }

  @Override
  public int depth() {
    return kernel.size(0) - units();
  }

  @Override
  public int units() {
    return bias.size(0) / GATES;
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
    return joined().ordered(IFCO).keras(false);
  }

  @Override
  public Map<String, WeightArray> pyTorch(String suffix) {
    return joined().ordered(IFCO).pyTorch(suffix);
  }

  @Override
  public Map<String, WeightArray> onnx() {
    return joined().ordered(IOFC).onnx();
  }
}
