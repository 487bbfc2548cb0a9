package io.github.tfrnn.ops;

import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TType;

/**
 * Emits the ops that give a new variable its first value.
 *
 * <p>{@link Initializers} has the usual ones and takes those of tensorflow-framework.
 */
@FunctionalInterface
public interface VariableInitializer {

  /**
   * Returns the first value of a variable.
   *
   * @param tf the ops to use; what they add is run once, before the session's first run
   * @param shape the shape of the variable, fully known
   * @param type the type of the variable
   * @param seed made of the variable's full name and the seed of its scope, so that the value does
   *     not depend on what else the graph holds
   * @return a tensor of this shape and type
   */
  Operand<? extends TType> initialValue(
      Ops tf, Shape shape, Class<? extends TType> type, long seed);
}
