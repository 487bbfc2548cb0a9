package io.github.tfrnn.rnn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.tfrnn.cells.BasicLstmCell;
import io.github.tfrnn.model.StateFeed;
import io.github.tfrnn.testing.TestGraph;
import io.github.tfrnn.train.Adam;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.types.TFloat32;

/** Ten thousand training steps in one process leak nothing. */
class TrainingSoakTest {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final int WARM_UP = 2_000;
  private static final int STEPS = 10_000;

  /**
   * What garbage collection and the allocator may keep; a leaked state would take four times this.
   */
  private static final long ALLOWED_KILOBYTES = 60_000;

  private static long residentKilobytes() throws IOException {
    System.gc();
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith("VmRSS"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void memoryStaysFlatAndTheGraphDoesNotGrow() throws IOException {
    assumeTrue(Files.exists(STATUS), "resident memory is read from /proc");
    try (var test = new TestGraph()) {
      var tf = test.tf();
      var x = test.random32(Shape.of(-1, -1, 2), Shape.of(64, 3, 2));
      var cell = BasicLstmCell.builder(TFloat32.class, 48).build();
      try (var state = StateFeed.placeholders(tf, cell.stateSize())) {
        var rnn =
            Rnn.dynamicRnn(test.scope(), cell, x, options -> options.initialState(state.initial()));
        var loss = tf.math.mean(tf.math.square(rnn.outputs()), tf.constant(new int[] {0, 1, 2}));
        Op train = Adam.of(0.001).minimize(test.scope(), loss, test.scope().trainableVariables());
        state.zeros(64);
        Runnable step =
            () -> {
              var runner = test.session().runner().feed(x, test.fed(x)).fetch(loss);
              state.run(runner.addTarget(train), rnn.state()).close();
            };
        for (int i = 0; i < WARM_UP; i++) {
          step.run();
        }
        long before = residentKilobytes();
        int nodes = test.graph().toGraphDef().getNodeCount();
        for (int i = WARM_UP; i < STEPS; i++) {
          step.run();
        }
        assertEquals(nodes, test.graph().toGraphDef().getNodeCount(), "nodes of the graph");
        long grown = residentKilobytes() - before;
        assertTrue(grown < ALLOWED_KILOBYTES, () -> "resident memory grew by " + grown + " kB");
      }
    }
  }
}
