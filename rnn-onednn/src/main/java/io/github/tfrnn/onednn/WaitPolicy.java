package io.github.tfrnn.onednn;

import com.sun.jna.NativeLibrary;

/** How the threads of OpenMP's team wait for each other. */
final class WaitPolicy {
  /**
   * How often a thread looks before it sleeps: for some tens of microseconds, longer than threads
   * are apart at the barriers of a step.
   */
  private static final String LOOKS = "1000";

  /** setenv: a value that is there stays. */
  private static final int KEEP = 0;

  private WaitPolicy() {}

  /**
   * Lets threads that wait sleep soon instead of turning in circles, unless the user's environment
   * says otherwise; to be called before the library is loaded, which reads it then. A step has
   * several barriers of some microseconds each, and on a machine that does anything else a thread
   * that turns in circles has used up its share of time when its turn comes: a layer then takes up
   * to a hundred times as long.
   */
  static void sleepSoon() {
    if (System.getenv("OMP_WAIT_POLICY") == null) {
      NativeLibrary.getInstance("c")
          .getFunction("setenv")
          .invokeInt(new Object[] {"GOMP_SPINCOUNT", LOOKS, KEEP});
    }
  }
}
