package io.github.tfrnn.onednn;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;

/** The team of threads that serves the compute thread; for that thread only. */
final class OpenMp {
  private final Function setThreads =
      NativeLibrary.getInstance(LoadedLibrary.path("libgomp.so"))
          .getFunction("omp_set_num_threads");

  /** What the JVM was given, which in a container may be less than the machine has. */
  private final int cores = Runtime.getRuntime().availableProcessors();

  private int now;

  /** Prepares making or running a plan. */
  void use(PlanKey key) {
    int threads = key.isSmall() ? 1 : cores;
    if (threads != now) {
      setThreads.invokeVoid(new Object[] {threads});
      now = threads;
    }
  }
}
