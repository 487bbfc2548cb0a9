package io.github.tfrnn.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.ops.Gradients;
import io.github.tfrnn.ops.GraphKeys;
import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.rnn.Engine;
import io.github.tfrnn.testing.ChildJvm;
import io.github.tfrnn.testing.TestGraph;
import io.github.tfrnn.train.Adam;
import io.github.tfrnn.train.GradientDescent;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/** A model that was exported to be trained further goes on as if it had never left its session. */
class TrainFurtherTest {
  private static final int STEPS = 5;
  private static final double TOLERANCE = 1e-6;

  @TempDir private Path folder;

  /** Builds the loss on the outputs of a loaded model, and trains it by a new optimizer. */
  private static double[] lossesOf(RnnModel model) {
    var signature = model.signature(SequenceModel.SIGNATURE);
    var scope = VariableScope.of(model.graph());
    var tf = scope.tf();
    var target = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, -1, 2)));
    var loss = SequenceModel.loss(scope, signature.output("y", TFloat32.class), target);
    var train = GradientDescent.of(0.5).minimize(scope, loss, scope.trainableVariables());
    double[] losses = new double[STEPS];
    try (var state = SequenceModel.zeros(2, 4);
        var x = SequenceModel.wave(2, 6, 3, 0);
        var wanted = SequenceModel.wave(2, 6, 2, 1)) {
      for (int i = 0; i < STEPS; i++) {
        try (var result =
            model
                .session()
                .runner()
                .feed(signature.input("x", TFloat32.class), x)
                .feed(signature.input("state/c", TFloat32.class), state)
                .feed(signature.input("state/h", TFloat32.class), state)
                .feed(target, wanted)
                .fetch(loss)
                .addTarget(train)
                .run()) {
          losses[i] = ((TFloat32) result.get(0)).getFloat();
        }
      }
    }
    return losses;
  }

  private static double[] train(SequenceModel model, Op train) {
    double[] losses = new double[STEPS];
    try (var x = SequenceModel.wave(2, 6, 3, 0);
        var wanted = SequenceModel.wave(2, 6, 2, 1)) {
      for (int i = 0; i < STEPS; i++) {
        model.state.zeros(2);
        try (var result =
            model.state.run(
                model
                    .session()
                    .runner()
                    .feed(model.x, x)
                    .feed(model.target, wanted)
                    .fetch(model.loss)
                    .addTarget(train),
                model.rnn.state())) {
          losses[i] = ((TFloat32) result.get(0)).getFloat();
        }
      }
    }
    return losses;
  }

  /** Loads the model of a folder, trains it, and prints the losses. */
  static final class Child {
    public static void main(String[] args) {
      try (var model = RnnModel.load(Path.of(args[0]))) {
        System.out.println("losses " + Arrays.toString(lossesOf(model)));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"LOOP", "FUSED", "SLICED"})
  void lossesGoOnHereAndInAnotherProcess(Engine engine) {
    var directory = folder.resolve("model");
    double[] expected;
    try (var model = new SequenceModel(engine)) {
      var scope = model.test.scope();
      var train = GradientDescent.of(0.5).minimize(scope, model.loss, scope.trainableVariables());
      double[] before = train(model, train);
      ModelExporter.of(model.session()).signature(model.signature()).trainable().export(directory);
      expected = train(model, train);
      assertTrue(expected[STEPS - 1] < before[0], "it learns");
    }
    try (var model = RnnModel.load(directory)) {
      assertArrayEquals(expected, lossesOf(model), TOLERANCE);
    }
    var child = ChildJvm.run(Child.class, directory.toString());
    assertEquals(0, child.exit(), child.output());
    var printed =
        child.output().lines().filter(line -> line.startsWith("losses ")).findFirst().orElseThrow();
    double[] there =
        Arrays.stream(printed.substring("losses [".length(), printed.length() - 1).split(", "))
            .mapToDouble(Double::parseDouble)
            .toArray();
    assertArrayEquals(expected, there, TOLERANCE);
  }

  @Test
  void anOptimizerThatASignatureAsksForKeepsItsSlots() {
    var directory = folder.resolve("model");
    double[] expected;
    try (var model = new SequenceModel()) {
      var scope = model.test.scope();
      var tf = scope.tf();
      var train = Adam.of(0.01).minimize(scope, model.loss, scope.trainableVariables());
      var trained = tf.withControlDependencies(List.of(train)).identity(model.loss);
      train(model, train);
      ModelExporter.of(model.session())
          .signature(
              ModelSignature.named("train")
                  .input("x", model.x)
                  .input("target", model.target)
                  .state("state", model.cell.stateSize(), model.state.initial(), model.rnn.state())
                  .output("loss", trained))
          .export(directory);
      expected = train(model, train);
    }
    try (var model = RnnModel.load(directory);
        var state = SequenceModel.zeros(2, 4);
        var x = SequenceModel.wave(2, 6, 3, 0);
        var target = SequenceModel.wave(2, 6, 2, 1)) {
      double[] losses = new double[STEPS];
      for (int i = 0; i < STEPS; i++) {
        try (var outputs =
            model
                .signature("train")
                .call(Map.of("x", x, "target", target, "state/c", state, "state/h", state))) {
          losses[i] = outputs.get("loss", TFloat32.class).getFloat();
        }
      }
      assertArrayEquals(expected, losses, TOLERANCE);
      var names =
          VariableScope.of(model.graph()).variables().stream()
              .map(variable -> variable.name())
              .collect(Collectors.toSet());
      assertTrue(names.contains("rnn/lstm_cell/kernel/Adam_1"), names::toString);
      assertTrue(names.contains("beta1_power"), names::toString);
    }
  }

  @Test
  void namesTrainabilityAndCollectionsComeBack() {
    var directory = folder.resolve("model");
    try (var model = new SequenceModel()) {
      var scope = model.test.scope();
      var still =
          scope.variable(
              "still",
              Shape.of(2),
              TFloat32.class,
              options -> options.withTrainable(false).withInitializer(Initializers.constant(2)));
      var y = scope.tf().math.mul(model.y, still);
      ModelExporter.of(model.session())
          .signature(
              ModelSignature.named("f")
                  .input("x", model.x)
                  .state("state", model.cell.stateSize(), model.state.initial(), model.rnn.state())
                  .output("y", y))
          .trainable()
          .export(directory);
    }
    try (var model = RnnModel.load(directory)) {
      var scope = VariableScope.of(model.graph());
      assertEquals(
          List.of("dense/bias", "dense/kernel", "rnn/lstm_cell/bias", "rnn/lstm_cell/kernel"),
          scope.trainableVariables().stream().map(it -> it.name()).sorted().toList());
      assertEquals(
          5, scope.collection(GraphKeys.GLOBAL_VARIABLES).size(), () -> scope.variables() + "");
    }
  }

  /** Session.save would take the saver of the file, which knows no slots. */
  @Test
  void checkpointsOfAReloadedModelHoldTheNewSlots() {
    var directory = folder.resolve("model");
    try (var model = new SequenceModel()) {
      ModelExporter.of(model.session()).signature(model.signature()).trainable().export(directory);
    }
    var prefix = folder.resolve("checkpoint/model");
    double[] saved;
    try (var model = RnnModel.load(directory);
        var x = SequenceModel.wave(2, 6, 3, 0);
        var state = SequenceModel.zeros(2, 4)) {
      var signature = model.signature(SequenceModel.SIGNATURE);
      model
          .session()
          .runner()
          .feed(signature.input("x", TFloat32.class), x)
          .feed(signature.input("state/c", TFloat32.class), state)
          .feed(signature.input("state/h", TFloat32.class), state)
          .addTarget(trainedByAdam(model))
          .run()
          .close();
      Checkpoint.save(model.session(), prefix);
      saved = slot(model);
      assertTrue(Arrays.stream(saved).anyMatch(v -> v != 0), "the slot has moved");
    }
    try (var model = RnnModel.load(directory)) {
      trainedByAdam(model);
      Checkpoint.open(prefix).restore(model.session());
      assertArrayEquals(saved, slot(model));
    }
  }

  private static Op trainedByAdam(RnnModel model) {
    var scope = VariableScope.of(model.graph());
    var y = model.signature(SequenceModel.SIGNATURE).output("y", TFloat32.class);
    var loss = scope.tf().math.mean(y, scope.tf().constant(new int[] {0, 1, 2}));
    return Adam.of(0.1).minimize(scope, loss, scope.trainableVariables());
  }

  private static double[] slot(RnnModel model) {
    try (var result = model.session().runner().fetch("rnn/lstm_cell/kernel/Adam").run()) {
      return TestGraph.elements(result.get(0));
    }
  }

  @Test
  void withoutTheOptionTheLoopHasNoGradient() {
    var directory = folder.resolve("model");
    try (var model = new SequenceModel()) {
      ModelExporter.of(model.session()).signature(model.signature()).export(directory);
    }
    try (var model = RnnModel.load(directory)) {
      var scope = VariableScope.of(model.graph());
      var y = model.signature(SequenceModel.SIGNATURE).output("y", TFloat32.class);
      var kernel = scope.trainableVariables().get(0).value();
      assertThrows(RuntimeException.class, () -> Gradients.of(y, List.of(kernel)));
    }
  }

  /** Others read a trainable model as well. */
  @Test
  void otherLoadersReadATrainableModel() {
    var directory = folder.resolve("model");
    try (var model = new SequenceModel()) {
      ModelExporter.of(model.session()).signature(model.signature()).trainable().export(directory);
    }
    try (var bundle = SavedModelBundle.load(directory.toString())) {
      assertEquals(1, bundle.signatures().size());
    }
  }
}
