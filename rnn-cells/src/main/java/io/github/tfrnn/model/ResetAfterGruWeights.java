package io.github.tfrnn.model;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The weights of a {@link io.github.tfrnn.cells.CudnnCompatibleGruCell}, whose reset gate works
 * behind the product of h: GRU of Keras with {@code reset_after=True}, its default, of PyTorch, and
 * of ONNX with {@code linear_before_reset=1}. {@link RecurrentWeights} has the table of layouts.
 *
 * @param gatesKernel shape {@code [D + H, 2H]}, columns r, u
 * @param gatesBias shape {@code [2H]}
 * @param inputKernel shape {@code [D, H]}
 * @param inputBias shape {@code [H]}
 * @param hiddenKernel shape {@code [H, H]}
 * @param hiddenBias shape {@code [H]}
 */
public record ResetAfterGruWeights(
    WeightArray gatesKernel,
    WeightArray gatesBias,
    WeightArray inputKernel,
    WeightArray inputBias,
    WeightArray hiddenKernel,
    WeightArray hiddenBias)
    implements RecurrentWeights {
  private static final String WHAT = "GRU weights";
  private static final int GATES = 3;
  private static final String INPUT = "candidate/input_projection/";
  private static final String HIDDEN = "candidate/hidden_projection/";

  /**
   * Checks the shapes.
   *
   * @throws IllegalArgumentException if they do not fit
   */
  public ResetAfterGruWeights {
    int units = JoinedGates.require(WHAT, 2, gatesKernel, gatesBias);
    JoinedGates.require(WHAT, "input kernel", inputKernel, gatesKernel.size(0) - units, units);
    JoinedGates.require(WHAT, "input bias", inputBias, units);
    JoinedGates.require(WHAT, "hidden kernel", hiddenKernel, units, units);
    JoinedGates.require(WHAT, "hidden bias", hiddenBias, units);
  }

  private static ResetAfterGruWeights of(JoinedGates joined) {
    var gates = joined.ordered(0, 1);
    var candidate = joined.ordered(2);
    return new ResetAfterGruWeights(
        gates.kernel(),
        gates.bias(),
        candidate.input(),
        candidate.inputBias(),
        candidate.hidden(),
        candidate.hiddenBias());
  }

  /**
   * Takes the variables of a cell.
   *
   * @param variables by full name
   * @param scope the cell's own scope
   * @throws IllegalArgumentException if one is missing or has another shape
   */
  public static ResetAfterGruWeights of(Map<String, WeightArray> variables, String scope) {
    return new ResetAfterGruWeights(
        JoinedGates.get(WHAT, variables, JoinedGates.prefix(scope) + "gates/kernel"),
        JoinedGates.get(WHAT, variables, JoinedGates.prefix(scope) + "gates/bias"),
        JoinedGates.get(WHAT, variables, JoinedGates.prefix(scope) + INPUT + "kernel"),
        JoinedGates.get(WHAT, variables, JoinedGates.prefix(scope) + INPUT + "bias"),
        JoinedGates.get(WHAT, variables, JoinedGates.prefix(scope) + HIDDEN + "kernel"),
        JoinedGates.get(WHAT, variables, JoinedGates.prefix(scope) + HIDDEN + "bias"));
  }

  /**
   * Takes {@code kernel}, {@code recurrent_kernel} and, if there is one, {@code bias}, shape {@code
   * [2, 3H]}, of Keras.
   *
   * @throws IllegalArgumentException if one is missing or has another shape
   */
  public static ResetAfterGruWeights ofKeras(Map<String, WeightArray> arrays) {
    return ofKeras(WHAT, arrays);
  }

  /** As the other one; {@code what} begins the messages. */
  static ResetAfterGruWeights ofKeras(String what, Map<String, WeightArray> arrays) {
    return of(JoinedGates.ofKeras(what, arrays, GATES, true).ordered(GruWeights.ZRH));
  }

  /**
   * Takes the arrays of PyTorch with a suffix such as {@code l0}; both biases may be missing.
   *
   * @throws IllegalArgumentException if one is missing or has another shape
   */
  public static ResetAfterGruWeights ofPyTorch(Map<String, WeightArray> arrays, String suffix) {
    return of(JoinedGates.ofPyTorch(WHAT, arrays, GATES, suffix));
  }

  /**
   * Takes {@code W}, {@code R} and, if there is one, {@code B} of ONNX for one direction, of an op
   * with {@code linear_before_reset=1}.
   *
   * @throws IllegalArgumentException if one is missing or has another shape
   */
  public static ResetAfterGruWeights ofOnnx(Map<String, WeightArray> arrays) {
    return of(JoinedGates.ofOnnx(WHAT, arrays, GATES).ordered(GruWeights.ZRH));
  }

  private JoinedGates joined() {
    return JoinedGates.of(2, gatesKernel, gatesBias)
        .beside(new JoinedGates(1, inputKernel, hiddenKernel, inputBias, hiddenBias));
  }

  @Override
  public int depth() {
    return inputKernel.size(0);
  }

  @Override
  public int units() {
    return inputKernel.size(1);
  }

  @Override
  public Map<String, WeightArray> variables(String scope) {
    String prefix = JoinedGates.prefix(scope);
    var variables = new LinkedHashMap<String, WeightArray>();
    variables.put(prefix + "gates/kernel", gatesKernel);
    variables.put(prefix + "gates/bias", gatesBias);
    variables.put(prefix + INPUT + "kernel", inputKernel);
    variables.put(prefix + HIDDEN + "kernel", hiddenKernel);
    variables.put(prefix + INPUT + "bias", inputBias);
    variables.put(prefix + HIDDEN + "bias", hiddenBias);
    return variables;
  }

  /** Returns kernel, recurrent_kernel and bias {@code [2, 3H]}, for {@code reset_after=True}. */
  @Override
  public Map<String, WeightArray> keras() {
    return joined().ordered(GruWeights.ZRH).keras(true);
  }

  @Override
  public Map<String, WeightArray> pyTorch(String suffix) {
    return joined().pyTorch(suffix);
  }

  /** Returns W, R and B for an op with {@code linear_before_reset=1}. */
  @Override
  public Map<String, WeightArray> onnx() {
    return joined().ordered(GruWeights.ZRH).onnx();
  }
}
