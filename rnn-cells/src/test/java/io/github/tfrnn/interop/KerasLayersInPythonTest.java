package io.github.tfrnn.interop;

import static io.github.tfrnn.interop.Closeness.assertClose;

import io.github.tfrnn.cells.BasicRnnCell;
import io.github.tfrnn.cells.CudnnCompatibleGruCell;
import io.github.tfrnn.cells.LstmCell;
import io.github.tfrnn.cells.TensorCell;
import io.github.tfrnn.model.LstmWeights;
import io.github.tfrnn.model.RecurrentWeights;
import io.github.tfrnn.model.ResetAfterGruWeights;
import io.github.tfrnn.model.SimpleRnnWeights;
import io.github.tfrnn.model.VariableAssignment;
import io.github.tfrnn.model.WeightArray;
import io.github.tfrnn.rnn.Rnn;
import io.github.tfrnn.testing.TestGraph;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;

/** A layer of Keras with the weights of a cell, in its layout, answers as the cell does. */
class KerasLayersInPythonTest {
  private static final Shape INPUTS = Shape.of(2, 5, 3);
  private static final String SCOPE = "cell";

  @TempDir static Path folder;

  private static final Map<String, double[]> ANSWERS_HERE = new HashMap<>();

  @BeforeAll
  static void pythonAnswers() {
    try (var test = new TestGraph();
        var values = new Values()) {
      var x = test.random32(INPUTS, INPUTS);
      values.put("x", copy(INPUTS, TestGraph.elements(test.fed(x))));
      for (String layer : new String[] {"SimpleRNN", "LSTM", "GRU"}) {
        var scope = test.scope().scope(layer);
        var outputs = Rnn.dynamicRnn(scope, cell(layer), x).outputs();
        var variables = new HashMap<String, WeightArray>();
        scope.variables().forEach(it -> variables.put(it.name(), random(it.shape())));
        VariableAssignment.assign(test.session(), variables);
        ANSWERS_HERE.put(layer, test.value(outputs));
        weights(layer, variables)
            .keras()
            .forEach((name, array) -> values.put(layer + "/" + name, tensor(array)));
      }
      values.write(folder.resolve("values"), name -> true);
    }
    PythonSide.run("interop.py", "keras", folder.toString());
  }

  private static TensorCell<TFloat32, ?> cell(String layer) {
    return switch (layer) {
      case "SimpleRNN" -> BasicRnnCell.builder(TFloat32.class, 4).name(SCOPE).build();
      case "LSTM" -> LstmCell.builder(TFloat32.class, 4).name(SCOPE).build();
      default -> CudnnCompatibleGruCell.builder(TFloat32.class, 4).name(SCOPE).build();
    };
  }

  private static RecurrentWeights weights(String layer, Map<String, WeightArray> variables) {
    String scope = layer + "/rnn/" + SCOPE;
    return switch (layer) {
      case "SimpleRNN" -> SimpleRnnWeights.of(variables, scope);
      case "LSTM" -> LstmWeights.of(variables, scope, 1);
      default -> ResetAfterGruWeights.of(variables, scope);
    };
  }

  private static WeightArray random(Shape shape) {
    var random = new Random(shape.size());
    var values = new float[Math.toIntExact(shape.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return WeightArray.of(shape, values);
  }

  private static TFloat32 tensor(WeightArray array) {
    return TFloat32.tensorOf(array.shape(), DataBuffers.of(array.values()));
  }

  private static TFloat32 copy(Shape shape, double[] values) {
    var copy = new float[values.length];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = (float) values[i];
    }
    return TFloat32.tensorOf(shape, DataBuffers.of(copy));
  }

  @ParameterizedTest
  @ValueSource(strings = {"SimpleRNN", "LSTM", "GRU"})
  void itsAnswersAreThoseOfTheCell(String layer) {
    try (var answers = Values.read(folder.resolve("answers"))) {
      assertClose(ANSWERS_HERE.get(layer), answers.numbers(layer), layer);
    }
  }
}
