package io.github.tfrnn.ops;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
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
 * a scope, use its value; {@link #reopened()} jumps without leaving a trace in the counts.
 */
public final class VariableScope {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9.][A-Za-z0-9_.\\-/]*");

  private final Graph graph;
  private final VariableStore store;
  private final String name;
  private final ScopeSettings settings;
  private final Map<String, Integer> counts;
  private final Ops tf;

  private VariableScope(
      Graph graph,
      VariableStore store,
      String name,
      ScopeSettings settings,
      Map<String, Integer> counts,
      Ops tf) {
    this.graph = graph;
    this.store = store;
    this.name = name;
    this.settings = settings;
    this.counts = counts;
    this.tf = tf;
  }

  /**
   * Returns the root scope of a graph. A second call gives a scope with the same variables; those
   * that came into the graph some other way, such as by loading it, are adopted.
   */
  public static VariableScope of(Graph graph) {
    return new VariableScope(
        graph, VariableStore.of(graph), "", ScopeSettings.ROOT, new HashMap<>(), Ops.create(graph));
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

  /** Whether variables are made or handed out here. */
  public Reuse reuse() {
    return settings.reuse();
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
    requireName(inner);
    var ops = tf;
    for (String part : inner.split("/", -1)) {
      ops = ops.withSubScope(part);
    }
    return new VariableScope(graph, store, full(inner), settings, new HashMap<>(), ops);
  }

  /**
   * Enters a scope under a default name that no sibling took: {@code lstm}, {@code lstm_1}, ...
   *
   * <p>The TensorFlow 1 form is {@code variable_scope(None, default_name)}.
   *
   * @throws IllegalArgumentException if {@code defaultName} is not a valid name
   */
  public VariableScope uniqueScope(String defaultName) {
    requireName(defaultName);
    String unique = defaultName;
    for (int i = 1; counts.getOrDefault(unique, 0) > 0; i++) {
      unique = defaultName + "_" + i;
    }
    counts.merge(unique, 1, Integer::sum);
    return scope(unique);
  }

  /**
   * Returns this scope with its counts as they are now; what is entered through the copy does not
   * change them. TensorFlow 1 does so when it jumps to a scope object and leaves it again.
   */
  public VariableScope reopened() {
    return new VariableScope(graph, store, name, settings, new HashMap<>(counts), tf);
  }

  /**
   * Returns this scope with another rule for names. Reuse is inherited and cannot be switched off:
   * asking for {@link Reuse#NEVER} keeps what is in force.
   */
  public VariableScope withReuse(Reuse reuse) {
    return with(settings.withReuse(settings.reuse().inside(reuse)));
  }

  /** Returns this scope with an initializer for variables that bring none of their own. */
  public VariableScope withInitializer(VariableInitializer initializer) {
    return with(settings.withInitializer(requireNonNull(initializer, "initializer")));
  }

  /** Returns this scope making variables that optimizers change, the default, or leave alone. */
  public VariableScope withTrainable(boolean trainable) {
    return with(settings.withTrainable(trainable));
  }

  /** Returns this scope with another seed; each variable mixes it with its full name. */
  public VariableScope withSeed(long seed) {
    return with(settings.withSeed(seed));
  }

  /**
   * Returns this scope building with {@code ops}, which may belong to the body of a loop: variables
   * are made in the graph around the loop and enter it as invariants.
   *
   * @throws IllegalArgumentException if {@code ops} is eager or belongs to another graph
   */
  public VariableScope withOps(Ops ops) {
    if (Graphs.outermost(ops, label()) != graph) {
      throw new IllegalArgumentException(
          label() + ": tf must build the graph of the scope, got the ops of another graph");
    }
    return new VariableScope(graph, store, name, settings, counts, ops);
  }

  private VariableScope with(ScopeSettings changed) {
    return new VariableScope(graph, store, name, changed, counts, tf);
  }

  /**
   * Makes or hands out a variable with the scope's initializer, or the default: {@link
   * Initializers#glorotUniform()} for floating point types, zeros for the others.
   *
   * @see #variable(String, Shape, Class, VariableInitializer)
   */
  public <T extends TType> Operand<T> variable(String name, Shape shape, Class<T> type) {
    return variable(name, shape, type, null);
  }

  /**
   * Makes or hands out a variable, as {@link #reuse()} says.
   *
   * @param name its name in this scope; the full name is {@code scope/name}
   * @param shape its shape, fully known
   * @param type its type
   * @param initializer emits its first value; null for the scope's, ignored if the variable exists
   * @return its value, of this shape: an identity of the reference, never the reference itself.
   *     Inside a loop body, the captured value
   * @throws IllegalArgumentException if the name is not valid, if the shape is not fully known, or
   *     if an existing variable has another shape or type
   * @throws IllegalStateException if the variable exists and must not, or must and does not
   */
  public <T extends TType> Operand<T> variable(
      String name, Shape shape, Class<T> type, @Nullable VariableInitializer initializer) {
    requireName(name);
    String fullName = full(name);
    var found = store.find(fullName);
    if (found == null) {
      if (settings.reuse() == Reuse.ALWAYS) {
        throw new IllegalStateException(
            "Variable "
                + fullName
                + " does not exist. Did you mean Reuse.AUTO, or a scope of another name? The graph"
                + " holds "
                + (store.all().isEmpty() ? "no variable." : names() + "."));
      }
      create(fullName, shape, type, initializer);
    } else {
      requireSame(found, shape, type);
    }
    @SuppressWarnings("unchecked") // made or found with this type
    var value = (Operand<T>) VariableStore.value(graph, fullName);
    return tf.scope().env() instanceof BodyEnvironment body ? captured(body, value) : value;
  }

  @SuppressWarnings("unchecked") // a stand-in has the type of what it stands for
  private static <T extends TType> Operand<T> captured(BodyEnvironment body, Operand<T> value) {
    return (Operand<T>) body.resolve(value.asOutput());
  }

  private void create(
      String fullName,
      Shape shape,
      Class<? extends TType> type,
      @Nullable VariableInitializer given) {
    if (shape.isUnknown() || shape.hasUnknownDimension()) {
      throw new IllegalArgumentException(
          fullName + ": shape must be fully known, got " + Shapes.text(shape));
    }
    var initializer = given != null ? given : settings.initializer();
    if (initializer == null) {
      initializer =
          TFloating.class.isAssignableFrom(type)
              ? Initializers.glorotUniform()
              : Initializers.zeros();
    }
    store.create(graph, fullName, shape, type, initializer, settings.trainable(), settings.seed());
  }

  private void requireSame(VariableStore.Entry found, Shape shape, Class<? extends TType> type) {
    if (settings.reuse() == Reuse.NEVER) {
      throw new IllegalStateException(
          "Variable "
              + found.name()
              + " already exists, disallowed. Did you mean Reuse.ALWAYS or Reuse.AUTO, a scope of"
              + " another name, or the same cell object? Originally defined at: "
              + found.origin());
    }
    if (!found.shape().isCompatibleWith(shape)) {
      throw new IllegalArgumentException(
          "Trying to share variable "
              + found.name()
              + ", but specified shape "
              + Shapes.text(shape)
              + " and found shape "
              + Shapes.text(found.shape())
              + ". Originally defined at: "
              + found.origin());
    }
    if (found.type() != type) {
      throw new IllegalArgumentException(
          "Trying to share variable "
              + found.name()
              + ", but specified dtype "
              + type.getSimpleName()
              + " and found dtype "
              + found.type().getSimpleName()
              + ". Originally defined at: "
              + found.origin());
    }
  }

  /** All variables of this scope and the scopes inside it, in the order of their creation. */
  public List<Variable> variables() {
    String prefix = name.isEmpty() ? "" : name + "/";
    return VariableStore.of(graph).all().stream()
        .filter(entry -> entry.name().startsWith(prefix))
        .map(
            entry ->
                new Variable(
                    entry.name(),
                    entry.shape(),
                    entry.type(),
                    entry.trainable(),
                    VariableStore.value(graph, entry.name())))
        .toList();
  }

  /** The variables of {@link #variables()} that optimizers change. */
  public List<Variable> trainableVariables() {
    return variables().stream().filter(Variable::trainable).toList();
  }

  private List<String> names() {
    return store.all().stream().map(VariableStore.Entry::name).toList();
  }

  private String full(String inner) {
    return name.isEmpty() ? inner : name + "/" + inner;
  }

  private String label() {
    return name.isEmpty() ? "root scope" : name;
  }

  private void requireName(String inner) {
    if (!NAME.matcher(inner).matches() || inner.endsWith("/") || inner.contains("//")) {
      throw new IllegalArgumentException(
          label()
              + ": name must be letters, digits, '_', '.', '-' and '/', not beginning with '_', got \""
              + inner
              + "\"");
    }
  }

  @Override
  public String toString() {
    return "VariableScope[" + label() + ", " + settings.reuse() + "]";
  }
}
