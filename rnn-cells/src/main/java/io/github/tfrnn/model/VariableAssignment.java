package io.github.tfrnn.model;

import io.github.tfrnn.ops.Shapes;
import io.github.tfrnn.ops.Variable;
import io.github.tfrnn.ops.VariableScope;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/**
 * Puts arrays into the variables of a session, all or none: names, types and shapes are checked
 * before the first value changes, and one run assigns them.
 *
 * <p>A variable is set through the op that gives it its first value, which is fed another one; only
 * a variable that nothing in the graph sets, such as that of a loaded model, gets an op for it.
 */
public final class VariableAssignment {
  private VariableAssignment() {}

  /**
   * Assigns values; other variables keep theirs, or get their first ones if the session has not run
   * yet.
   *
   * @param session whose graph holds the variables
   * @param values by full name of the variable, such as {@code rnn/lstm_cell/kernel}
   * @throws IllegalArgumentException if there is no variable of a name, if it is not float32 or
   *     float64, or if it has another shape
   */
  public static void assign(Session session, Map<String, WeightArray> values) {
    var known = new HashMap<String, Variable>();
    VariableScope.of(session.graph()).variables().forEach(it -> known.put(it.name(), it));
    var arrays = new LinkedHashMap<Variable, WeightArray>();
    values.forEach((name, array) -> arrays.put(fitting(name, known.get(name), array), array));
    var tensors = new LinkedHashMap<Variable, Tensor>();
    try {
      arrays.forEach((variable, array) -> tensors.put(variable, tensor(variable, array)));
      Assignments.run(session, tensors);
    } finally {
      tensors.values().forEach(Tensor::close);
    }
  }

  private static Variable fitting(String name, @Nullable Variable variable, WeightArray array) {
    if (variable == null) {
      throw new IllegalArgumentException(
          "assign: names must be those of variables of the graph, got " + name);
    }
    if (variable.type() != TFloat32.class && variable.type() != TFloat64.class) {
      throw new IllegalArgumentException(
          name + ": variable must be TFloat32 or TFloat64, got " + variable.type().getSimpleName());
    }
    if (!variable.shape().equals(array.shape())) {
      throw new IllegalArgumentException(
          name
              + ": value must have the shape of the variable, "
              + Shapes.text(variable.shape())
              + ", got "
              + Shapes.text(array.shape()));
    }
    return variable;
  }

  private static Tensor tensor(Variable variable, WeightArray array) {
    float[] values = array.elements();
    if (variable.type() == TFloat32.class) {
      return TFloat32.tensorOf(array.shape(), DataBuffers.of(values, true, false));
    }
    double[] wide = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = values[i];
    }
    return TFloat64.tensorOf(array.shape(), DataBuffers.of(wide, true, false));
  }
}
