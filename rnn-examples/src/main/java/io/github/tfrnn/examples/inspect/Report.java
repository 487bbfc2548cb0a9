package io.github.tfrnn.examples.inspect;

import io.github.tfrnn.model.Checkpoint;
import io.github.tfrnn.model.Checkpoints;
import io.github.tfrnn.model.KerasLayer;
import io.github.tfrnn.model.KerasWeights;
import io.github.tfrnn.model.ModelSummary;
import io.github.tfrnn.model.SavedVariable;
import io.github.tfrnn.model.TensorSpec;
import io.github.tfrnn.ops.Shapes;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;

/** What is printed of files, a line for each thing in them. */
final class Report {
  private final PrintWriter out;

  Report(PrintWriter out) {
    this.out = out;
  }

  /** Lists the graphs of a SavedModel, or the frozen one of a file. */
  void graphs(Path path) {
    for (ModelSummary graph : ModelSummary.read(path)) {
      String tags = graph.tags().isEmpty() ? "" : ", tags " + String.join(" ", graph.tags());
      out.printf("graph of %,d ops and %,d functions%s%n", graph.nodes(), graph.functions(), tags);
      graph
          .signatures()
          .forEach(
              (name, signature) -> {
                out.printf("signature %s%n", name);
                signature.inputs().forEach(input -> tensor("in ", input));
                signature.outputs().forEach(output -> tensor("out", output));
              });
      ops("ops that this TensorFlow does not have", graph.unknownOps());
      ops("ops without kernel here", graph.opsWithoutKernel());
    }
  }

  private void tensor(String way, TensorSpec tensor) {
    out.printf("  %s  %-52s %s%n", way, tensor.name(), tensor.kind());
  }

  private void ops(String what, List<String> types) {
    out.printf("%s: %s%n", what, types.isEmpty() ? "none" : String.join(", ", types));
  }

  /** Lists the checkpoints of a folder, and what the newest holds. */
  void checkpoints(Path folder) {
    var checkpoints = Checkpoints.in(folder);
    checkpoints.all().forEach(prefix -> out.printf("checkpoint %s%n", prefix.getFileName()));
    checkpoints.latest().ifPresent(newest -> checkpoint(newest.path()));
  }

  /** Lists the variables of a checkpoint. */
  void checkpoint(Path prefix) {
    var variables = Checkpoint.open(prefix).variables();
    out.printf("variables of %s%n", prefix.getFileName());
    for (SavedVariable variable : variables) {
      String size = variable.bytes() == 0 ? "" : "%,12d bytes".formatted(variable.bytes());
      line(variable.name(), variable.kind(), size);
    }
    long bytes = variables.stream().mapToLong(SavedVariable::bytes).sum();
    out.printf("%,d variables, %,d bytes%n", variables.size(), bytes);
  }

  /** Lists the layers of a Keras file with their arrays. */
  void keras(Path file) {
    for (KerasLayer layer : KerasWeights.open(file).layers()) {
      out.printf("layer %s%s%n", layer.name(), layer.className().map(it -> ", " + it).orElse(""));
      layer.arrays().forEach(it -> line(it.name(), it.dtype() + Shapes.text(it.shape()), ""));
    }
  }

  private void line(String name, String kind, String size) {
    out.println("  %-56s %-24s %s".formatted(name, kind, size).stripTrailing());
  }
}
