package io.github.tfrnn.examples.charrnn;

import io.github.tfrnn.examples.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tfrnn char-rnn export}: writes a model for TensorFlow in any language. */
@Command(
    name = "export",
    description = {
      "Writes a SavedModel.",
      "Its signature serving_default takes characters [batch, time] and the state, and gives logits"
          + " and probabilities [batch, time, symbols] and the next state. assets/vocabulary.txt"
          + " says which number is which character."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ExportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--model",
      paramLabel = "DIR",
      defaultValue = "char-rnn",
      description = "Folder that training left (default: ${DEFAULT-VALUE}).")
  private Path model = Path.of("char-rnn");

  @Parameters(paramLabel = "DIR", description = "Folder for the SavedModel; must not exist yet.")
  private Path target = Path.of("");

  @Override
  public Integer call() throws IOException {
    if (Files.exists(target)) {
      throw new UserError("DIR must not exist yet, got " + target);
    }
    var checkpoint = new Checkpoint(RunFolder.at(model).requireNewest());
    var absolute = target.toAbsolutePath();
    var parent = absolute.getParent();
    var folder = RunFolder.writable(parent == null ? absolute : parent);
    try (var loaded = CharModel.load(checkpoint)) {
      folder.publish(absolute.getFileName().toString(), loaded::export);
    }
    spec.commandLine().getOut().println("written to " + target);
    return 0;
  }
}
