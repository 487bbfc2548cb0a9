package io.github.tfrnn.onednn;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The kernels that live in the runtime, which knows them by numbers. */
final class JavaKernels {
  private static final Map<Long, JavaKernel> LIVE = new ConcurrentHashMap<>();
  private static final AtomicLong NEXT = new AtomicLong(1); // 0 is what a failed one returns

  private JavaKernels() {}

  static long add(JavaKernel kernel) {
    long number = NEXT.getAndIncrement();
    kernel.numbered(number);
    LIVE.put(number, kernel);
    return number;
  }

  static JavaKernel get(long number) {
    var kernel = find(number);
    if (kernel == null) {
      throw new IllegalStateException("kernel " + number + " must be alive");
    }
    return kernel;
  }

  static @Nullable JavaKernel find(long number) {
    return LIVE.get(number);
  }

  static void remove(long number) {
    LIVE.remove(number);
  }
}
