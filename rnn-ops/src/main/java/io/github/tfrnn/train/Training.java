package io.github.tfrnn.train;

import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.Shapes;
import io.github.tfrnn.ops.Variable;
import io.github.tfrnn.ops.VariableInitializer;
import io.github.tfrnn.ops.VariableScope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/** One training op while it is being built. */
final class Training {
  private final String name;
  private final Graph graph;
  private final Ops tf;
  private final LearningRate rate;
  private final VariableScope slots;

  /** Full names of the variables that all updates share, by the names that were asked for. */
  private final Map<String, String> shared = new HashMap<>();

  Training(String name, Graph graph, Ops tf, LearningRate rate) {
    this.name = name;
    this.graph = graph;
    this.tf = tf;
    this.rate = rate;
    this.slots = VariableScope.of(graph).withTrainable(false);
  }

  /**
   * Adds the updates of all variables. No variable changes before all gradients are there and all
   * of {@code before} was computed.
   */
  List<Op> update(
      Optimizer rule,
      List<Variable> variables,
      List<? extends Operand<?>> gradients,
      List<Op> before) {
    List<Operand<?>> safe = new ArrayList<>();
    for (var gradient : gradients) {
      safe.add(References.mayShareMemory(gradient) ? tf.deepCopy(gradient) : gradient);
    }
    List<Op> first = new ArrayList<>(safe);
    first.addAll(before);
    var ready = tf.withControlDependencies(first).withName("ready").noOp();
    var waiting = tf.withControlDependencies(ready);
    List<Op> updates = new ArrayList<>();
    for (int i = 0; i < variables.size(); i++) {
      var type = variables.get(i).type().asSubclass(TFloating.class);
      var target = target(waiting, variables.get(i), safe.get(i), type);
      updates.add(projected(target, rule.update(target)));
    }
    return updates;
  }

  /** Adds what the constraint of the variable, if it has one, makes of its new value. */
  private <T extends TFloating> Op projected(Update<T> target, Op updated) {
    var constraint = target.variable().constraint();
    if (constraint.isEmpty()) {
      return updated;
    }
    var after = target.tf().withControlDependencies(List.of(updated));
    var value = constraint.get().call(after, after.identity(target.reference()));
    if (value.type() != target.type()
        || !value.shape().isCompatibleWith(target.variable().shape())) {
      throw new IllegalArgumentException(
          name
              + ": constraint of variable "
              + target.variable().name()
              + " must return "
              + target.type().getSimpleName()
              + Shapes.text(target.variable().shape())
              + ", got "
              + value.type().getSimpleName()
              + Shapes.text(value.shape()));
    }
    return after.assign(target.reference(), value);
  }

  private <T extends TFloating> Update<T> target(
      Ops waiting, Variable variable, Operand<?> gradient, Class<T> type) {
    return new Update<>(this, waiting, variable, gradient.asOutput().expect(type), type);
  }

  /** Makes a variable of this name, or of the next free one, and returns its full name. */
  <T extends TFloating> String slot(
      String wanted, Shape shape, Class<T> type, VariableInitializer initializer) {
    String free = wanted;
    for (int i = 1; graph.operation(free) != null; i++) {
      free = wanted + "_" + i;
    }
    slots.variable(free, shape, type, initializer);
    return free;
  }

  /**
   * Returns a scalar that all updates of this training op share, made at the first call. It is of
   * single precision whatever the variables are, as in TensorFlow 1.15.
   */
  Operand<TFloat32> shared(String wanted, double initial) {
    var name =
        shared.computeIfAbsent(
            wanted,
            any -> slot(any, Shape.scalar(), TFloat32.class, Initializers.constant(initial)));
    return References.of(graph, name, TFloat32.class);
  }

  String name() {
    return name;
  }

  /** Adds ops that need not wait for the gradients. */
  Ops tf() {
    return tf;
  }

  LearningRate rate() {
    return rate;
  }
}
