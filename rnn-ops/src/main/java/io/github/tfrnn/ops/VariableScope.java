package io.github.tfrnn.ops;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.framework.constraints.Constraint;
import org.tensorflow.framework.regularizers.Regularizer;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TType;

/**
 * A place in the tree of a graph's variable names, with the settings of the variables made there.
 *
 * <p>It does what {@code tf.variable_scope} and {@code tf.get_variable} do in TensorFlow 1.15, as a
 * plain value: no thread-local, no default graph. Names of variables depend on scopes only and are
 * exactly those of TensorFlow 1.15, so that checkpoints fit. Its settings never change; the {@code
 * with} methods give a copy.
 *
 * <table>
 * <caption>What happens to a name</caption>
 * <tr><th>{@link Reuse}</th><th>the variable exists</th><th>it does not</th></tr>
 * <tr><td>NEVER (of the root)</td><td>refused</td><td>made</td></tr>
 * <tr><td>ALWAYS</td><td>handed out</td><td>refused</td></tr>
 * <tr><td>AUTO</td><td>handed out</td><td>made</td></tr>
 * </table>
 *
 * <p>{@link #scope} enters a scope afresh: default names inside it ({@link #uniqueScope}) are
 * counted from nothing each time, as they are after leaving and re-entering a scope in TensorFlow
 * 1. A second new cell in {@code root.scope("rnn")} therefore gets the first one's name and is told
 * that its variables exist. Copies made by the {@code with} methods share their counts. To jump to
 * a scope, use its value, {@link #reopened()} or {@link #reentered}.
 *
 * <p>A scope is for one thread at a time, as is the graph that it builds. A thread that begins at
 * {@link #of(Graph)} meets the variables that others made.
 */
public final class VariableScope {
  private final Graph graph;
  private final VariableStore store;
  private final String name;
  private final ScopeSettings settings;
  private final Map<String, Integer> counts;
  private final Ops tf;

  /** The ops that the scope was entered with. */
  private final Ops entered;

  private VariableScope(
      Graph graph,
      VariableStore store,
      String name,
      ScopeSettings settings,
      Map<String, Integer> counts,
      Ops tf,
      Ops entered) {
    this.graph = graph;
    this.store = store;
    this.name = name;
    this.settings = settings;
    this.counts = counts;
    this.tf = tf;
    this.entered = entered;
  }

  /**
   * Returns the root scope of a graph, with all variables that the graph holds, whether they were
   * made by another such scope or came with a graph that was loaded. Default names are counted from
   * nothing.
   */
  public static VariableScope of(Graph graph) {
    var tf = NamingScope.ops(graph);
    var store = VariableStore.of(graph);
    return new VariableScope(graph, store, "", ScopeSettings.ROOT, new HashMap<>(), tf, tf);
  }

  /**
   * Returns the root scope of the graph that {@code tf} builds.
   *
   * @throws IllegalArgumentException if {@code tf} is eager
   */
  public static VariableScope of(Ops tf) {
    return of(Graphs.outermost(tf, "variable scope")).withOps(tf);
  }

  /** The full name, without a slash at either end; empty for the root. */
  public String name() {
    return name;
  }

  /**
   * What the names of ops began with when the scope was entered, with a slash at the end; empty for
   * the root: {@code VariableScope.original_name_scope} of TensorFlow 1.15.
   */
  public String originalNameScope() {
    return name.isEmpty() ? "" : NamingScope.prefix(entered);
  }

  /** Whether variables are made or handed out here. */
  public Reuse reuse() {
    return settings.options().reuse();
  }

  /** How variables are made here. */
  public VariableOptions options() {
    return settings.options();
  }

  /** The graph that holds the variables. */
  public Graph graph() {
    return graph;
  }

  /** The ops to build with: of the graph, or of the loop body that is being traced. */
  public Ops tf() {
    return tf;
  }

  /**
   * Enters the scope {@code name} inside this one.
   *
   * @param inner one name, or several with slashes between
   * @throws IllegalArgumentException if {@code inner} is not a valid name
   */
  public VariableScope scope(String inner) {
    ScopeNames.require(name, inner);
    var ops = tf;
    for (String part : inner.split("/", -1)) {
      ops = ops.withSubScope(part);
    }
    return inside(inner, ops);
  }

  /**
   * Enters a scope for variables only: ops keep the names that they have here. The TensorFlow 1
   * form is {@code variable_scope(inner, auxiliary_name_scope=False)}.
   *
   * @throws IllegalArgumentException if {@code inner} is not a valid name
   */
  public VariableScope pureScope(String inner) {
    ScopeNames.require(name, inner);
    return inside(inner, tf);
  }

  private VariableScope inside(String inner, Ops ops) {
    counts.merge(inner, 1, Integer::sum);
    return new VariableScope(
        graph, store, full(inner), settings.inside(), new HashMap<>(), ops, ops);
  }

  /**
   * Enters a scope under a default name that no sibling took: {@code lstm}, {@code lstm_1}, ...
   *
   * <p>The TensorFlow 1 form is {@code variable_scope(None, default_name)}.
   *
   * @throws IllegalArgumentException if {@code defaultName} is not a valid name
   */
  public VariableScope uniqueScope(String defaultName) {
    ScopeNames.require(name, defaultName);
    return scope(ScopeNames.unique(defaultName, counts));
  }

  /** As {@link #uniqueScope}, for variables only, as {@link #pureScope}. */
  public VariableScope pureUniqueScope(String defaultName) {
    ScopeNames.require(name, defaultName);
    return pureScope(ScopeNames.unique(defaultName, counts));
  }

  /**
   * Returns this scope with its counts as they are now; what is entered through the copy does not
   * change them. TensorFlow 1 does so when it jumps to the scope that it is in and leaves it again.
   */
  public VariableScope reopened() {
    return new VariableScope(
        graph, store, name, settings.inside(), new HashMap<>(counts), tf, entered);
  }

  /**
   * Enters this scope again from elsewhere: default names are counted from nothing, and ops are
   * named by the last part of its name inside of {@code around}, with a number if need be. {@link
   * #originalNameScope()} stays.
   *
   * <p>The TensorFlow 1 form is {@code variable_scope(scope)} with a scope object that was left.
   *
   * @param around the ops of the place that enters
   * @throws IllegalArgumentException if {@code around} is eager or belongs to another graph
   */
  public VariableScope reentered(Ops around) {
    requireGraph(around);
    var ops =
        name.isEmpty() ? around : around.withSubScope(name.substring(name.lastIndexOf('/') + 1));
    return new VariableScope(graph, store, name, settings.inside(), new HashMap<>(), ops, entered);
  }

  /**
   * Returns this scope with another rule for names. Reuse is inherited and cannot be switched off:
   * asking for {@link Reuse#NEVER} keeps what is in force.
   */
  public VariableScope withReuse(Reuse reuse) {
    return with(options -> options.withReuse(reuse));
  }

  /** Returns this scope with an initializer for variables that bring none of their own. */
  public VariableScope withInitializer(VariableInitializer initializer) {
    return with(options -> options.withInitializer(initializer));
  }

  /**
   * Returns this scope with a regularizer, whose losses of new variables are then among {@link
   * #regularizationLosses()}; {@link Regularizers#none()} switches one of a scope around off.
   */
  public VariableScope withRegularizer(Regularizer regularizer) {
    return with(options -> options.withRegularizer(regularizer));
  }

  /** Returns this scope with a constraint for its own variables, not for scopes inside. */
  public VariableScope withConstraint(Constraint constraint) {
    return with(options -> options.withConstraint(constraint));
  }

  /** Returns this scope keeping variables in parts. */
  public VariableScope withPartitioner(Partitioner partitioner) {
    return with(options -> options.withPartitioner(partitioner));
  }

  /** Returns this scope making variables that optimizers change, the default, or leave alone. */
  public VariableScope withTrainable(boolean trainable) {
    return with(options -> options.withTrainable(trainable));
  }

  /** Returns this scope with another seed; each variable mixes it with its full name. */
  public VariableScope withSeed(long seed) {
    return with(options -> options.withSeed(seed));
  }

  /** Returns this scope with changed options for its variables. */
  public VariableScope with(UnaryOperator<VariableOptions> change) {
    return with(settings.with(change));
  }

  /** Returns this scope with a getter, which asks the one there was. */
  public VariableScope withGetter(VariableGetter getter) {
    return with(settings.withGetter(requireNonNull(getter, "getter")));
  }

  private VariableScope with(ScopeSettings changed) {
    return new VariableScope(graph, store, name, changed, counts, tf, entered);
  }

  /**
   * Returns the seed of something random in this scope, such as a mask: the scope's own seed mixed
   * with the full name, as for the variable of that name.
   *
   * @param inner its name in this scope
   * @throws IllegalArgumentException if {@code inner} is not a valid name
   */
  public long seed(String inner) {
    ScopeNames.require(name, inner);
    return VariableStore.seedOf(full(inner), options().seed());
  }

  /**
   * Returns this scope building with {@code ops}, which may belong to the body of a loop: variables
   * are made in the graph around the loop and enter it as invariants.
   *
   * @throws IllegalArgumentException if {@code ops} is eager or belongs to another graph
   */
  public VariableScope withOps(Ops ops) {
    requireGraph(ops);
    return new VariableScope(graph, store, name, settings, counts, ops, entered);
  }

  private void requireGraph(Ops ops) {
    if (Graphs.outermost(ops, label()) != graph) {
      throw new IllegalArgumentException(
          label() + ": tf must build the graph of the scope, got the ops of another graph");
    }
  }

  /**
   * Makes or hands out a variable with the scope's initializer, or the default: {@link
   * Initializers#glorotUniform()} for floating point types, zeros for the others.
   *
   * @see #variable(String, Shape, Class, UnaryOperator)
   */
  public <T extends TType> Operand<T> variable(String name, Shape shape, Class<T> type) {
    return variable(name, shape, type, UnaryOperator.identity());
  }

  /**
   * Makes or hands out a variable with an initializer of its own.
   *
   * @see #variable(String, Shape, Class, UnaryOperator)
   */
  public <T extends TType> Operand<T> variable(
      String name, Shape shape, Class<T> type, VariableInitializer initializer) {
    requireNonNull(initializer, "initializer");
    return variable(name, shape, type, options -> options.withInitializer(initializer));
  }

  /**
   * Makes or hands out a variable with the type, the shape and the first value of a tensor: {@code
   * tf.get_variable(name, initializer=constant)}.
   *
   * @param value is copied into the graph
   * @see #variable(String, Shape, Class, UnaryOperator)
   */
  public <T extends TType> Operand<T> variable(String name, T value) {
    @SuppressWarnings("unchecked") // a tensor is of the type that it tells
    var type = (Class<T>) value.type();
    return variable(name, value.shape(), type, (tf, shape, any, seed) -> tf.constantOf(value));
  }

  /**
   * Makes or hands out a variable that is not trainable and that checkpoints leave out: {@code
   * tf.get_local_variable}.
   *
   * <p>After {@code Session.restore} nothing is initialized any more; call {@code
   * Session.initialize} before it if there are local variables.
   *
   * @see #variable(String, Shape, Class, UnaryOperator)
   */
  public <T extends TType> Operand<T> localVariable(
      String name, Shape shape, Class<T> type, VariableInitializer initializer) {
    return variable(name, shape, type, options -> options.withInitializer(initializer).local());
  }

  /**
   * Makes or hands out a variable, as {@link #reuse()} says.
   *
   * @param name its name in this scope; the full name is {@code scope/name}
   * @param shape its shape, fully known unless the variable exists
   * @param type its type
   * @param change of the options of the scope, for this variable only
   * @return its value, of this shape: an identity of the reference, never the reference itself; of
   *     a partitioned variable the whole. Inside a loop body, the captured value
   * @throws IllegalArgumentException if the name is not valid or is that of another op, if the
   *     shape is not fully known, if an existing variable has another shape, type or partition, if
   *     the first value does not fit, or a getter returns something else
   * @throws IllegalStateException if the variable exists and must not, or must and does not
   */
  public <T extends TType> Operand<T> variable(
      String name, Shape shape, Class<T> type, UnaryOperator<VariableOptions> change) {
    ScopeNames.require(this.name, name);
    var request = new VariableRequest(full(name), shape, type, change.apply(options()));
    var value = settings.get(new TrueGetter(graph, store), request, type).asOutput();
    var seen = tf.scope().env() instanceof BodyEnvironment body ? body.resolve(value) : value;
    return seen.expect(type);
  }

  /**
   * The variables of this scope and the scopes inside it that checkpoints hold, in the order of
   * their creation: {@code tf.global_variables}. A partitioned variable is listed by its parts.
   */
  public List<Variable> variables() {
    return collection(GraphKeys.GLOBAL_VARIABLES);
  }

  /** The variables of this scope that optimizers change: {@code tf.trainable_variables}. */
  public List<Variable> trainableVariables() {
    return collection(GraphKeys.TRAINABLE_VARIABLES);
  }

  /** The variables of this scope made by {@link #localVariable}: {@code tf.local_variables}. */
  public List<Variable> localVariables() {
    return collection(GraphKeys.LOCAL_VARIABLES);
  }

  /**
   * The variables of this scope and the scopes inside it that a collection lists, in the order of
   * their creation: {@code VariableScope.get_collection}.
   *
   * @param collection a name of {@link GraphKeys} or one given to {@link
   *     VariableOptions#withCollections}; an unknown one is empty
   * @throws IllegalArgumentException if it is {@link GraphKeys#REGULARIZATION_LOSSES}
   */
  public List<Variable> collection(String collection) {
    return store.collection(full(""), collection);
  }

  /**
   * The losses of the regularized variables of this scope and the scopes inside it, scalars, in the
   * order of their creation: {@code tf.losses.get_regularization_losses}.
   */
  public List<Operand<? extends TFloating>> regularizationLosses() {
    return Regularization.losses(graph, full(""));
  }

  /** The sum of {@link #regularizationLosses()}: {@code tf.losses.get_regularization_loss}. */
  public <T extends TFloating> Operand<T> regularizationLoss(Class<T> type) {
    return Regularization.sum(tf, regularizationLosses(), type);
  }

  private String full(String inner) {
    return ScopeNames.full(name, inner);
  }

  private String label() {
    return ScopeNames.label(name);
  }

  @Override
  public String toString() {
    return "VariableScope[" + label() + ", " + reuse() + "]";
  }
}
