package io.github.tfrnn.interop;

import static io.github.tfrnn.interop.Closeness.assertClose;

import io.github.tfrnn.model.ModelExporter;
import io.github.tfrnn.model.ModelSignature;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A SavedModel written here answers in Python as the session did that it was written from. */
class SavedModelsInPythonTest {
  @TempDir static Path folder;

  private static final Map<String, List<double[]>> RESULTS_HERE = new HashMap<>();

  static Iterable<String> networks() {
    return InteropCases.all().keySet();
  }

  @BeforeAll
  static void pythonAnswers() {
    networks().forEach(SavedModelsInPythonTest::export);
    PythonSide.run("interop.py", "answer", folder.resolve("exported").toString());
  }

  private static void export(String network) {
    try (var here = new CaseGraph(network);
        var python = Values.read(PythonNetworks.written().resolve(network).resolve("values"))) {
      var signature = ModelSignature.named("serving_default");
      for (var input : here.fed.entrySet()) {
        if (!input.getKey().startsWith("weight/")) {
          signature = signature.input(input.getKey(), input.getValue());
        }
      }
      var results = here.built.results();
      for (int i = 0; i < results.size(); i++) {
        signature = signature.output("result/" + i, results.get(i));
      }
      RESULTS_HERE.put(network, here.run(python.tensors(), results));
      var place = folder.resolve("exported").resolve(network);
      ModelExporter.of(here.session).signature(signature).export(place.resolve("model"));
      var inputs = new Values(); // of tensors that the other values close
      for (String name : signature.inputs().keySet()) {
        inputs.put("input/" + name, python.tensors().get(name));
      }
      inputs.write(place.resolve("values"), name -> true);
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void pythonGetsTheSameAnswers(String network) {
    try (var answers =
        Values.read(folder.resolve("exported").resolve(network).resolve("answers"))) {
      var here = RESULTS_HERE.get(network);
      for (int i = 0; i < here.size(); i++) {
        assertClose(here.get(i), answers.numbers("result/" + i), network + ": result " + i);
      }
    }
  }
}
