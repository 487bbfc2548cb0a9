package io.github.tfrnn.ops;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 *
 * <p>A scope is for one thread at a time, as is the graph that it builds.
 */
public final class VariableScope {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9.][A-Za-z0-9_.\\-/]*");

  private static final int NAMES_SHOWN = 10;

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
   * Returns the root scope of a graph, with all variables that the graph holds, whether they were
   * made by another such scope or came with a graph that was loaded. Default names are counted from
   * nothing.
   */
  public static VariableScope of(Graph graph) {
    return new VariableScope(
        graph,
        VariableStore.of(graph),
        "",
        ScopeSettings.ROOT,
        new HashMap<>(),
        NamingScope.ops(graph));
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

  /** The initializer of variables that bring none of their own; empty for the default. */
  public Optional<VariableInitializer> initializer() {
    return Optional.ofNullable(settings.initializer());
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
    counts.merge(inner, 1, Integer::sum);
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
    for (int i = 1; counts.containsKey(unique); i++) {
      unique = defaultName + "_" + i;
    }
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
   * Returns the seed of something random in this scope, such as a mask: the scope's own seed mixed
   * with the full name, as for the variable of that name.
   *
   * @param inner its name in this scope
   * @throws IllegalArgumentException if {@code inner} is not a valid name
   */
  public long seed(String inner) {
    requireName(inner);
    return VariableStore.seedOf(full(inner), settings.seed());
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
    return get(name, shape, type, settings.initializer());
  }

  /**
   * Makes or hands out a variable, as {@link #reuse()} says.
   *
   * @param name its name in this scope; the full name is {@code scope/name}
   * @param shape its shape, fully known
   * @param type its type
   * @param initializer emits its first value; ignored if the variable exists
   * @return its value, of this shape: an identity of the reference, never the reference itself.
   *     Inside a loop body, the captured value
   * @throws IllegalArgumentException if the name is not valid or is that of another op, if the
   *     shape is not fully known, if an existing variable has another shape or type, or if the
   *     first value does not fit
   * @throws IllegalStateException if the variable exists and must not, or must and does not
   */
  public <T extends TType> Operand<T> variable(
      String name, Shape shape, Class<T> type, VariableInitializer initializer) {
    return get(name, shape, type, requireNonNull(initializer, "initializer"));
  }

  private <T extends TType> Operand<T> get(
      String inner, Shape shape, Class<T> type, @Nullable VariableInitializer initializer) {
    requireName(inner);
    String fullName = full(inner);
    var variable = store.find(fullName);
    if (variable == null) {
      variable = create(fullName, shape, type, initializer);
    } else {
      requireSame(variable, shape, type);
    }
    var value = variable.value(type);
    return tf.scope().env() instanceof BodyEnvironment body ? captured(body, value) : value;
  }

  @SuppressWarnings("unchecked") // a stand-in has the type of what it stands for
  private static <T extends TType> Operand<T> captured(BodyEnvironment body, Operand<T> value) {
    return (Operand<T>) body.resolve(value.asOutput());
  }

  private Variable create(
      String fullName,
      Shape shape,
      Class<? extends TType> type,
      @Nullable VariableInitializer given) {
    if (settings.reuse() == Reuse.ALWAYS) {
      throw new IllegalStateException(
          "Variable "
              + fullName
              + " does not exist. Did you mean Reuse.AUTO, or a scope of another name? The graph"
              + " holds "
              + holdings());
    }
    if (shape.isUnknown() || shape.hasUnknownDimension()) {
      throw new IllegalArgumentException(
          fullName + ": shape must be fully known, got " + Shapes.text(shape));
    }
    var initializer = given;
    if (initializer == null) {
      initializer =
          TFloating.class.isAssignableFrom(type)
              ? Initializers.glorotUniform()
              : Initializers.zeros();
    }
    return store.create(fullName, shape, type, initializer, settings);
  }

  private void requireSame(Variable found, Shape shape, Class<? extends TType> type) {
    if (settings.reuse() == Reuse.NEVER) {
      throw new IllegalStateException(
          "Variable "
              + found.name()
              + " already exists, disallowed. Did you mean Reuse.ALWAYS or Reuse.AUTO, a scope of"
              + " another name, or the same cell object? Originally defined at: "
              + store.origin(found.name()));
    }
    if (!found.shape().isCompatibleWith(shape)) {
      throw different(found, "shape", Shapes.text(shape), Shapes.text(found.shape()));
    }
    if (found.type() != type) {
      throw different(found, "dtype", type.getSimpleName(), found.type().getSimpleName());
    }
  }

  private IllegalArgumentException different(Variable found, String what, String asked, String is) {
    return new IllegalArgumentException(
        "Trying to share variable %s, but specified %s %s and found %s %s. Originally defined at: %s"
            .formatted(found.name(), what, asked, what, is, store.origin(found.name())));
  }

  /** All variables of this scope and the scopes inside it, in the order of their creation. */
  public List<Variable> variables() {
    String prefix = full("");
    return store.all().stream().filter(v -> v.name().startsWith(prefix)).toList();
  }

  /** The variables of {@link #variables()} that optimizers change. */
  public List<Variable> trainableVariables() {
    return variables().stream().filter(Variable::trainable).toList();
  }

  /** Names for a message, at most {@value #NAMES_SHOWN}. */
  private String holdings() {
    var names = store.all().stream().map(Variable::name).toList();
    if (names.isEmpty()) {
      return "no variable.";
    }
    int rest = names.size() - NAMES_SHOWN;
    return String.join(", ", names.subList(0, Math.min(names.size(), NAMES_SHOWN)))
        + (rest > 0 ? " and " + rest + " more." : ".");
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
