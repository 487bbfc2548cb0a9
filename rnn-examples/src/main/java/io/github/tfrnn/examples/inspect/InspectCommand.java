package io.github.tfrnn.examples.inspect;

import io.github.tfrnn.examples.UserError;
import io.github.tfrnn.model.CheckpointException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tfrnn inspect}: what a checkpoint, a SavedModel, a frozen graph or a Keras file holds. */
@Command(
    name = "inspect",
    description = {
      "What a checkpoint, a SavedModel, a frozen graph or a Keras file holds: signatures,",
      "variables with shapes and sizes, ops that this machine cannot run. Loads nothing."
    },
    mixinStandardHelpOptions = true)
public final class InspectCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "PATH",
      description = {
        "directory of a SavedModel or of checkpoints, prefix or file of a checkpoint,",
        "graph (.pb), Keras file (.keras, .h5)"
      })
  private Path path = Path.of("");

  @Override
  public void run() {
    try {
      report();
    } catch (CheckpointException | IllegalArgumentException e) {
      throw new UserError(String.valueOf(e.getMessage()), e);
    }
  }

  private void report() {
    var report = new Report(spec.commandLine().getOut());
    String name = String.valueOf(path.getFileName());
    if (Files.isDirectory(path)) {
      directory(report);
    } else if (name.endsWith(".keras") || name.endsWith(".h5")) {
      report.keras(path);
    } else if (name.endsWith(".pb")) {
      report.graphs(path);
    } else {
      report.checkpoint(path.resolveSibling(name.replaceFirst("\\.index$", "")));
    }
  }

  private void directory(Report report) {
    if (Files.exists(path.resolve("saved_model.pb"))) {
      report.graphs(path);
      if (Files.exists(path.resolve("variables").resolve("variables.index"))) {
        report.checkpoint(path.resolve("variables").resolve("variables"));
      }
    } else if (Files.exists(path.resolve("checkpoint"))) {
      report.checkpoints(path);
    } else {
      throw new UserError(
          path
              + ": directory must hold a SavedModel or checkpoints, got neither. Name one of its"
              + " files, such as the prefix of a checkpoint");
    }
  }
}
