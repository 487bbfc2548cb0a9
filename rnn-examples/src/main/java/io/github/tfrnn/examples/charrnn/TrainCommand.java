package io.github.tfrnn.examples.charrnn;

import io.github.tfrnn.examples.UserError;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tfrnn char-rnn train}: makes a model, or goes on with one. */
@Command(
    name = "train",
    description = {
      "Trains a model on text, by default on Java sources that come with the build, and leaves it"
          + " in a folder: checkpoint, loss curves, sample, SavedModel.",
      "Ctrl-C saves a checkpoint before the process ends."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class TrainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--text",
      paramLabel = "FILE",
      description = "A file in UTF-8 to train on; its last tenth is held out.")
  private Optional<Path> text = Optional.empty();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "char-rnn",
      description = "Folder for what training leaves (default: ${DEFAULT-VALUE}).")
  private Path out = Path.of("char-rnn");

  @Option(names = "--resume", description = "Go on from the newest checkpoint in the folder.")
  private boolean resume;

  @Option(
      names = "--epochs",
      defaultValue = "8",
      description = "Passes over the text, in all (default: ${DEFAULT-VALUE}).")
  private int epochs;

  @Option(names = "--steps", description = "Windows to train on, in all; ends before --epochs.")
  private Optional<Integer> steps = Optional.empty();

  @Option(names = "--minutes", description = "Minutes to train now; ends before --epochs.")
  private Optional<Double> minutes = Optional.empty();

  @Mixin private NetworkOptions network = new NetworkOptions();
  @Mixin private ScheduleOptions schedule = new ScheduleOptions();

  @Override
  public Integer call() throws IOException {
    var limits = Limits.of(epochs, steps, minutes);
    var path = text.map(file -> file.toAbsolutePath().toString()).orElse("");
    var asked = new Run(network.network(), schedule.schedule(), path, "");
    var newest = RunFolder.at(out).newest().map(Checkpoint::new);
    if (resume && newest.isEmpty()) {
      throw new UserError("--resume must find a checkpoint in --out, found none in " + out);
    }
    if (!resume && newest.isPresent()) {
      throw new UserError(
          "--out must be a folder without a model, got "
              + newest.get().folder()
              + ". Go on with it by --resume, or choose another folder");
    }
    var run = newest.map(checkpoint -> checkpoint.run().resumed(given(asked))).orElse(asked);
    var command = spec.commandLine();
    new TrainingJob(run, newest, out, command.getOut(), command.getErr()).run(limits);
    return 0;
  }

  /** The settings that stand on the command line, and not those that are defaults. */
  private Map<String, String> given(Run asked) {
    var given = new LinkedHashMap<String, String>();
    var parsed = spec.commandLine().getParseResult();
    asked
        .values()
        .forEach(
            (name, value) -> {
              if (parsed.hasMatchedOption("--" + name)) {
                given.put(name, value);
              }
            });
    return given;
  }
}
