package io.github.tfrnn.onednn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.cells.BasicLstmCell;
import io.github.tfrnn.model.ModelExporter;
import io.github.tfrnn.model.ModelSignature;
import io.github.tfrnn.rnn.Engine;
import io.github.tfrnn.rnn.Rnn;
import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/** A model trained with oneDNN goes elsewhere through a checkpoint and a graph of the loop. */
@EnabledOnOs(OS.LINUX) // where the engine runs
class ExportTest {
  @TempDir Path directory;

  private record Model(Operand<TFloat32> x, Operand<TFloat32> y) {
    static Model of(TestGraph test, Engine engine) {
      var x = test.random32(Shape.of(-1, -1, 4), Shape.of(2, 3, 4));
      var cell = BasicLstmCell.builder(TFloat32.class, 5).build();
      return new Model(x, Rnn.dynamicRnn(test.scope(), cell, x, o -> o.engine(engine)).outputs());
    }

    void export(TestGraph test, Path to) {
      ModelExporter.of(test.session())
          .signature(ModelSignature.named("serving_default").input("x", x).output("y", y))
          .export(to);
    }
  }

  @Test
  void aGraphWithItsOpsIsNotExported() {
    try (var test = new TestGraph()) {
      var model = Model.of(test, Engine.ONEDNN);
      var target = directory.resolve("model");
      test.value(model.y());
      assertEquals(
          "export: outputs must be computed by ops of TensorFlow, got TfrnnOneDnnLstm"
              + " 'rnn/TfrnnOneDnnLstm' of engine ONEDNN, which other programs do not have. Build"
              + " the graph for the export with options.engine(Engine.LOOP) and restore the same"
              + " checkpoint: the variables have the same names.",
          Refusals.argument(() -> model.export(test, target)));
      assertFalse(Files.exists(target));
    }
  }

  @Test
  void theCheckpointOfOneEngineGoesOnWithTheOther() {
    var checkpoint = directory.resolve("weights").toString();
    double[] expected;
    try (var test = new TestGraph()) {
      var model = Model.of(test, Engine.ONEDNN);
      expected = test.value(model.y());
      test.session().save(checkpoint);
    }
    try (var test = new TestGraph()) {
      var model = Model.of(test, Engine.LOOP);
      test.session().restore(checkpoint);
      assertArrayEquals(expected, test.value(model.y()), 1e-6);
      model.export(test, directory.resolve("model"));
      assertTrue(Files.exists(directory.resolve("model/saved_model.pb")));
    }
  }
}
