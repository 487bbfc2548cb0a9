package io.github.tfrnn.examples.charrnn;

import java.io.Console;
import java.io.PrintWriter;
import java.util.Locale;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * The bar of one epoch, with the loss and the speed. In a terminal it is drawn in place; elsewhere,
 * such as in a log, it is a line from time to time.
 */
final class Progress implements AutoCloseable {
  private static final int LINE_EVERY_MILLIS = 15_000;
  private static final int DRAW_EVERY_MILLIS = 250;

  private final ProgressBar bar;

  private Progress(ProgressBar bar) {
    this.bar = bar;
  }

  /**
   * Begins a bar.
   *
   * @param done how many of {@code windows} are done already
   * @param log where lines go if there is no terminal
   */
  static Progress of(String task, long done, long windows, PrintWriter log) {
    var builder =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setStyle(ProgressBarStyle.ASCII)
            .startsFrom(done, java.time.Duration.ZERO)
            .setInitialMax(windows);
    if (!isTerminal()) {
      builder
          .setUpdateIntervalMillis(LINE_EVERY_MILLIS)
          .setConsumer(new DelegatingProgressBarConsumer(log::println, 100));
    } else {
      builder.setUpdateIntervalMillis(DRAW_EVERY_MILLIS);
    }
    return new Progress(builder.build());
  }

  // Before Java 22 there is a console only at a terminal; from then on it has to be asked.
  @SuppressWarnings("SystemConsoleNull")
  private static boolean isTerminal() {
    var console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }

  /** One more window is done. */
  void step(double loss, double charactersPerSecond) {
    bar.setExtraMessage(message(loss, charactersPerSecond));
    bar.step();
  }

  /** What stands behind the bar. */
  static String message(double loss, double charactersPerSecond) {
    return String.format(Locale.ROOT, " loss %.3f, %,.0f characters/s", loss, charactersPerSecond);
  }

  @Override
  public void close() {
    bar.close();
  }
}
