package io.github.tfrnn.examples.blog;

import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code tfrnn blog}: a well-known note on LSTM and GRU in TensorFlow 1, step by step in Java. */
@Command(
    name = "blog",
    description = {
      "A note on LSTM and GRU in tf.nn.rnn_cell, ported: each step with the line of",
      "Python it was, its shapes and its values."
    },
    mixinStandardHelpOptions = true)
public final class BlogCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    print(spec.commandLine().getOut());
  }

  /** Prints the whole note. */
  static void print(PrintWriter out) {
    var page = new Page(out);
    OneStep.lstm(page);
    OneStep.arguments(page);
    Stacks.layers(page);
    Stacks.unrolling(page);
    Driver.lengths(page);
    Driver.timeMajor(page);
    Driver.carried(page);
    OneStep.gru(page);
  }
}
