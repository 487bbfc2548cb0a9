package io.github.tfrnn.model;

import io.github.tfrnn.ops.Variable;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Assign;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.DataType;

/**
 * Gives variables values in one run.
 *
 * <p>A variable is assigned by an op that the graph has, mostly the one that initializes it, which
 * is fed the value in place of what it computes; so the graph does not grow, except where a
 * variable has none, and then once.
 */
final class Assignments {
  private Assignments() {}

  /** Runs the initializers that did not run yet, and then assigns all values or fails. */
  static void run(Session session, Map<Variable, Tensor> values) {
    var assigns = new LinkedHashMap<GraphOperation, Tensor>();
    Set<Output<?>> fed = new HashSet<>();
    values.forEach(
        (variable, value) -> {
          var op = session.graph().operationOrThrow(variable.name());
          var assign = find(op, fed).orElseGet(() -> add(session.graph(), op, value.dataType()));
          fed.add(assign.input(1));
          assigns.put(assign, value);
        });
    session.initialize();
    var runner = session.runner();
    assigns.forEach((assign, value) -> runner.feed(assign.input(1), value).addTarget(assign));
    runner.run().close();
  }

  /** An op that does nothing but assign, from a value that no other is fed through. */
  private static Optional<GraphOperation> find(GraphOperation variable, Set<Output<?>> fed) {
    return variable.consumers(0).stream()
        .filter(
            op ->
                op.type().equals(Assign.OP_NAME)
                    && op.input(0).op().equals(variable)
                    && op.numControlInputs() == 0
                    && !op.input(1).dataType().name().endsWith("_REF")
                    && !fed.contains(op.input(1)))
        .min(Comparator.comparing(GraphOperation::name));
  }

  private static GraphOperation add(Graph graph, GraphOperation variable, DataType type) {
    var scope = Ops.create(graph).scope();
    String name = variable.name() + "/restore";
    for (int i = 1; graph.operation(name) != null; i++) {
      name = variable.name() + "/restore_" + i;
    }
    var value = graph.opBuilder(Placeholder.OP_NAME, name + "/value", scope);
    value.setAttr("dtype", type);
    return graph
        .opBuilder(Assign.OP_NAME, name, scope)
        .addInput(variable.output(0))
        .addInput(value.build().output(0))
        .build();
  }
}
