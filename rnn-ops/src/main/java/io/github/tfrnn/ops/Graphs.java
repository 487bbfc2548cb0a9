package io.github.tfrnn.ops;

import org.tensorflow.ExecutionEnvironment;
import org.tensorflow.Graph;
import org.tensorflow.op.Ops;

/** Finds the graph behind an {@code Ops}. */
final class Graphs {
  private Graphs() {}

  /** The graph that ops of {@code tf} are added to: inside a loop body the body's own. */
  static Graph local(Ops tf, String who) {
    return local(tf.scope().env(), who);
  }

  static Graph local(ExecutionEnvironment env, String who) {
    if (env instanceof BodyEnvironment body) {
      return body.scratch();
    }
    if (env instanceof Graph graph) {
      return graph;
    }
    throw new IllegalArgumentException(
        who
            + ": tf must build a graph, got an eager environment. "
            + "Make it with Ops.create(new Graph()).");
  }

  /** The graph that holds the variables: inside a loop body the outermost one. */
  static Graph outermost(Ops tf, String who) {
    var env = tf.scope().env();
    while (env instanceof BodyEnvironment body) {
      env = body.outer().scope().env();
    }
    return local(env, who);
  }
}
