package io.github.tfrnn.train;

import io.github.tfrnn.ops.Gradients;
import io.github.tfrnn.ops.Shapes;
import io.github.tfrnn.ops.Variable;
import io.github.tfrnn.ops.VariableScope;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.UnaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * A rule that changes variables so that a loss gets smaller.
 *
 * <p>An optimizer holds settings only. Each call of {@link #minimize} or {@link #apply} adds one
 * training op to the graph, with slot variables of its own: of the names that TensorFlow 1.15 gives
 * them, such as {@code rnn/kernel/Adam}, and not trainable. If a name is taken, the next free
 * number follows it, as there.
 *
 * <p>The order within one run of the training op is fixed: first the loss and all gradients, then
 * the updates of the variables, then what the next run needs (powers, the global step). Equal runs
 * give equal numbers. A value that is fetched in the same run, reads a variable, and is needed by
 * neither the loss nor the gradients may be read before or after the update, unless {@link
 * TrainOptions#after} names it.
 *
 * <p>Variables may be of any floating point type. Slots have the type of their variable, and
 * numbers such as the learning rate are converted to it.
 */
public abstract sealed class Optimizer
    permits Adadelta, Adagrad, Adam, AdamW, Ftrl, GradientDescent, Momentum, RmsProp {
  private final String name;
  private final LearningRate rate;

  /**
   * Sets the parts that all have.
   *
   * @param name of TensorFlow 1.15, which is also that of the slots
   */
  Optimizer(String name, LearningRate rate) {
    this.name = name;
    this.rate = rate;
  }

  /** Adds the op that changes one variable. */
  abstract <T extends TFloating> Op update(Update<T> update);

  /** Adds what is to be done after all variables have changed, which {@code after} waits for. */
  List<Op> finish(Training training, Ops after) {
    return List.of();
  }

  /**
   * Adds an op that makes {@code loss} smaller, with the default options.
   *
   * @see #minimize(VariableScope, Operand, List, UnaryOperator)
   */
  public final TrainOp minimize(
      VariableScope scope, Operand<? extends TFloating> loss, List<Variable> variables) {
    return minimize(scope, loss, variables, UnaryOperator.identity());
  }

  /**
   * Adds an op that takes the gradients of {@code loss} and changes the variables by them.
   *
   * @param scope any scope of the graph
   * @param loss what to make smaller, of any shape; the sum of its elements counts
   * @param variables what may be changed, such as {@link VariableScope#trainableVariables()}; one
   *     that {@code loss} does not depend on stays as it is and gets no slots
   * @param options clipping, global step and order
   * @return the op to run, with the global norm of the gradients
   * @throws IllegalArgumentException if {@code loss} depends on none of the variables; if it cannot
   *     be differentiated, as {@link Gradients#of} says; and for the variables as {@link #apply}
   */
  public final TrainOp minimize(
      VariableScope scope,
      Operand<? extends TFloating> loss,
      List<Variable> variables,
      UnaryOperator<TrainOptions> options) {
    requireVariables(scope, variables);
    var reached = Gradients.reach(loss, variables.stream().map(Variable::value).toList());
    List<Variable> trained = new ArrayList<>();
    for (int i = 0; i < variables.size(); i++) {
      if (reached.get(i)) {
        trained.add(variables.get(i));
      }
    }
    if (trained.isEmpty()) {
      throw new IllegalArgumentException(
          name
              + ": loss must depend on at least one of the variables, got "
              + loss.op().name()
              + " and "
              + variables.stream().map(Variable::name).toList());
    }
    var gradients = Gradients.of(loss, trained.stream().map(Variable::value).toList());
    return apply(scope, gradients, trained, settings -> options.apply(settings.after(loss)));
  }

  /**
   * Adds an op that changes variables by given gradients.
   *
   * @param scope any scope of the graph
   * @param gradients one for each variable, with its type and shape
   * @param variables what is changed, each once
   * @param options clipping, global step and order
   * @return the op to run, with the global norm of {@code gradients}
   * @throws IllegalArgumentException if there is no variable, one is of another graph, not floating
   *     point or listed twice; if a gradient does not fit its variable; if a setting such as
   *     epsilon loses its meaning in the precision of a variable
   */
  public final TrainOp apply(
      VariableScope scope,
      List<? extends Operand<?>> gradients,
      List<Variable> variables,
      UnaryOperator<TrainOptions> options) {
    requireVariables(scope, variables);
    requireGradients(gradients, variables);
    var settings = options.apply(TrainOptions.defaults());
    var tf = Ops.create(scope.graph()).withSubScope(name);
    var clipped = settings.clip(tf, gradients);
    var training = new Training(name, scope.graph(), tf, rate);
    var updates = training.update(this, variables, clipped.gradients(), settings.before());
    var after = tf.withControlDependencies(updates);
    List<Op> last = new ArrayList<>(finish(training, after));
    settings.globalStep().ifPresent(step -> last.add(GlobalStep.increment(after, step)));
    last.addAll(updates);
    var op = tf.withControlDependencies(last).withName("train").noOp();
    return new TrainOp(op.op(), clipped.norm(), List.copyOf(variables));
  }

  private void requireVariables(VariableScope scope, List<Variable> variables) {
    if (variables.isEmpty()) {
      throw new IllegalArgumentException(name + ": variables must be one or more, got none");
    }
    var names = new HashSet<String>();
    for (Variable variable : variables) {
      if (variable.value().op().env() != scope.graph()) {
        throw refused(variable, "belong to the graph of the scope", "one of another graph");
      }
      if (!TFloating.class.isAssignableFrom(variable.type())) {
        throw refused(variable, "be floating point", variable.type().getSimpleName());
      }
      if (!names.add(variable.name())) {
        throw refused(variable, "be listed once", "it again");
      }
    }
  }

  private void requireGradients(List<? extends Operand<?>> gradients, List<Variable> variables) {
    if (gradients.size() != variables.size()) {
      throw new IllegalArgumentException(
          name
              + ": gradients must be as many as the "
              + variables.size()
              + " variables, got "
              + gradients.size());
    }
    for (int i = 0; i < gradients.size(); i++) {
      var gradient = gradients.get(i);
      var variable = variables.get(i);
      if (gradient.op().env() != variable.value().op().env()) {
        throw refused(variable, "have a gradient of its graph", "one from elsewhere");
      }
      if (gradient.type() != variable.type()
          || !gradient.shape().isCompatibleWith(variable.shape())) {
        throw refused(
            variable,
            "have a gradient of its type and shape, "
                + variable.type().getSimpleName()
                + Shapes.text(variable.shape()),
            gradient.type().getSimpleName() + Shapes.text(gradient.shape()));
      }
    }
  }

  private IllegalArgumentException refused(Variable variable, String rule, String got) {
    return new IllegalArgumentException(
        name + ": variable " + variable.name() + " must " + rule + ", got " + got);
  }
}
