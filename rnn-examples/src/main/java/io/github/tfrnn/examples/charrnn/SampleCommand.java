package io.github.tfrnn.examples.charrnn;

import io.github.tfrnn.examples.UserError;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tfrnn char-rnn sample}: lets a model write. */
@Command(
    name = "sample",
    description = "Prints text that a model writes.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class SampleCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--model",
      paramLabel = "DIR",
      defaultValue = "char-rnn",
      description = "Folder that training left (default: ${DEFAULT-VALUE}).")
  private Path model = Path.of("char-rnn");

  @Option(
      names = "--length",
      defaultValue = "1000",
      description = "Characters to write (default: ${DEFAULT-VALUE}).")
  private int length;

  @Option(
      names = "--temperature",
      defaultValue = "0.5",
      description = "Below 1 takes fewer risks, above 1 more (default: ${DEFAULT-VALUE}).")
  private double temperature;

  @Option(
      names = "--prime",
      paramLabel = "TEXT",
      defaultValue = "\n",
      description = "What the model goes on from; printed first (default: a new line).")
  private String prime = "\n";

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Equal seeds give equal texts (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Override
  public Integer call() {
    Range.whole("length", length, 1, 10_000_000);
    Range.positive("temperature", temperature, 100);
    if (prime.isEmpty()) {
      throw new UserError("--prime must be at least one character, got none");
    }
    var checkpoint = new Checkpoint(RunFolder.at(model).requireNewest());
    try (var loaded = CharModel.load(checkpoint)) {
      var text = Sampler.sample(loaded, prime, length, temperature, seed);
      spec.commandLine().getOut().println((prime + text).strip());
    }
    return 0;
  }
}
