package io.github.tfrnn.examples;

import io.github.tfrnn.examples.blog.BlogCommand;
import io.github.tfrnn.examples.charrnn.CharRnnCommand;
import io.github.tfrnn.examples.inspect.InspectCommand;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The launcher of the examples: {@code tfrnn char-rnn train}, {@code tfrnn blog} and the rest.
 *
 * <p>Exit codes: 0 when all went well, 1 when the machine failed (a full disk, a bug), 2 when what
 * the user gave is wrong. Codes 1 and 2 come with one line on the error stream; only a bug shows a
 * stack trace.
 */
@Command(
    name = "tfrnn",
    description = "Recurrent networks in Java, trained on real data.",
    mixinStandardHelpOptions = true,
    version = "tfrnn 0.1.0-SNAPSHOT, TensorFlow-Java 1.1.0 (TensorFlow 2.18)",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {CharRnnCommand.class, BlogCommand.class, InspectCommand.class})
public final class Tfrnn {

  /** Runs the command that {@code args} name and ends the process with its exit code. */
  public static void main(String... args) {
    System.setProperty("java.awt.headless", "true"); // curves are drawn to files
    var charset = Charset.defaultCharset(); // that of the terminal
    var out = new PrintWriter(System.out, true, charset);
    System.exit(run(out, new PrintWriter(System.err, true, charset), args));
  }

  /**
   * Runs the command that {@code args} name.
   *
   * @return its exit code
   */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    return new CommandLine(new Tfrnn())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(out)
        .setErr(err)
        .setParameterExceptionHandler(OneLine::unusable)
        .setExecutionExceptionHandler(OneLine::failed)
        .execute(args);
  }
}
