package io.github.tfrnn.ops;

import org.tensorflow.Operand;
import org.tensorflow.types.family.TType;

/**
 * Stands between a scope and its variables: it may make them under another name, make several of
 * one, change how they are made, or compute something of their values.
 *
 * <pre>{@code
 * scope.withGetter((next, request) -> next.get(request.with(o -> o.withTrainable(false))))
 * }</pre>
 *
 * <p>Scopes inside inherit it. Where they have one too, it is asked first, and its {@code next} is
 * the one of the scope around; the last next makes the variable or hands it out. Source: the {@code
 * custom_getter} argument of {@code tf.variable_scope}.
 */
@FunctionalInterface
public interface VariableGetter {

  /**
   * Returns the value for a variable that was asked for.
   *
   * @param next whom to ask for variables, with the ops to build with
   * @param request what the scope was asked for, which {@code next} need not be
   * @return a value of the graph, of the type and shape of {@code request}. It is computed outside
   *     of loops, once for all steps
   */
  Operand<? extends TType> get(VariableSource next, VariableRequest request);
}
