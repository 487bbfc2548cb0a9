package io.github.tfrnn.ops;

import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TIntegral;
import org.tensorflow.types.family.TType;

/**
 * Vectors for ids: {@code y[...] = embedding[ids[...]]}, which is {@code tf.nn.embedding_lookup}.
 *
 * <p>The gradient of the table is a whole table, with zeros in the rows of ids that do not occur;
 * rows of ids that occur more than once are summed. (TensorFlow's Python makes a sparse gradient of
 * it.)
 */
public final class Embedding {
  private Embedding() {}

  /**
   * Looks ids up in the variable {@code embedding} of a scope, shape {@code [classes, size]}, which
   * begins as the scope's initializer says.
   *
   * @param ids any shape, int32 or int64, each from 0 to {@code classes - 1}; on a CPU another id
   *     fails the run
   * @param classes number of different ids, at least 1
   * @param size of a vector, at least 1
   * @param type of a vector
   * @return shape {@code ids.shape + [size]}
   * @throws IllegalArgumentException if {@code classes} or {@code size} is below 1, or an existing
   *     table has another shape or type
   * @throws IllegalStateException if the table exists and must not, or must and does not
   */
  public static <T extends TFloating> Operand<T> lookup(
      VariableScope scope,
      Operand<? extends TIntegral> ids,
      long classes,
      long size,
      Class<T> type) {
    if (classes < 1 || size < 1) {
      throw new IllegalArgumentException(
          "embedding: classes and size must both be above zero, got " + classes + ", " + size);
    }
    var table = scope.variable("embedding", Shape.of(classes, size), type);
    return lookup(scope.tf(), table, ids);
  }

  /**
   * Looks ids up in a table.
   *
   * @param params shape {@code [classes, ...]}
   * @param ids any shape, int32 or int64, each from 0 to {@code classes - 1}; on a CPU another id
   *     fails the run
   * @return shape {@code ids.shape + params.shape[1:]}
   * @throws IllegalArgumentException if {@code tf} is eager, or {@code params} is a scalar
   */
  public static <T extends TType> Operand<T> lookup(
      Ops tf, Operand<T> params, Operand<? extends TIntegral> ids) {
    Graphs.local(tf, "embedding lookup");
    if (params.shape().numDimensions() == 0) {
      throw new IllegalArgumentException(
          "embedding lookup: params must have shape [classes, ...], got []");
    }
    return tf.gather(params, ids, tf.constant(0));
  }
}
