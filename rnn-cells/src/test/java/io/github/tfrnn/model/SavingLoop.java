package io.github.tfrnn.model;

import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.VariableScope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.types.TFloat32;

/**
 * Saves for ever: variables of some megabytes, which all hold the number of the save. Goes on from
 * what is there, and saves each step twice.
 */
final class SavingLoop {
  static final int VARIABLES = 4;
  static final Shape SHAPE = Shape.of(1 << 18);

  private SavingLoop() {}

  public static void main(String[] folder) {
    var checkpoints = Checkpoints.in(Path.of(folder[0])).keep(2);
    try (var graph = new Graph()) {
      var count = variables(VariableScope.of(graph));
      try (var session = new Session(graph)) {
        checkpoints.latest().ifPresent(it -> it.restore(session, options -> options.strict()));
        while (true) {
          for (Op add : count) {
            session.run(add);
          }
          var saved = checkpoints.save(session, step(session) / 2);
          System.out.println(saved.path().getFileName());
        }
      }
    }
  }

  /** Makes the variables and ops that add one to each. */
  static List<Op> variables(VariableScope root) {
    var tf = root.tf();
    var count = new ArrayList<Op>();
    for (int i = 0; i < VARIABLES; i++) {
      root.variable("v" + i, SHAPE, TFloat32.class, Initializers.zeros());
      Operand<TFloat32> reference = root.graph().operationOrThrow("v" + i).output(0);
      count.add(tf.assignAdd(reference, tf.fill(tf.constant(SHAPE.asArray()), tf.constant(1f))));
    }
    return count;
  }

  private static long step(Session session) {
    try (var values = session.runner().fetch("v0").run()) {
      return (long) ((TFloat32) values.get(0)).getFloat(0);
    }
  }
}
