package io.github.tfrnn.interop;

import static io.github.tfrnn.interop.Closeness.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.model.Checkpoint;
import io.github.tfrnn.model.Checkpoints;
import io.github.tfrnn.ops.Gradients;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Operand;

/** What Python's {@code dynamic_rnn} answers, a checkpoint of it answers here. */
class PythonCheckpointsTest {
  private static Path folder;

  @BeforeAll
  static void pythonWritesCheckpoints() {
    folder = PythonNetworks.written();
  }

  static Iterable<String> networks() {
    return InteropCases.all().keySet();
  }

  private static Checkpoint newest(String network) {
    return Checkpoints.in(folder.resolve(network)).latest().orElseThrow();
  }

  @ParameterizedTest
  @MethodSource("networks")
  void itAnswersAsPythonDoesOnceTheCheckpointIsRestored(String network) {
    try (var here = new CaseGraph(network);
        var python = Values.read(folder.resolve(network).resolve("values"))) {
      newest(network).restore(here.session);
      var results = here.run(python.tensors(), here.built.results());
      for (int i = 0; i < results.size(); i++) {
        assertClose(python.numbers("result/" + i), results.get(i), network + ": result " + i);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void itsGradientsAreThoseOfPython(String network) {
    try (var here = new CaseGraph(network);
        var python = Values.read(folder.resolve(network).resolve("values"))) {
      newest(network).restore(here.session);
      var names = new ArrayList<String>();
      var sources = new ArrayList<Operand<?>>();
      here.sources()
          .forEach(
              (name, source) -> {
                if (python.tensors().containsKey("gradient/" + name)) {
                  names.add("gradient/" + name);
                  sources.add(source);
                }
              });
      var all = new TreeSet<>(python.tensors().keySet());
      all.removeIf(name -> !name.startsWith("gradient/"));
      assertEquals(all, new TreeSet<>(names));
      var gradients = here.run(python.tensors(), Gradients.of(here.loss, sources));
      for (int i = 0; i < names.size(); i++) {
        assertClose(python.numbers(names.get(i)), gradients.get(i), network + ": " + names.get(i));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void theOldFormatHoldsTheSame(String network) {
    var old = Checkpoint.open(folder.resolve(network).resolve("old.ckpt"));
    var today = newest(network);
    assertEquals(today.variables(), old.variables());
    for (var variable : today.variables()) {
      try (var expected = today.read(variable.name());
          var read = old.read(variable.name())) {
        assertEquals(expected, read, variable.name());
      }
    }
  }
}
