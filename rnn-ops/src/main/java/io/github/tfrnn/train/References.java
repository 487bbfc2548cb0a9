package io.github.tfrnn.train;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.tensorflow.ExecutionEnvironment;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.types.family.TType;

/** References of variables: what the Apply ops write to. */
final class References {
  /** Ops whose result may be the memory of their input: for some shapes, or always. */
  private static final Set<String> ALIASING =
      Set.of(
          "AddN",
          "Bitcast",
          "BroadcastTo",
          "Cast",
          "CheckNumerics",
          "Concat",
          "ConcatV2",
          "EnsureShape",
          "ExpandDims",
          "Identity",
          "IdentityN",
          "Max",
          "Mean",
          "Min",
          "Pack",
          "Pad",
          "PlaceholderWithDefault",
          "PreventGradient",
          "Prod",
          "Reshape",
          "ReverseV2",
          "Slice",
          "Snapshot",
          "Split",
          "SplitV",
          "Squeeze",
          "StopGradient",
          "StridedSlice",
          "Sum",
          "Tile",
          "Transpose",
          "Unpack");

  private References() {}

  /** The reference of the variable {@code name}. */
  static <T extends TType> Operand<T> of(ExecutionEnvironment graph, String name, Class<T> type) {
    return ((Graph) graph).operationOrThrow(name).output(0).expect(type);
  }

  /**
   * Whether {@code value} may be the memory of a variable: such a value changes when the variable
   * is updated.
   */
  static boolean mayShareMemory(Operand<?> value) {
    var todo = new ArrayDeque<GraphOperation>(List.of((GraphOperation) value.op()));
    var seen = new HashSet<GraphOperation>(todo);
    while (!todo.isEmpty()) {
      var op = todo.remove();
      if (op.type().equals("VariableV2") || op.type().equals("Variable")) {
        return true;
      }
      for (int i = 0; ALIASING.contains(op.type()) && i < op.numInputs(); i++) {
        var input = (GraphOperation) op.input(i).op();
        if (seen.add(input)) {
          todo.add(input);
        }
      }
    }
    return false;
  }
}
