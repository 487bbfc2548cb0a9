package io.github.tfrnn.model;

import io.github.tfrnn.ops.spi.LayerEngines;
import org.tensorflow.proto.NodeDef;

/** A model goes to places that know the ops of TensorFlow only. */
final class StandardOps {
  private StandardOps() {}

  /**
   * Refuses an op of an engine of this library.
   *
   * @throws IllegalArgumentException if the node is one
   */
  static void require(NodeDef node) {
    for (var engine : LayerEngines.all()) {
      if (engine.gradients().containsKey(node.getOp())) {
        throw new IllegalArgumentException(
            "export: outputs must be computed by ops of TensorFlow, got "
                + node.getOp()
                + " '"
                + node.getName()
                + "' of engine "
                + engine.name()
                + ", which other programs do not have. Build the graph for the export with"
                + " options.engine(Engine.LOOP) and restore the same checkpoint: the variables have"
                + " the same names.");
      }
    }
  }
}
