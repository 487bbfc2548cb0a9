package io.github.tfrnn.examples.charrnn;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C as a wish to stop: whoever trains looks at {@link #requested()} after each step, and the
 * process waits for {@link #close()}, by when the model is saved.
 */
final class Interrupt implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 60;

  private final CountDownLatch saved = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "interrupt");
  private volatile boolean requested;

  private Interrupt() {}

  /** Begins to listen: from now on the end of the process waits for {@link #close()}. */
  static Interrupt listen() {
    var interrupt = new Interrupt();
    Runtime.getRuntime().addShutdownHook(interrupt.hook);
    return interrupt;
  }

  /** What happens at Ctrl-C: asks to stop and waits until everything is saved. */
  void stop() {
    requested = true;
    try {
      if (!saved.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("training did not end; the checkpoint before is what counts");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether to stop. */
  boolean requested() {
    return requested;
  }

  /** Lets the process end. */
  @Override
  public void close() {
    saved.countDown();
    if (!requested) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        return; // the process is ending already, and the hook waits no longer
      }
    }
  }
}
