package io.github.tfrnn.examples;

import java.io.PrintWriter;
import java.io.StringWriter;

/** The launcher, run in this process. */
public final class Launch {
  private Launch() {}

  /**
   * How a command ended.
   *
   * @param exit its exit code
   * @param out what it printed
   * @param err what it printed on the error stream
   */
  public record Result(int exit, String out, String err) {}

  /** Runs {@code tfrnn} with {@code args}. */
  public static Result tfrnn(String... args) {
    var out = new StringWriter();
    var err = new StringWriter();
    int exit = Tfrnn.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    return new Result(exit, out.toString(), err.toString());
  }
}
