package io.github.tfrnn.ops;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TType;

/**
 * Whom a {@link VariableGetter} asks for variables: the getter of the scope around, or the graph.
 */
public interface VariableSource {

  /**
   * Makes or hands out a variable, as the options of {@code request} say.
   *
   * @return its value
   * @throws IllegalArgumentException as {@link VariableScope#variable}
   * @throws IllegalStateException if the variable exists and must not, or must and does not
   */
  Operand<? extends TType> get(VariableRequest request);

  /**
   * As {@link #get(VariableRequest)}, with a type to go on with.
   *
   * @throws IllegalArgumentException also if the value is of another type
   */
  default <T extends TType> Operand<T> get(VariableRequest request, Class<T> type) {
    var value = get(request);
    if (value.type() != type) {
      throw new IllegalArgumentException(
          request.name()
              + ": type must be "
              + type.getSimpleName()
              + ", got "
              + value.type().getSimpleName());
    }
    @SuppressWarnings("unchecked") // checked above
    var typed = (Operand<T>) value;
    return typed;
  }

  /** The ops to build with: of the graph, outside of loops, named at its root. */
  Ops tf();
}
