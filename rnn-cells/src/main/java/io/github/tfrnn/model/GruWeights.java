package io.github.tfrnn.model;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The weights of a {@link io.github.tfrnn.cells.GruCell}, whose reset gate works on h before the
 * product: GRU of Keras with {@code reset_after=False} and of ONNX with {@code
 * linear_before_reset=0}. {@link RecurrentWeights} has the table of layouts.
 *
 * <p>The GRU of PyTorch has its reset gate behind the product, which is another function: no
 * weights make one of the other, and {@link #pyTorch} refuses.
 *
 * @param gatesKernel shape {@code [D + H, 2H]}, columns r, u
 * @param gatesBias shape {@code [2H]}
 * @param candidateKernel shape {@code [D + H, H]}
 * @param candidateBias shape {@code [H]}
 */
public record GruWeights(
    WeightArray gatesKernel,
    WeightArray gatesBias,
    WeightArray candidateKernel,
    WeightArray candidateBias)
    implements RecurrentWeights {
  private static final String WHAT = "GRU weights";
  private static final int GATES = 3;

  /** Where r, u and the candidate stand in Keras and ONNX; and the other way round. */
  static final int[] ZRH = {1, 0, 2};

  /**
   * Checks the shapes.
   *
   * @throws IllegalArgumentException if they do not fit
   */
  public GruWeights {
    int units = JoinedGates.require(WHAT, 2, gatesKernel, gatesBias);
    JoinedGates.require(WHAT, "candidate kernel", candidateKernel, gatesKernel.size(0), units);
    JoinedGates.require(WHAT, "candidate bias", candidateBias, units);
  }

  private static GruWeights of(JoinedGates joined) {
    var gates = joined.ordered(0, 1);
    var candidate = joined.ordered(2);
    return new GruWeights(gates.kernel(), gates.bias(), candidate.kernel(), candidate.bias());
  }

  /**
   * Takes the variables of a cell.
   *
   * @param variables by full name
   * @param scope the cell's own scope
   * @throws IllegalArgumentException if one is missing or has another shape
   */
  public static GruWeights of(Map<String, WeightArray> variables, String scope) {
    return new GruWeights(
        JoinedGates.get(WHAT, variables, JoinedGates.prefix(scope) + "gates/kernel"),
        JoinedGates.get(WHAT, variables, JoinedGates.prefix(scope) + "gates/bias"),
        JoinedGates.get(WHAT, variables, JoinedGates.prefix(scope) + "candidate/kernel"),
        JoinedGates.get(WHAT, variables, JoinedGates.prefix(scope) + "candidate/bias"));
  }

  /**
   * Takes {@code kernel}, {@code recurrent_kernel} and, if there is one, {@code bias}, shape {@code
   * [3H]}, of Keras.
   *
   * @throws IllegalArgumentException if one is missing or has another shape
   */
  public static GruWeights ofKeras(Map<String, WeightArray> arrays) {
    return ofKeras(WHAT, arrays);
  }

  /** As the other one; {@code what} begins the messages. */
  static GruWeights ofKeras(String what, Map<String, WeightArray> arrays) {
    return of(JoinedGates.ofKeras(what, arrays, GATES, false).ordered(ZRH));
  }

  /**
   * Takes {@code W}, {@code R} and, if there is one, {@code B} of ONNX for one direction, of an op
   * with {@code linear_before_reset=0}.
   *
   * @throws IllegalArgumentException if one is missing or has another shape
   */
  public static GruWeights ofOnnx(Map<String, WeightArray> arrays) {
    return of(JoinedGates.ofOnnx(WHAT, arrays, GATES).ordered(ZRH));
  }

  private JoinedGates joined() {
    return JoinedGates.of(2, gatesKernel, gatesBias)
        .beside(JoinedGates.of(1, candidateKernel, candidateBias));
  }

  @Override
  public int depth() {
    return gatesKernel.size(0) - units();
  }

  @Override
  public int units() {
    return candidateBias.size(0);
  }

  @Override
  public Map<String, WeightArray> variables(String scope) {
    String prefix = JoinedGates.prefix(scope);
    var variables = new LinkedHashMap<String, WeightArray>();
    variables.put(prefix + "gates/kernel", gatesKernel);
    variables.put(prefix + "gates/bias", gatesBias);
    variables.put(prefix + "candidate/kernel", candidateKernel);
    variables.put(prefix + "candidate/bias", candidateBias);
    return variables;
  }

  @Override
  public Map<String, WeightArray> keras() {
    return joined().ordered(ZRH).keras(false);
  }

  @Override
  public Map<String, WeightArray> pyTorch(String suffix) {
    throw new UnsupportedOperationException(
        "GRU weights: reset gate must work behind the product for PyTorch, got that of GruCell,"
            + " before it. Train a CudnnCompatibleGruCell.");
  }

  /** Returns W, R and B for an op with {@code linear_before_reset=0}, the default. */
  @Override
  public Map<String, WeightArray> onnx() {
    return joined().ordered(ZRH).onnx();
  }
}
