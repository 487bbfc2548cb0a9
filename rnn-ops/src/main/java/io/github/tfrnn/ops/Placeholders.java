package io.github.tfrnn.ops;

import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;

/** Placeholders of any type, tensor lists included, which have no class in Java. */
final class Placeholders {
  private Placeholders() {}

  static Output<?> add(Graph graph, String name, ValueSpec spec) {
    var builder = graph.opBuilder("Placeholder", name, Ops.create(graph).scope());
    builder.setAttr("dtype", spec.type());
    builder.setAttr("shape", spec.shape());
    return builder.build().output(0);
  }
}
