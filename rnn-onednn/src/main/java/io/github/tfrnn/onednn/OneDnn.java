package io.github.tfrnn.onednn;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;

/**
 * The library oneDNN and the one thread that calls it. Its parallel loops run on a team of OpenMP
 * threads that belongs to the thread that calls; a team for each thread of the runtime would make
 * them compete for the cores.
 */
final class OneDnn {
  /** Names the property with the bytes that plans and scratch memory may take between runs. */
  static final String LIMIT_PROPERTY = "io.github.tfrnn.onednn.cacheBytes";

  private static final long LIMIT = Long.getLong(LIMIT_PROPERTY, 256L << 20);

  private static final ExecutorService THREAD =
      Executors.newSingleThreadExecutor(
          task -> {
            var thread = new Thread(task, "tfrnn-onednn");
            thread.setDaemon(true);
            return thread;
          });

  private OneDnn() {}

  /** Made on the compute thread, which has a team of threads. */
  private static final class Bench {
    static final Workbench ONLY = open();
  }

  private static Workbench open() {
    OpenMp.letWaitersSleep();
    var cpu = new engine(engine.kind.cpu, 0);
    dnnl.set_primitive_cache_capacity(0); // a second cache, which counts and does not weigh
    return new Workbench(cpu, new OpenMp(), LIMIT);
  }

  /** Loads the library, if it is not there. */
  static void load() {
    run(Workbench::plans);
  }

  /**
   * Runs work on the compute thread and waits for it.
   *
   * @throws RuntimeException what the work throws
   */
  static <R> R run(Function<Workbench, R> work) {
    Callable<R> task =
        () -> {
          try {
            return work.apply(Bench.ONLY);
          } finally {
            Bench.ONLY.trim();
          }
        };
    return await(THREAD.submit(task));
  }

  /** A thread of the runtime must not come back before its buffers are out of use. */
  private static <R> R await(Future<R> result) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return result.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw unwrapped(e);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static RuntimeException unwrapped(ExecutionException e) {
    if (e.getCause() instanceof RuntimeException thrown) {
      return thrown;
    }
    if (e.getCause() instanceof Error thrown) {
      throw thrown;
    }
    return new IllegalStateException(e.getCause());
  }
}
