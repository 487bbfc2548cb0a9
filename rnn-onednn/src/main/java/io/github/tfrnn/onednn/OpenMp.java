package io.github.tfrnn.onednn;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/** The number of threads that work for a thread that calls oneDNN; the library must be loaded. */
@SuppressWarnings("MemberName") // the name is that of C
final class OpenMp {
  /** What the JVM was given, which in a container may be less than the machine has. */
  private static final int CORES = Runtime.getRuntime().availableProcessors();

  static {
    Native.register(OpenMp.class, NativeLibrary.getInstance(LoadedLibrary.path("libgomp.so")));
  }

  private OpenMp() {}

  private static native void omp_set_num_threads(int threads);

  /** Prepares the calling thread for making or running a plan. */
  static void use(PlanKey key) {
    omp_set_num_threads(key.isSmall() ? 1 : CORES);
  }
}
