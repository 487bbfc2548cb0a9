package io.github.tfrnn.train;

import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.Reuse;
import io.github.tfrnn.ops.Variable;
import io.github.tfrnn.ops.VariableScope;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt64;

/**
 * The number of training steps that were run, kept in the graph and so in its checkpoints: {@code
 * tf.train.get_or_create_global_step}.
 */
public final class GlobalStep {
  /** Of the variable, as in TensorFlow 1.15. */
  public static final String NAME = "global_step";

  private GlobalStep() {}

  /**
   * Returns the variable {@code global_step} of the graph: int64, scalar, not trainable. It is made
   * with the value 0 if the graph has none yet.
   *
   * @param scope any scope of the graph
   * @throws IllegalArgumentException if the graph has a variable of this name but another type or
   *     shape
   */
  public static Variable of(VariableScope scope) {
    var root = VariableScope.of(scope.graph()).withReuse(Reuse.AUTO).withTrainable(false);
    root.variable(NAME, Shape.scalar(), TInt64.class, Initializers.zeros());
    return root.variables().stream()
        .filter(variable -> variable.name().equals(NAME))
        .findFirst()
        .orElseThrow();
  }

  static Op increment(Ops tf, Variable step) {
    var reference = References.of(step.value().op().env(), step.name(), TInt64.class);
    return tf.assignAdd(reference, tf.constant(1L));
  }
}
