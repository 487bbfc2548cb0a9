package io.github.tfrnn.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * A process that builds and times layers when it is told to, one line a command. Those of Python
 * are in the folder {@code python}; {@link LayerServer} is one of Java.
 *
 * <pre>{@code
 * -> open v2 LSTM 32x100x128x128      <- ok
 * -> time v2 TRAINING 0.3             <- 61.2 58.9 5      median, shortest, runs
 * -> close v2                         <- ok
 * }</pre>
 *
 * <p>Its standard errors go where those of this process go.
 */
final class LayerProcess implements AutoCloseable {
  private final List<String> command;
  private final Process process;
  private final PrintWriter to;
  private final BufferedReader from;

  /** Starts {@code command}. */
  LayerProcess(List<String> command) {
    this.command = command;
    try {
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var utf8 = StandardCharsets.UTF_8;
    to = new PrintWriter(new OutputStreamWriter(process.getOutputStream(), utf8), true);
    from = new BufferedReader(new InputStreamReader(process.getInputStream(), utf8));
  }

  /**
   * Builds a layer there.
   *
   * @param version what the process calls one of its ways to do it
   * @param name what tables call the layer
   */
  Competitor open(String version, String name, CellKind cell, LayerShape shape) {
    requireOk(ask("open " + version + " " + cell + " " + shape));
    return new Competitor() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Timing time(Task task, double seconds) {
        return timing(ask(String.format(Locale.ROOT, "time %s %s %s", version, task, seconds)));
      }

      @Override
      public void close() {
        requireOk(ask("close " + version));
      }
    };
  }

  private String ask(String line) {
    to.println(line);
    try {
      var answer = from.readLine();
      if (answer == null) {
        throw new IllegalStateException(
            "layer process: must answer \"" + line + "\", got the end of " + command);
      }
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void requireOk(String answer) {
    if (!answer.equals("ok")) {
      throw new IllegalStateException("layer process: must answer ok, got " + answer);
    }
  }

  private static Timing timing(String answer) {
    var numbers = answer.split(" ", -1);
    if (numbers.length != 3) {
      throw new IllegalStateException(
          "layer process: must answer with three numbers, got " + answer);
    }
    return new Timing(
        Double.parseDouble(numbers[0]),
        Double.parseDouble(numbers[1]),
        Integer.parseInt(numbers[2]));
  }

  /** Ends the process: it stops when its input does. */
  @Override
  public void close() {
    to.close();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
    }
  }
}
