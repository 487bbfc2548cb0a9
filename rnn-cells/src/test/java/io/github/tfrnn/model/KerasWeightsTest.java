package io.github.tfrnn.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.cells.BasicLstmCell;
import io.github.tfrnn.cells.BasicRnnCell;
import io.github.tfrnn.cells.CudnnCompatibleGruCell;
import io.github.tfrnn.cells.CudnnCompatibleLstmCell;
import io.github.tfrnn.cells.GruCell;
import io.github.tfrnn.cells.LstmCell;
import io.github.tfrnn.cells.MultiRnnCell;
import io.github.tfrnn.cells.TensorCell;
import io.github.tfrnn.ops.Dense;
import io.github.tfrnn.ops.Embedding;
import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.rnn.BidirectionalRnn;
import io.github.tfrnn.rnn.Rnn;
import io.github.tfrnn.testing.TestGraph;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Files of Keras give, in one graph of ours, the numbers that Keras computed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KerasWeightsTest {
  private static final double TOLERANCE = 1e-5;
  private static final int UNITS = 3;
  private static final Shape INPUT = Shape.of(2, 4, 2);
  private static final String GRU = "/cudnn_compatible_gru_cell";

  private final TestGraph test = new TestGraph();
  private final Map<String, Operand<TFloat32>> outputs = new HashMap<>();
  private final Map<String, WeightArray> zeros = new HashMap<>();
  private final Map<String, WeightArray> weights = new HashMap<>();
  private Operand<TFloat32> x;
  private Operand<TInt32> ids;

  private static TensorCell<TFloat32, ?> lstm() {
    return LstmCell.builder(TFloat32.class, UNITS).forgetBias(0).build();
  }

  private static TensorCell<TFloat32, ?> gru(int units) {
    return CudnnCompatibleGruCell.builder(TFloat32.class, units).build();
  }

  private static TensorCell<TFloat32, ?> simple() {
    return BasicRnnCell.builder(TFloat32.class, UNITS).build();
  }

  private VariableScope scope(String name) {
    return test.scope().scope(name);
  }

  private <S> Operand<TFloat32> run(
      String name, TensorCell<TFloat32, S> cell, Operand<TFloat32> inputs) {
    var result = Rnn.dynamicRnn(scope(name), cell, inputs).outputs();
    outputs.put(name, result);
    return result;
  }

  /** One of everything; each test gives all variables its own weights. */
  @BeforeAll
  void build() {
    var tf = test.tf();
    x = test.feed32(INPUT, INPUT, new float[16]);
    run("simple", simple(), x);
    run("lstm", lstm(), x);
    run("basic", BasicLstmCell.builder(TFloat32.class, UNITS).build(), x);
    run("cudnn", CudnnCompatibleLstmCell.builder(TFloat32.class, UNITS).build(), x);
    run("gru", gru(UNITS), x);
    run("gru_before", GruCell.builder(TFloat32.class, UNITS).build(), x);
    run("reversed", lstm(), tf.reverse(x, tf.constant(new int[] {1})));

    var concat = BidirectionalRnn.dynamicRnn(scope("concat"), lstm(), lstm(), x).outputs();
    outputs.put("concat", BidirectionalRnn.concat(tf, concat));
    var ave = BidirectionalRnn.dynamicRnn(scope("ave"), simple(), simple(), x).outputs();
    var sum = tf.math.add(ave.forward(), ave.backward());
    outputs.put("ave", tf.math.div(sum, tf.constant(2f)));
    var mul = BidirectionalRnn.dynamicRnn(scope("mul"), gru(UNITS), gru(UNITS), x).outputs();
    outputs.put("mul", tf.math.mul(mul.forward(), mul.backward()));

    ids = test.feedInts(new int[8]);
    var words = tf.reshape(ids, tf.constant(new int[] {2, 4}));
    var vectors = Embedding.lookup(scope("words"), words, 5, 2, TFloat32.class);
    var upper = run("upper", gru(UNITS), run("lower", lstm(), vectors));
    outputs.put("y", Dense.apply(scope("words"), upper, 2));
    outputs.put("half", Dense.apply(scope("half"), x, UNITS));

    run("two", MultiRnnCell.of(2, layer -> layer == 0 ? lstm() : gru(2)), x);
    for (var variable : test.scope().variables()) {
      zeros.put(variable.name(), WeightArray.zeros(variable.shape().asArray()));
    }
  }

  @AfterAll
  void close() {
    test.close();
  }

  /** Takes a layer of a file, and converts its weights into a scope. */
  private void take(KerasLayer layer, String scope) {
    weights.putAll(layer.variables(scope));
  }

  /** What our graph gives with these weights and no others is what Keras gave. */
  private void assertGives(Path file, String kerasName, String ourName, double tolerance) {
    VariableAssignment.assign(test.session(), zeros);
    VariableAssignment.assign(test.session(), weights);
    weights.clear();
    float[] input = KerasFiles.input(file);
    if (input.length == 8) {
      int[] numbers = new int[8];
      for (int i = 0; i < 8; i++) {
        numbers[i] = (int) input[i];
      }
      test.refeed(ids, TInt32.vectorOf(numbers));
    } else {
      test.refeed(x, TFloat32.tensorOf(INPUT, DataBuffers.of(input)));
    }
    var expected = KerasFiles.output(file, kerasName);
    assertArrayEquals(expected, test.value(outputs.get(ourName)), tolerance, kerasName);
  }

  private void assertGives(Path file, String name) {
    assertGives(file, name, name, TOLERANCE);
  }

  static Stream<Path> single() {
    return KerasFiles.of("single").stream();
  }

  @ParameterizedTest
  @MethodSource("single")
  void recurrentLayersGiveTheNumbersOfKeras(Path file) {
    var keras = KerasWeights.open(file);
    take(keras.layer(KerasFiles.name(file, "simple", "simple_rnn")), "simple/rnn/basic_rnn_cell");
    assertGives(file, "simple");
    take(keras.layer("lstm"), "lstm/rnn/lstm_cell");
    assertGives(file, "lstm");
    take(keras.layer("lstm"), "cudnn/rnn/cudnn_compatible_lstm_cell");
    assertGives(file, "lstm", "cudnn", TOLERANCE);
    take(keras.layer("gru"), "gru/rnn" + GRU);
    assertGives(file, "gru");
    take(keras.layer(KerasFiles.name(file, "gru_before", "gru_1")), "gru_before/rnn/gru_cell");
    assertGives(file, "gru_before");
  }

  @ParameterizedTest
  @MethodSource("single")
  void theForgetBiasOfTensorFlowComesOutOfTheBias(Path file) {
    var lstm = KerasWeights.open(file).layer("lstm").recurrent(LstmWeights.class);
    weights.putAll(lstm.withForgetBias(1).variables("basic/rnn/basic_lstm_cell"));
    assertGives(file, "lstm", "basic", TOLERANCE);
  }

  static Stream<Path> special() {
    return KerasFiles.of("special").stream();
  }

  @ParameterizedTest
  @MethodSource("special")
  void layersWithoutABiasHaveOneOfZeros(Path file) {
    var keras = KerasWeights.open(file);
    take(keras.layer(KerasFiles.name(file, "plain_lstm", "lstm")), "lstm/rnn/lstm_cell");
    assertGives(file, "plain_lstm", "lstm", TOLERANCE);
    var gru = keras.layer(KerasFiles.name(file, "plain_gru", "gru"));
    boolean told = gru.settings().containsKey("reset_after");
    take(told ? gru : gru.as("GRU", Map.of("reset_after", true)), "gru/rnn" + GRU);
    assertGives(file, "plain_gru", "gru", TOLERANCE);
  }

  @ParameterizedTest
  @MethodSource("special")
  void aLayerThatGoesBackwardsReadsReversedInputs(Path file) {
    var keras = KerasWeights.open(file).layer(KerasFiles.name(file, "reversed", "lstm_1"));
    assertEquals(!keras.settings().isEmpty(), keras.settings().containsKey("go_backwards"));
    take(keras, "reversed/rnn/lstm_cell");
    assertGives(file, "reversed");
  }

  static Stream<Path> both() {
    return KerasFiles.of("both").stream();
  }

  @ParameterizedTest
  @MethodSource("both")
  void bothDirectionsGiveTheNumbersOfKeras(Path file) {
    var keras = KerasWeights.open(file);
    var concat = keras.layer(KerasFiles.name(file, "concat", "bidirectional"));
    take(concat.forward(), "concat/bidirectional_rnn/fw/lstm_cell");
    take(concat.backward(), "concat/bidirectional_rnn/bw/lstm_cell");
    assertGives(file, "concat");
    var ave = keras.layer(KerasFiles.name(file, "ave", "bidirectional_1"));
    take(ave.forward(), "ave/bidirectional_rnn/fw/basic_rnn_cell");
    take(ave.backward(), "ave/bidirectional_rnn/bw/basic_rnn_cell");
    assertGives(file, "ave");
    var mul = keras.layer(KerasFiles.name(file, "mul", "bidirectional_2"));
    take(mul.forward(), "mul/bidirectional_rnn/fw" + GRU);
    take(mul.backward(), "mul/bidirectional_rnn/bw" + GRU);
    assertGives(file, "mul");
  }

  static Stream<Path> stack() {
    return KerasFiles.of("stack").stream();
  }

  @ParameterizedTest
  @MethodSource("stack")
  void aStackFromWordsToNumbersGivesTheNumbersOfKeras(Path file) {
    var keras = KerasWeights.open(file);
    take(keras.layer("embedding"), "words");
    take(keras.layer("lstm"), "lower/rnn/lstm_cell");
    take(keras.layer("gru"), "upper/rnn" + GRU);
    take(keras.layer("dense"), "words/dense");
    assertGives(file, "y");
  }

  static Stream<Path> cells() {
    return KerasFiles.of("cells").stream();
  }

  @ParameterizedTest
  @MethodSource("cells")
  void cellsInTheLayerRnnGiveTheNumbersOfKeras(Path file) {
    var keras = KerasWeights.open(file);
    take(keras.layer(KerasFiles.name(file, "one", "rnn")), "gru/rnn" + GRU);
    assertGives(file, "one", "gru", TOLERANCE);
    // Files of weights alone say nothing of the order of cells of different classes.
    var cells = keras.layer(KerasFiles.name(file, "two", "rnn_1")).cells();
    boolean ordered = cells.get(0).arrays().get(0).shape().get(1) == 4 * UNITS;
    take(cells.get(ordered ? 0 : 1), "two/rnn/multi_rnn_cell/cell_0/lstm_cell");
    take(cells.get(ordered ? 1 : 0), "two/rnn/multi_rnn_cell/cell_1" + GRU);
    assertEquals(ordered, !file.toString().endsWith(".weights.h5"));
    assertGives(file, "two");
  }

  static Stream<Path> half() {
    return KerasFiles.of("half").stream();
  }

  @ParameterizedTest
  @MethodSource("half")
  void halfPrecisionIsWidened(Path file) {
    var dense = KerasWeights.open(file).layer("dense");
    assertEquals("float16", dense.arrays().get(0).dtype());
    take(dense, "half/dense");
    assertGives(file, "y", "half", 3e-3); // Keras computed in half precision too
  }

  @Test
  void layersComeInTheOrderOfTheModelWithClassAndSettings() {
    for (String file : List.of("keras3/stack.keras", "tf_keras/stack.h5")) {
      var layers =
          KerasWeights.open(KerasFiles.FOLDER.resolve(file)).layers().stream()
              .filter(layer -> !layer.className().orElse("").equals("InputLayer"))
              .toList();
      assertEquals(
          List.of("Embedding", "LSTM", "GRU", "Dense"),
          layers.stream().map(layer -> layer.className().orElseThrow()).toList(),
          file);
      assertEquals(3, layers.get(1).settings().get("units"), file);
      assertEquals(true, layers.get(2).settings().get("reset_after"), file);
    }
  }

  @Test
  void aBidirectionalTellsHowItMerges() {
    var keras = KerasWeights.open(KerasFiles.FOLDER.resolve("keras3/both.keras"));
    assertEquals("ave", keras.layer("ave").settings().get("merge_mode"));
    assertEquals(false, keras.layer("mul").forward().settings().get("go_backwards"));
    assertEquals(true, keras.layer("mul").backward().settings().get("go_backwards"));
  }

  @Test
  void arraysAreListedWithShapesAndTypes() {
    var layer = KerasWeights.open(KerasFiles.FOLDER.resolve("tf_keras/stack.h5")).layer("lstm");
    assertEquals(
        "[lstm/lstm_cell/kernel float32[2, 12], lstm/lstm_cell/recurrent_kernel float32[3, 12],"
            + " lstm/lstm_cell/bias float32[12]]",
        layer.arrays().toString());
  }

  @ParameterizedTest
  @MethodSource("single")
  void whatIsWrittenForKerasIsWhatWasRead(Path file) {
    var keras = KerasWeights.open(file);
    var layer = keras.layer("lstm");
    var written = layer.recurrent().keras();
    var names = List.of("kernel", "recurrent_kernel", "bias");
    for (int i = 0; i < names.size(); i++) {
      var array = layer.arrays().get(i).read();
      assertEquals(array.shape(), written.get(names.get(i)).shape());
      assertArrayEquals(array.values(), written.get(names.get(i)).values());
    }
  }
}
