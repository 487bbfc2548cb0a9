package io.github.tfrnn.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Tensor;
import org.tensorflow.types.TFloat32;

/** Many threads share one model, each with a stream of its own. */
class SharedModelTest {
  private static final int THREADS = 16;
  private static final int WINDOWS = 6;
  private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("serve.seconds", 5));

  @TempDir private static Path folder;
  private static Path directory;

  @BeforeAll
  static void export() {
    directory = folder.resolve("model");
    try (var trained = new SequenceModel()) {
      ModelExporter.of(trained.session()).signature(trained.signature()).export(directory);
    }
  }

  /** The windows of a thread differ from those of all others, in values and in length. */
  private static TFloat32 window(int thread, int number) {
    return SequenceModel.wave(1 + thread % 3, 2 + (thread + number) % 5, 3, thread + 0.1 * number);
  }

  private static ModelStream open(RnnModel model, int thread) {
    return model.stream(SequenceModel.SIGNATURE, 1 + thread % 3);
  }

  private static List<double[]> answers(ModelStream stream, int thread) {
    var answers = new ArrayList<double[]>();
    for (int number = 0; number < WINDOWS; number++) {
      try (var x = window(thread, number);
          var outputs = stream.run(Map.of("x", x))) {
        answers.add(TestGraph.elements(outputs.get("y")));
      }
    }
    return answers;
  }

  private static void assertSame(List<double[]> expected, List<double[]> actual) {
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), actual.get(i), 1e-6, "window " + i);
    }
  }

  /** {@code -Dserve.seconds=60} serves longer. */
  @Test
  void everyStreamAnswersAsItDoesAlone() throws Exception {
    try (var model = RnnModel.load(directory)) {
      var alone = new ArrayList<List<double[]>>();
      for (int thread = 0; thread < THREADS; thread++) {
        try (var stream = open(model, thread)) {
          alone.add(answers(stream, thread));
        }
      }
      var runs = new AtomicLong();
      long end = System.nanoTime() + TIME.toNanos();
      var tasks = new ArrayList<Callable<Boolean>>();
      for (int i = 0; i < THREADS; i++) {
        int thread = i;
        tasks.add(
            () -> {
              try (var stream = open(model, thread)) {
                do {
                  stream.reset();
                  assertSame(alone.get(thread), answers(stream, thread));
                  runs.addAndGet(WINDOWS);
                } while (System.nanoTime() < end);
              }
              return true;
            });
      }
      var pool = Executors.newFixedThreadPool(THREADS);
      try {
        for (Future<Boolean> task : pool.invokeAll(tasks)) {
          assertTrue(task.get());
        }
      } finally {
        pool.shutdownNow();
      }
      assertTrue(runs.get() >= THREADS * WINDOWS);
      System.out.printf("%d threads, %d s: %d runs%n", THREADS, TIME.toSeconds(), runs.get());
    }
  }

  @Test
  void closingWaitsForRunsAndRefusesLaterOnes() throws Exception {
    var model = RnnModel.load(directory);
    var started = new CountDownLatch(THREADS);
    var pool = Executors.newFixedThreadPool(THREADS);
    try {
      var ends = new ArrayList<Future<String>>();
      for (int i = 0; i < THREADS; i++) {
        int thread = i;
        ends.add(
            pool.submit(
                () -> {
                  var stream = open(model, thread);
                  try {
                    while (true) {
                      answers(stream, thread);
                      started.countDown();
                    }
                  } catch (IllegalStateException e) {
                    return e.getMessage();
                  }
                }));
      }
      assertTrue(started.await(60, TimeUnit.SECONDS));
      model.close();
      for (Future<String> end : ends) {
        String message = end.get(60, TimeUnit.SECONDS);
        assertTrue(message.endsWith("must be open, got a closed one"), message);
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void aStreamInUseIsRefusedToAnotherThread() throws InterruptedException, ExecutionException {
    try (var model = RnnModel.load(directory);
        var stream = open(model, 0)) {
      var refusals = new AtomicReference<String>();
      var pool = Executors.newFixedThreadPool(2);
      try {
        var other =
            pool.submit(
                () -> {
                  while (refusals.get() == null) {
                    run(stream, refusals);
                  }
                });
        while (refusals.get() == null) {
          run(stream, refusals);
        }
        other.get();
      } finally {
        pool.shutdownNow();
      }
      assertEquals(
          "serving_default: stream must be used by one thread at a time, got two. Open one for"
              + " each.",
          refusals.get());
      assertEquals(
          "serving_default: inputs must be [state/c float[?, 4], state/h float[?, 4], x float[?,"
              + " ?, 3]], got [state/c, state/h]",
          Refusals.argument(() -> stream.run(Map.of())));
    }
  }

  private static void run(ModelStream stream, AtomicReference<String> refusal) {
    try {
      answers(stream, 0);
    } catch (IllegalStateException e) {
      refusal.set(e.getMessage());
    }
  }

  /** What a stream held is freed by its next run, its end, or the end of the model. */
  @Test
  void streamsLeaveNothingBehind() {
    try (var other = RnnModel.load(directory);
        var x = window(0, 0)) {
      var probe = other.signature(SequenceModel.SIGNATURE);
      var model = RnnModel.load(directory);
      var stream = open(model, 0);
      var zeros = stream.state();
      probe.call(with(zeros, x)).close();
      stream.run(Map.of("x", x)).close();
      assertThrows(IllegalStateException.class, () -> probe.call(with(zeros, x)));
      var held = stream.state();
      probe.call(with(held, x)).close();
      stream.close();
      assertThrows(IllegalStateException.class, () -> probe.call(with(held, x)));
      var last = open(model, 0).state();
      probe.call(with(last, x)).close();
      model.close();
      assertThrows(IllegalStateException.class, () -> probe.call(with(last, x)));
    }
  }

  private static Map<String, Tensor> with(Map<String, Tensor> state, Tensor x) {
    var inputs = new HashMap<>(state);
    inputs.put("x", x);
    return inputs;
  }
}
