package io.github.tfrnn.onednn;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;

/**
 * The library oneDNN and who calls it.
 *
 * <p>Large plans run on one thread of their own: their parallel loops run on a team of OpenMP
 * threads that belongs to the thread that calls, and a team for each thread of the runtime would
 * make them compete for the cores. Small plans need no team and run where they are wanted, one at a
 * time, which spares two changes of threads.
 */
final class OneDnn {
  /** Names the property with the bytes that everything here may take between runs. */
  static final String LIMIT_PROPERTY = "io.github.tfrnn.onednn.cacheBytes";

  /** Half of it is for what runs hand out, the rest for plans, weights and scratch memory. */
  static final long LIMIT = Long.getLong(LIMIT_PROPERTY, 512L << 20);

  private static final ExecutorService THREAD =
      Executors.newSingleThreadExecutor(
          task -> {
            var thread = new Thread(task, "tfrnn-onednn");
            thread.setDaemon(true);
            return thread;
          });

  private static final ReentrantLock SMALL_PLANS = new ReentrantLock();

  private OneDnn() {}

  /** Made on the compute thread, which has a team of threads. */
  private static final class LargeBench {
    static final Workbench ONLY = open(LIMIT / 8 * 3);
  }

  /** Of whoever holds the lock. */
  private static final class SmallBench {
    static final Workbench ONLY = open(LIMIT / 8);
  }

  private static Workbench open(long limit) {
    WaitPolicy.sleepSoon();
    var cpu = new engine(engine.kind.cpu, 0);
    dnnl.set_primitive_cache_capacity(0); // a second cache, which counts and does not weigh
    return new Workbench(cpu, limit);
  }

  /** Loads the library, if it is not there. */
  static void load() {
    onThread(Workbench::plans);
  }

  /**
   * Runs work with the plan of {@code key} where it is to run, and waits for it.
   *
   * @throws RuntimeException what the work throws
   */
  static <R> R run(PlanKey key, Function<Workbench, R> work) {
    return key.isSmall() ? here(work) : onThread(work);
  }

  private static <R> R here(Function<Workbench, R> work) {
    SMALL_PLANS.lock();
    try {
      return trimmed(SmallBench.ONLY, work);
    } finally {
      SMALL_PLANS.unlock();
    }
  }

  private static <R> R onThread(Function<Workbench, R> work) {
    return await(THREAD.submit(() -> trimmed(LargeBench.ONLY, work)));
  }

  private static <R> R trimmed(Workbench bench, Function<Workbench, R> work) {
    try {
      return work.apply(bench);
    } finally {
      bench.trim();
    }
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
