package io.github.tfrnn.onednn;

import io.github.tfrnn.cells.BasicLstmCell;
import io.github.tfrnn.ops.Gradients;
import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.rnn.Engine;
import io.github.tfrnn.rnn.Rnn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/** Trains on sequences of hundreds of lengths and looks at the memory of the process. */
final class ManyShapes {
  private static final int LENGTHS = 150;

  /** Without a limit, plans of so many lengths take some 90 MB. */
  private static final long ALLOWED = 40L << 20;

  private ManyShapes() {}

  public static void main(String[] arguments) throws IOException {
    try (var graph = new Graph()) {
      var scope = VariableScope.of(graph);
      var x = scope.tf().placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, 4, 16)));
      var cell = BasicLstmCell.builder(TFloat32.class, 32).build();
      var y = Rnn.dynamicRnn(scope, cell, x, o -> o.engine(Engine.ONEDNN).timeMajor()).outputs();
      var gradient = Gradients.of(y, java.util.List.of(scope.variables().get(0).value())).get(0);
      try (var session = new Session(graph)) {
        for (int time = 1; time <= 30; time++) {
          step(session, x, gradient, time);
        }
        long before = resident();
        for (int time = 31; time <= 30 + LENGTHS; time++) {
          step(session, x, gradient, time);
        }
        long more = resident() - before;
        System.out.println((more < ALLOWED ? "flat " : "grown ") + (more >> 20) + " MiB");
      }
    }
  }

  private static void step(Session session, Operand<TFloat32> x, Operand<?> gradient, int time) {
    try (var fed = TFloat32.tensorOf(Shape.of(time, 4, 16))) {
      session.runner().feed(x, fed).fetch(gradient).run().close();
    }
  }

  private static long resident() throws IOException {
    System.gc();
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .findFirst()
        .orElseThrow();
  }
}
