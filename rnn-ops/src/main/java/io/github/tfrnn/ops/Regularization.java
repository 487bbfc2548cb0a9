package io.github.tfrnn.ops;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.framework.regularizers.Regularizer;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Identity;
import org.tensorflow.types.family.TFloating;

/**
 * The losses of regularized variables: one op for each, known by its name, so that a loaded graph
 * has them too.
 */
final class Regularization {
  private static final String LOSS = "/Regularizer/loss";

  private Regularization() {}

  /** Adds the loss of a new variable, if it is floating point. */
  static void add(Graph graph, Variable variable, Regularizer regularizer) {
    if (regularizer != Regularizers.none() && TFloating.class.isAssignableFrom(variable.type())) {
      add(graph, variable, regularizer, variable.type().asSubclass(TFloating.class));
    }
  }

  private static <T extends TFloating> void add(
      Graph graph, Variable variable, Regularizer regularizer, Class<T> type) {
    var tf = NamingScope.at(graph, variable.name() + "/Regularizer/");
    var loss = regularizer.call(tf, variable.value(type));
    if (loss.shape().numDimensions() > 0 || loss.type() != type || loss.op().env() != graph) {
      throw new IllegalArgumentException(
          variable.name()
              + ": regularizer must return a scalar "
              + type.getSimpleName()
              + " of the graph, got "
              + loss.type().getSimpleName()
              + Shapes.text(loss.shape()));
    }
    graph
        .opBuilder(Identity.OP_NAME, variable.name() + LOSS, tf.scope())
        .addInput(loss.asOutput())
        .build();
  }

  /** The losses of the variables whose names begin with {@code prefix}, in order of creation. */
  static List<Operand<? extends TFloating>> losses(Graph graph, String prefix) {
    List<Operand<? extends TFloating>> losses = new ArrayList<>();
    graph.operations().forEachRemaining(op -> collect(op, prefix, losses));
    return List.copyOf(losses);
  }

  private static void collect(
      GraphOperation op, String prefix, List<Operand<? extends TFloating>> losses) {
    if (op.name().endsWith(LOSS) && op.name().startsWith(prefix)) {
      losses.add(op.output(0).expect(op.output(0).type().asSubclass(TFloating.class)));
    }
  }

  /** The sum of losses, converted to {@code type}; zero if there are none. */
  static <T extends TFloating> Operand<T> sum(
      Ops tf, List<Operand<? extends TFloating>> losses, Class<T> type) {
    if (losses.isEmpty()) {
      return tf.dtypes.cast(tf.constant(0f), type);
    }
    List<Operand<T>> converted = new ArrayList<>();
    for (var loss : losses) {
      converted.add(tf.dtypes.cast(loss, type));
    }
    return tf.math.addN(converted);
  }
}
