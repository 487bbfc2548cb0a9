package io.github.tfrnn.model;

import io.github.tfrnn.ops.Shapes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/**
 * Puts arrays into the variables of a session, all or none: names, types and shapes are checked
 * before the first value changes.
 *
 * <p>No op is added to the graph. A variable is set through the op that gives it its first value,
 * which is fed another one.
 */
public final class VariableAssignment {
  private VariableAssignment() {}

  /** Where a value goes in: what sets a variable, and what it is set from. */
  private record Entry(GraphOperation assign, Output<?> value, WeightArray array) {}

  /**
   * Assigns values; other variables keep theirs, or get their first ones if the session has not run
   * yet.
   *
   * @param session whose graph was built here; a loaded model has no ops that set its variables
   * @param values by full name of the variable, such as {@code rnn/lstm_cell/kernel}
   * @throws IllegalArgumentException if there is no variable of a name, if it is not float32 or
   *     float64, if it has another shape, or if nothing in the graph sets it
   */
  public static void assign(Session session, Map<String, WeightArray> values) {
    var assigns = assigns(session.graph());
    var left = new ArrayList<Entry>();
    for (var value : values.entrySet()) {
      left.add(entry(session.graph(), assigns, value.getKey(), value.getValue()));
    }
    while (!left.isEmpty()) {
      left.removeAll(run(session, left));
    }
  }

  private static Map<String, GraphOperation> assigns(Graph graph) {
    var assigns = new HashMap<String, GraphOperation>();
    graph
        .operations()
        .forEachRemaining(
            op -> {
              // The first one: optimizers and others may add more, from values of their own.
              if (op.type().equals("Assign")) {
                assigns.putIfAbsent(op.input(0).op().name(), op);
              }
            });
    return assigns;
  }

  private static Entry entry(
      Graph graph, Map<String, GraphOperation> assigns, String name, WeightArray array) {
    var variable =
        Optional.ofNullable(graph.operation(name))
            .filter(op -> op.type().equals("VariableV2") || op.type().equals("Variable"))
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "assign: names must be those of variables of the graph, got " + name));
    Class<?> type = variable.output(0).type();
    if (!type.equals(TFloat32.class) && !type.equals(TFloat64.class)) {
      throw new IllegalArgumentException(
          name + ": variable must be TFloat32 or TFloat64, got " + type.getSimpleName());
    }
    var shape = variable.output(0).shape();
    if (!shape.equals(array.shape())) {
      throw new IllegalArgumentException(
          name
              + ": value must have the shape of the variable, "
              + Shapes.text(shape)
              + ", got "
              + Shapes.text(array.shape()));
    }
    var assign = assigns.get(name);
    if (assign == null) {
      throw new IllegalArgumentException(
          name
              + ": variable must have an op that gives it its first value, got none."
              + " Build the graph here: a loaded model has no such ops.");
    }
    return new Entry(assign, assign.input(1), array);
  }

  /** Runs those that do not share what they are set from, and returns them. */
  private static Set<Entry> run(Session session, List<Entry> entries) {
    var runner = session.runner();
    var fed = new HashSet<Output<?>>();
    var done = new HashSet<Entry>();
    var tensors = new ArrayList<Tensor>();
    try {
      for (var entry : entries) {
        if (fed.add(entry.value())) {
          var tensor = tensor(entry);
          tensors.add(tensor);
          runner.feed(entry.value(), tensor).addTarget(entry.assign());
          done.add(entry);
        }
      }
      runner.run().close();
      return done;
    } finally {
      tensors.forEach(Tensor::close);
    }
  }

  private static Tensor tensor(Entry entry) {
    float[] values = entry.array().elements();
    var shape = entry.array().shape();
    if (TFloat32.class.equals(entry.value().type())) {
      return TFloat32.tensorOf(shape, DataBuffers.of(values, true, false));
    }
    double[] wide = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = values[i];
    }
    return TFloat64.tensorOf(shape, DataBuffers.of(wide, true, false));
  }
}
