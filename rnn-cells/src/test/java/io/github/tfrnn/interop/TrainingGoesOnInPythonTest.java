package io.github.tfrnn.interop;

import static io.github.tfrnn.interop.Closeness.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.model.Checkpoint;
import io.github.tfrnn.model.Checkpoints;
import io.github.tfrnn.train.Adadelta;
import io.github.tfrnn.train.Adagrad;
import io.github.tfrnn.train.Adam;
import io.github.tfrnn.train.Ftrl;
import io.github.tfrnn.train.GlobalStep;
import io.github.tfrnn.train.GradientDescent;
import io.github.tfrnn.train.Momentum;
import io.github.tfrnn.train.Optimizer;
import io.github.tfrnn.train.RmsProp;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.op.Op;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/** Ten steps of training here, five more there: the losses are those of fifteen steps here. */
class TrainingGoesOnInPythonTest {
  private static final int STEPS = 10;
  private static final int MORE_STEPS = 5;
  private static final Map<String, Optimizer> OPTIMIZERS =
      Map.of(
          "GradientDescent", GradientDescent.of(0.1),
          "Momentum", Momentum.of(0.1, 0.9),
          "Adagrad", Adagrad.of(0.1),
          "RmsProp", RmsProp.of(0.01),
          "Adadelta", Adadelta.of(1),
          "Adam", Adam.of(0.01),
          "Ftrl", Ftrl.of(0.1));

  @TempDir static Path folder;

  private static final Map<String, double[]> LOSSES_HERE = new HashMap<>();

  static Stream<Arguments> runs() {
    return OPTIMIZERS.keySet().stream()
        .sorted()
        .flatMap(optimizer -> networks(optimizer).map(it -> Arguments.of(optimizer, it)));
  }

  /** All networks for the usual optimizer, one for the others. */
  private static Stream<String> networks(String optimizer) {
    return optimizer.equals("Adam") ? InteropCases.all().keySet().stream() : Stream.of("tagger");
  }

  @BeforeAll
  static void tenStepsHere() {
    var written = PythonNetworks.written();
    runs()
        .forEach(
            run -> {
              var optimizer = (String) run.get()[0];
              var network = (String) run.get()[1];
              LOSSES_HERE.put(
                  optimizer + network, train(optimizer, network, written.resolve(network)));
            });
    PythonSide.run("interop.py", "continue", folder.resolve("trained").toString());
  }

  private static Path place(String optimizer, String network) {
    return folder.resolve("trained").resolve(optimizer).resolve(network);
  }

  /** Trains, saves after ten steps, and goes on; returns the losses after that. */
  private static double[] train(String optimizer, String network, Path written) {
    try (var here = new CaseGraph(network);
        var values = Values.read(written.resolve("values"))) {
      var step = GlobalStep.of(here.root);
      var train =
          OPTIMIZERS
              .get(optimizer)
              .minimize(
                  here.root,
                  here.loss,
                  here.root.trainableVariables(),
                  options -> options.globalStep(step));
      Checkpoints.in(written)
          .latest()
          .orElseThrow()
          .restore(here.session, options -> options.only(here.weights()::contains));
      for (int i = 0; i < STEPS; i++) {
        here.runner(values.tensors()).addTarget(train).run().close();
      }
      var place = place(optimizer, network);
      Checkpoints.in(place).save(here.session, STEPS);
      values.write(place.resolve("values"), here.fed::containsKey);
      return IntStream.range(0, MORE_STEPS).mapToDouble(i -> loss(here, values, train)).toArray();
    }
  }

  private static double loss(CaseGraph here, Values values, Op train) {
    try (var result = here.runner(values.tensors()).fetch(here.loss).addTarget(train).run()) {
      return ((TFloat32) result.get(0)).getFloat();
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("runs")
  void pythonHasTheSameLosses(String optimizer, String network) {
    var continued = Checkpoint.open(place(optimizer, network).resolve("continued"));
    try (var losses = continued.read("losses", TFloat32.class);
        var step = continued.read("step", TInt64.class)) {
      var there = new double[MORE_STEPS];
      for (int i = 0; i < MORE_STEPS; i++) {
        there[i] = losses.getFloat(i);
      }
      assertClose(LOSSES_HERE.get(optimizer + network), there, optimizer + " on " + network);
      assertEquals(STEPS + MORE_STEPS, step.getLong());
    }
  }
}
