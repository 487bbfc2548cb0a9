package io.github.tfrnn.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.tensorflow.exceptions.TensorFlowException;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Prints what went wrong as one line on the error stream. */
final class OneLine {
  private OneLine() {}

  /** For options and parameters that do not parse. */
  static int unusable(ParameterException problem, String... args) {
    var command = problem.getCommandLine();
    var name = command.getCommandSpec().qualifiedName();
    print(command, Objects.toString(problem.getMessage()) + ". See " + name + " --help");
    return ExitCode.USAGE;
  }

  /** For what a command throws. */
  static int failed(Exception problem, CommandLine command, ParseResult parsed) throws Exception {
    if (problem instanceof UserError) {
      print(command, Objects.toString(problem.getMessage()));
      return ExitCode.USAGE;
    }
    if (problem instanceof IOException
        || problem instanceof UncheckedIOException
        || problem instanceof TensorFlowException) {
      print(command, problem.toString());
      return ExitCode.SOFTWARE;
    }
    throw problem;
  }

  private static void print(CommandLine command, String message) {
    var line = message.strip().replaceAll("\\s*\\R\\s*", " ");
    command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + line);
  }
}
