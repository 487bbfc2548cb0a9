package io.github.tfrnn.onednn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.github.tfrnn.rnn.Engine;
import io.github.tfrnn.rnn.Rnn;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/** One session, many callers, each with sequences of its own length. */
@EnabledOnOs(OS.LINUX) // where the engine runs
class ManyThreadsTest {
  private static final int THREADS = 8;
  private static final int RUNS = 40;

  @Test
  void everyCallerGetsTheAnswerToItsOwnSequences() throws Exception {
    try (var graph = new Graph()) {
      var scope = io.github.tfrnn.ops.VariableScope.of(graph);
      var x =
          scope.tf().placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, -1, Layers.DEPTH)));
      var y =
          Rnn.dynamicRnn(
                  scope,
                  io.github.tfrnn.cells.BasicLstmCell.builder(TFloat32.class, 8).build(),
                  x,
                  o -> o.engine(Engine.ONEDNN))
              .outputs();
      try (var session = new Session(graph)) {
        Answer answer = (caller) -> answer(session, x, y, caller);
        var alone = new ArrayList<float[]>();
        for (int caller = 0; caller < THREADS; caller++) {
          alone.add(answer.to(caller));
        }
        var pool = Executors.newFixedThreadPool(THREADS);
        var results = new ArrayList<Future<?>>();
        for (int caller = 0; caller < THREADS; caller++) {
          int number = caller;
          Callable<Void> calls =
              () -> {
                for (int run = 0; run < RUNS; run++) {
                  assertArrayEquals(alone.get(number), answer.to(number), "caller " + number);
                }
                return null;
              };
          results.add(pool.submit(calls));
        }
        for (var result : results) {
          result.get();
        }
        pool.shutdown();
      }
    }
  }

  private interface Answer {
    float[] to(int caller);
  }

  private static float[] answer(
      Session session,
      org.tensorflow.Operand<TFloat32> x,
      org.tensorflow.Operand<TFloat32> y,
      int caller) {
    var shape = Shape.of(2, 3 + caller, Layers.DEPTH);
    var values = new float[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i + caller * 100);
    }
    try (var fed = TFloat32.tensorOf(shape, DataBuffers.of(values));
        var result = session.runner().feed(x, fed).fetch(y).run()) {
      var tensor = (TFloat32) result.get(0);
      var all = new float[(int) tensor.size()];
      int[] next = {0};
      tensor.scalars().forEach(value -> all[next[0]++] = value.getFloat());
      return all;
    }
  }
}
