package io.github.tfrnn.onednn;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;

/** The team of threads that serves the compute thread; for that thread only. */
final class OpenMp {
  /** setenv: a value that is there stays. */
  private static final int KEEP = 0;

  private final Function setThreads =
      NativeLibrary.getInstance(LoadedLibrary.path("libgomp.so"))
          .getFunction("omp_set_num_threads");

  /** What the JVM was given, which in a container may be less than the machine has. */
  private final int cores = Runtime.getRuntime().availableProcessors();

  private int now;

  /**
   * Lets threads that wait for each other sleep instead of turning in circles, unless the user's
   * environment says otherwise; to be called before the library is loaded, which reads it then. A
   * step has several barriers of some microseconds each, and on a machine that does anything else a
   * thread that turns in circles has used up its share of time when its turn comes: a layer then
   * takes up to a hundred times as long.
   */
  static void letWaitersSleep() {
    if (System.getenv("OMP_WAIT_POLICY") == null) {
      NativeLibrary.getInstance("c")
          .getFunction("setenv")
          .invokeInt(new Object[] {"GOMP_SPINCOUNT", "0", KEEP});
    }
  }

  /** Prepares making or running a plan. */
  void use(PlanKey key) {
    int threads = key.isSmall() ? 1 : cores;
    if (threads != now) {
      setThreads.invokeVoid(new Object[] {threads});
      now = threads;
    }
  }
}
