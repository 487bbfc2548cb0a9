package io.github.tfrnn.rnn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.tfrnn.cells.LstmCell;
import io.github.tfrnn.cells.LstmState;
import io.github.tfrnn.cells.MultiRnnCell;
import io.github.tfrnn.ops.Gradients;
import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.Reuse;
import io.github.tfrnn.ops.Variable;
import io.github.tfrnn.ops.spi.Devices;
import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphOptions;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;

/**
 * The networks of cuDNN as far as a machine without a GPU can tell: variables, graph and shapes.
 */
class CudnnLayersTest {
  private static final int LAYERS = 2;
  private static final int UNITS = 3;
  private static final int DEPTH = 4;

  private final TestGraph test = new TestGraph();

  @AfterEach
  void close() {
    test.close();
  }

  private Operand<TFloat32> placeholder(long... shape) {
    return test.tf().placeholder(TFloat32.class, Placeholder.shape(Shape.of(shape)));
  }

  private static CudnnBuilder<TFloat32, CudnnLstm<TFloat32>> lstm() {
    return CudnnLstm.builder(TFloat32.class, LAYERS, UNITS).forAnotherMachine();
  }

  private RnnResult<Operand<TFloat32>, LstmState<TFloat32>> run(
      CudnnBuilder<TFloat32, CudnnLstm<TFloat32>> builder,
      Operand<TFloat32> x,
      UnaryOperator<CudnnOptions<LstmState<TFloat32>>> options) {
    return builder.build().run(test.scope().scope("net"), x, options);
  }

  private List<String> variables(String scope) {
    return test.scope().scope(scope).variables().stream()
        .map(v -> v.name() + " " + Arrays.toString(v.shape().asArray()))
        .toList();
  }

  /** What the network reads, directly or through other ops, from a result on. */
  private GraphOperation op(String type) {
    return test.graph().toGraphDef().getNodeList().stream()
        .filter(node -> node.getOp().equals(type))
        .map(node -> test.graph().operationOrThrow(node.getName()))
        .findFirst()
        .orElseThrow();
  }

  /** Runs what a CPU can run of a graph that holds ops of cuDNN. */
  private List<double[]> values(List<? extends Operand<?>> fetches, Operand<?>... fed) {
    var config =
        ConfigProto.newBuilder()
            .setGraphOptions(GraphOptions.newBuilder().setPlacePrunedGraph(true))
            .build();
    try (var session = new Session(test.graph(), config)) {
      var runner = session.runner();
      for (var placeholder : fed) {
        runner.feed(placeholder.asOutput(), test.fed(placeholder));
      }
      fetches.forEach(runner::fetch);
      try (var result = runner.run()) {
        return IntStream.range(0, fetches.size())
            .mapToObj(i -> TestGraph.elements(result.get(i)))
            .toList();
      }
    }
  }

  @Test
  void withoutAGpuItIsRefusedWithAWayOut() {
    assumeFalse(Devices.ofKernels("CudnnRNNV3").contains("GPU"), "natives for CUDA");
    var layer = CudnnLstm.builder(TFloat32.class, LAYERS, UNITS).build();
    assertEquals(
        "net/cudnn_lstm: this machine must have a GPU and the natives for it, got the natives of"
            + " TensorFlow for a CPU, which have no kernel of CudnnRNNV3. Run a cell with the same"
            + " variables instead, as the documentation says, or build the graph for another"
            + " machine with forAnotherMachine().",
        Refusals.state(() -> layer.run(test.scope().scope("net"), placeholder(5, 2, DEPTH))));
    assertEquals(List.of(), test.scope().variables());
  }

  @Test
  void variablesHaveTheNamesOfACheckpointOfTensorFlow() {
    run(lstm(), placeholder(5, 2, DEPTH), options -> options);
    String cell = "net/cudnn_lstm/rnn/multi_rnn_cell/cell_%d/cudnn_compatible_lstm_cell/%s";
    assertEquals(
        List.of(
            cell.formatted(0, "kernel [7, 12]"),
            cell.formatted(0, "bias [12]"),
            cell.formatted(1, "kernel [6, 12]"),
            cell.formatted(1, "bias [12]")),
        variables("net"));
  }

  @Test
  void twoDirectionsHaveTheNamesOfAStackOfBidirectionalNetworks() {
    CudnnGru.builder(TFloat32.class, LAYERS, UNITS)
        .bidirectional()
        .forAnotherMachine()
        .build()
        .run(test.scope(), placeholder(5, 2, DEPTH));
    String top =
        "cudnn_gru/stack_bidirectional_rnn/cell_1/bidirectional_rnn/bw/cudnn_compatible_gru_cell/";
    assertEquals(
        List.of(
            top + "gates/kernel [9, 6]",
            top + "gates/bias [6]",
            top + "candidate/input_projection/kernel [6, 3]",
            top + "candidate/hidden_projection/kernel [3, 3]",
            top + "candidate/input_projection/bias [3]",
            top + "candidate/hidden_projection/bias [3]"),
        variables("cudnn_gru").subList(18, 24));
  }

  /** The program of the documentation: what a GPU trained runs on a CPU. */
  @Test
  void aStackOfCellsTakesOverTheVariables() {
    var x = test.random32(Shape.of(5, 2, DEPTH), Shape.of(5, 2, DEPTH));
    lstm().build().run(test.scope(), x);
    var before = variables("cudnn_lstm");
    var stack =
        MultiRnnCell.of(
            LAYERS,
            layer ->
                LstmCell.builder(TFloat32.class, UNITS)
                    .name("cudnn_compatible_lstm_cell")
                    .forgetBias(0)
                    .build());
    var scope = test.scope().scope("cudnn_lstm").withReuse(Reuse.ALWAYS);
    var result = Rnn.dynamicRnn(scope, stack, x, options -> options.timeMajor());
    assertEquals(before, variables("cudnn_lstm"));
    assertEquals(5 * 2 * UNITS, values(List.of(result.outputs()), x).get(0).length);
  }

  @ParameterizedTest(name = "batch first {0}, directions {1}")
  @CsvSource({"false, 1", "true, 1", "false, 2", "true, 2"})
  void shapesAreKnown(boolean batchMajor, int directions) {
    var builder = directions == 2 ? lstm().bidirectional() : lstm();
    var x = batchMajor ? placeholder(2, 5, DEPTH) : placeholder(5, 2, DEPTH);
    var result = run(builder, x, o -> batchMajor ? o.batchMajor() : o);
    long width = (long) directions * UNITS;
    assertEquals(
        batchMajor ? Shape.of(2, 5, width) : Shape.of(5, 2, width), result.outputs().shape());
    var state = Shape.of((long) LAYERS * directions, 2, UNITS);
    assertEquals(state, result.state().h().shape());
    assertEquals(state, result.state().c().shape());
  }

  @Test
  void settingsReachTheOps() {
    run(lstm().bidirectional().dropout(0.25).seed(7), placeholder(5, -1, DEPTH), o -> o);
    for (String type : List.of("CudnnRNNV3", "CudnnRNNCanonicalToParamsV2")) {
      var attributes = op(type).attributes();
      assertEquals("lstm", attributes.getAttrString("rnn_mode"));
      assertEquals("linear_input", attributes.getAttrString("input_mode"));
      assertEquals("bidirectional", attributes.getAttrString("direction"));
      assertEquals(0.25f, attributes.getAttrFloat("dropout"));
      assertEquals(7, attributes.getAttrInt("seed"));
    }
    assertTrue(op("CudnnRNNV3").attributes().getAttrBool("time_major"));
    assertTrue(op("CudnnRNNV3").attributes().getAttrBool("is_training"));
    // Eight matrices for each of two layers and two directions, and three sizes before them.
    assertEquals(3 + 2 * 32, op("CudnnRNNCanonicalToParamsV2").numInputs());
  }

  @ParameterizedTest
  @CsvSource({"CudnnGru, gru, 6", "CudnnRnnTanh, rnn_tanh, 2", "CudnnRnnRelu, rnn_relu, 2"})
  void eachKindHasItsMode(String kind, String mode, int matrices) {
    var x = placeholder(5, 2, DEPTH);
    var type = TFloat32.class;
    var result =
        switch (kind) {
          case "CudnnGru" ->
              CudnnGru.builder(type, 1, UNITS).forAnotherMachine().build().run(test.scope(), x);
          case "CudnnRnnTanh" ->
              CudnnRnnTanh.builder(type, 1, UNITS).forAnotherMachine().build().run(test.scope(), x);
          default ->
              CudnnRnnRelu.builder(type, 1, UNITS).forAnotherMachine().build().run(test.scope(), x);
        };
    assertEquals(Shape.of(1, 2, UNITS), result.state().shape());
    assertEquals(mode, op("CudnnRNNV3").attributes().getAttrString("rnn_mode"));
    assertEquals(3 + 2 * matrices, op("CudnnRNNCanonicalToParamsV2").numInputs());
    assertEquals(Shape.of(0), op("CudnnRNNV3").input(2).shape());
  }

  /** The state of an LSTM is (c, h) here, and h, c to cuDNN. */
  @Test
  void statesGoInAndComeOutInTheirPlaces() {
    var h = placeholder(LAYERS, 2, UNITS);
    var c = placeholder(LAYERS, 2, UNITS);
    var result = run(lstm(), placeholder(5, 2, DEPTH), o -> o.initialState(new LstmState<>(c, h)));
    var network = op("CudnnRNNV3");
    assertEquals(h.asOutput(), ((GraphOperation) network.input(1).op()).input(0));
    assertEquals(c.asOutput(), ((GraphOperation) network.input(2).op()).input(0));
    assertEquals(network.output(1), result.state().h());
    assertEquals(network.output(2), result.state().c());
  }

  /** What surrounds the op on a CPU: lengths as cuDNN may be given them. */
  @Test
  void lengthsAreKeptFromOneToTheNumberOfSteps() {
    var lengths = test.feedInts(9, 0, -1, 3);
    run(lstm(), placeholder(5, 4, DEPTH), o -> o.sequenceLength(lengths));
    assertArrayEquals(
        new double[] {5, 1, 1, 3}, values(List.of(op("CudnnRNNV3").input(4)), lengths).get(0), 0);
  }

  @Test
  void withoutLengthsAllRowsAreWhole() {
    var x = test.random32(Shape.of(-1, -1, DEPTH), Shape.of(5, 2, DEPTH));
    run(lstm(), x, o -> o);
    assertArrayEquals(new double[] {5, 5}, values(List.of(op("CudnnRNNV3").input(4)), x).get(0), 0);
  }

  @Test
  void weightsReachCudnnInItsOrder() {
    run(lstm().biasInitializer(Initializers.values(1, 2, 3)), placeholder(5, 2, DEPTH), o -> o);
    var pack = op("CudnnRNNCanonicalToParamsV2");
    assertEquals(Shape.of(UNITS, DEPTH), pack.input(3).shape());
    assertEquals(Shape.of(UNITS, UNITS), pack.input(7).shape());
    var kernel = test.scope().variables().get(0).value();
    var values = values(List.of(kernel, pack.input(4), pack.input(19)));
    // The forget gate is cuDNN's second, and stands in the third block of columns.
    assertEquals(values.get(0)[2 * UNITS], values.get(1)[0]);
    assertEquals(values.get(0)[4 * UNITS + 2 * UNITS], values.get(1)[1]);
    assertArrayEquals(new double[] {1, 2, 3}, values.get(2), 1e-6, "half of the sum of two");
  }

  /** Glorot's limit is that of a matrix of cuDNN and not that of the whole kernel. */
  @Test
  void weightsBeginAsCudnnsMatrices() {
    var x = placeholder(5, 2, DEPTH);
    CudnnLstm.builder(TFloat32.class, 1, 40).forAnotherMachine().build().run(test.scope(), x);
    var kernel = values(List.of(test.scope().variables().get(0).value())).get(0);
    double ofX = Math.sqrt(6.0 / (DEPTH + 40));
    double ofH = Math.sqrt(6.0 / (40 + 40));
    assertEquals(ofX, largest(kernel, 0, DEPTH * 160), 0.05 * ofX);
    assertEquals(ofH, largest(kernel, DEPTH * 160, kernel.length), 0.05 * ofH);
    var firstRow = Arrays.copyOf(kernel, 160);
    assertEquals(160, Arrays.stream(firstRow).distinct().count(), "gates differ");
  }

  private static double largest(double[] values, int from, int to) {
    return Arrays.stream(values, from, to).map(Math::abs).max().orElseThrow();
  }

  @Test
  void itsGradientsReachEveryVariable() {
    var x = placeholder(5, 2, DEPTH);
    var result = run(lstm().bidirectional(), x, o -> o);
    List<Operand<?>> sources = new ArrayList<>(List.of(x));
    var variables = test.scope().variables();
    variables.stream().map(Variable::value).forEach(sources::add);
    var loss = test.weigh(result.state().c(), 0);
    assertEquals(List.of(), Gradients.reach(loss, sources).stream().filter(r -> !r).toList());
    var gradients = Gradients.of(loss, sources);
    for (int i = 0; i < variables.size(); i++) {
      assertEquals(variables.get(i).shape(), gradients.get(i + 1).shape());
    }
    assertEquals("CudnnRNNBackpropV3", op("CudnnRNNBackpropV3").type());
  }

  @Test
  void aNetworkForInferenceIsRefusedItsGradient() {
    var result = run(lstm(), placeholder(5, 2, DEPTH), CudnnOptions::inference);
    var loss = test.weigh(result.outputs(), 0);
    var kernel = test.scope().variables().get(0).value();
    assertTrue(
        Refusals.argument(() -> Gradients.of(loss, List.of(kernel)))
            .endsWith("Build the layer with training switched on."));
  }

  @Test
  void aTypeThatCudnnDoesNotTakeIsRefused() {
    assertEquals(
        "cudnn_lstm: type must be TFloat16, TFloat32 or TFloat64, got TBfloat16. Only support"
            + " float16, float32, float64, which cuDNN takes.",
        Refusals.argument(() -> CudnnLstm.builder(TBfloat16.class, 1, 1)));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
  void aDropoutThatIsNoProbabilityIsRefused(double rate) {
    assertEquals(
        "cudnn_lstm: dropout must be from 0 to 1, got " + rate,
        Refusals.argument(() -> lstm().dropout(rate)));
  }

  @Test
  void sizesBelowOneAreRefused() {
    assertEquals(
        "cudnn_gru: layers must be at least 1, got 0",
        Refusals.argument(() -> CudnnGru.builder(TFloat32.class, 0, 1)));
    assertEquals(
        "cudnn_rnn_tanh: units must be at least 1, got -2",
        Refusals.argument(() -> CudnnRnnTanh.builder(TFloat32.class, 1, -2)));
  }

  @Test
  void inputsThatDoNotFitAreRefused() {
    String must = "net/cudnn_lstm: inputs must have 3 dims, time, batch and a known depth, got ";
    assertEquals(must + "[5, 2]", Refusals.argument(() -> run(lstm(), placeholder(5, 2), o -> o)));
    assertEquals(
        must + "[5, 2, ?]", Refusals.argument(() -> run(lstm(), placeholder(5, 2, -1), o -> o)));
    var half = CudnnLstm.builder(TFloat16.class, 1, 1).forAnotherMachine().build();
    @SuppressWarnings({"unchecked", "rawtypes"})
    Operand<TFloat16> wrong = (Operand) placeholder(5, 2, DEPTH);
    assertEquals(
        "cudnn_lstm: inputs must be TFloat16, the type of the weights, got TFloat32. Convert it"
            + " with tf.dtypes.cast.",
        Refusals.argument(() -> half.run(test.scope(), wrong)));
  }

  @Test
  void aStateThatDoesNotFitIsRefused() {
    var good = placeholder(LAYERS, 2, UNITS);
    var bad = placeholder(LAYERS + 1, 2, UNITS);
    assertEquals(
        "net/cudnn_lstm: initialState c must be TFloat32 of shape [layers * directions, batch,"
            + " units], [2, 2, 3], got TFloat32 [3, 2, 3]",
        Refusals.argument(
            () ->
                run(
                    lstm(),
                    placeholder(5, 2, DEPTH),
                    o -> o.initialState(new LstmState<>(bad, good)))));
    assertEquals(List.of(), test.scope().variables(), "variables after the refusal");
  }
}
