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
import java.util.Locale;
import org.tensorflow.ndarray.Shape;

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
    out.printf(
        "  %s  %-40s %-10s %s%n",
        way,
        tensor.name(),
        tensor.type().name().replace("DT_", "").toLowerCase(Locale.ROOT),
        Shapes.text(tensor.shape()));
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
    long bytes = 0;
    out.printf("variables of %s%n", prefix.getFileName());
    for (SavedVariable variable : variables) {
      long size = variable.shape().size() * Math.max(0, bytesOf(variable));
      bytes += size;
      line(variable.name(), text(variable), variable.shape(), size);
    }
    out.printf("%,d variables, %,d bytes%n", variables.size(), bytes);
  }

  private static String text(SavedVariable variable) {
    return variable.dtype().name().replace("DT_", "").toLowerCase(Locale.ROOT);
  }

  private static int bytesOf(SavedVariable variable) {
    return switch (variable.dtype()) {
      case DT_DOUBLE, DT_INT64, DT_UINT64, DT_COMPLEX64 -> 8;
      case DT_FLOAT, DT_INT32, DT_UINT32 -> 4;
      case DT_HALF, DT_BFLOAT16, DT_INT16, DT_UINT16 -> 2;
      case DT_INT8, DT_UINT8, DT_BOOL -> 1;
      default -> 0; // texts have sizes of their own
    };
  }

  /** Lists the layers of a Keras file with their arrays. */
  void keras(Path file) {
    for (KerasLayer layer : KerasWeights.open(file).layers()) {
      out.printf("layer %s%s%n", layer.name(), layer.className().map(it -> ", " + it).orElse(""));
      layer.arrays().forEach(it -> line(it.name(), it.dtype(), it.shape(), -1));
    }
  }

  private void line(String name, String type, Shape shape, long bytes) {
    String size = bytes < 0 ? "" : String.format("%,12d bytes", bytes);
    out.printf("  %-56s %-10s %-18s %s%n", name, type, Shapes.text(shape), size);
  }
}
