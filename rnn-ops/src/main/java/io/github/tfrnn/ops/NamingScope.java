package io.github.tfrnn.ops;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tensorflow.ConcreteFunction;
import org.tensorflow.DeviceSpec;
import org.tensorflow.ExecutionEnvironment;
import org.tensorflow.Graph;
import org.tensorflow.Operation;
import org.tensorflow.OperationBuilder;
import org.tensorflow.op.Ops;
import org.tensorflow.op.Scope;

/**
 * Names ops as TensorFlow-Java's own scope does, in a time that does not grow with the graph.
 *
 * <p>The other one walks over all ops of the graph whenever a sub-scope is opened: some fifty
 * milliseconds at ten thousand ops, and every step of an unrolled network opens a few. It also
 * trips over an op that has the name of the sub-scope. Devices, control dependencies and
 * initializers are left to it.
 */
final class NamingScope implements Scope {
  private final Scope inner;
  private final Graph graph;
  private final String prefix;
  private final @Nullable String opName;
  private final Map<String, Integer> counts;

  private NamingScope(
      Scope inner,
      Graph graph,
      String prefix,
      @Nullable String opName,
      Map<String, Integer> counts) {
    this.inner = inner;
    this.graph = graph;
    this.prefix = prefix;
    this.opName = opName;
    this.counts = counts;
  }

  /** Ops at the root of a graph, where names are counted together with TensorFlow-Java's. */
  static Ops ops(Graph graph) {
    var root = new NamingScope(graph.baseScope(), graph, "", null, new HashMap<>());
    return Ops.create(new Entrance(graph, root));
  }

  /**
   * Ops whose names begin with exactly {@code prefix}, which ends with a slash, whatever else has
   * that scope.
   */
  static Ops at(Graph graph, String prefix) {
    var there = new NamingScope(graph.baseScope(), graph, prefix, null, new HashMap<>());
    return Ops.create(new Entrance(graph, there));
  }

  /** What the names of ops that {@code tf} adds begin with: empty, or with a slash at the end. */
  static String prefix(Ops tf) {
    if (tf.scope() instanceof NamingScope scope) {
      return scope.prefix;
    }
    // Other scopes keep it to themselves.
    String name = tf.scope().makeOpName("prefix");
    return name.substring(0, name.lastIndexOf('/') + 1);
  }

  @Override
  public ExecutionEnvironment env() {
    return graph;
  }

  @Override
  public Scope withSubScope(String childScopeName) {
    return below(makeUnique(opName != null ? opName : checked(childScopeName)));
  }

  @Override
  public Scope withNameAsSubScope(String defaultName) {
    return withSubScope(defaultName);
  }

  private Scope below(String child) {
    return new NamingScope(inner, graph, prefix + child + "/", null, new HashMap<>());
  }

  @Override
  public Scope withName(String name) {
    return new NamingScope(inner, graph, prefix, checked(name), counts);
  }

  @Override
  public String makeOpName(String defaultName) {
    String name = opName != null ? opName : checked(defaultName);
    String full = prefix + makeUnique(name);
    // Variables and imported ops have names that no count knows.
    while (graph.operation(full) != null) {
      full = prefix + makeUnique(name);
    }
    return full;
  }

  @Override
  public String makeUnique(String id) {
    if (prefix.isEmpty()) {
      return inner.makeUnique(id);
    }
    int seen = counts.merge(id, 1, Integer::sum) - 1;
    return seen == 0 ? id : id + "_" + seen;
  }

  private static String checked(String name) {
    if (!Scope.isValidOpName(name)) {
      throw new IllegalArgumentException(
          "op: name must be letters, digits, '_', '.' and '-', not beginning with '_' or '-', got \""
              + name
              + "\"");
    }
    return name;
  }

  @Override
  public Scope withDevice(DeviceSpec device) {
    return with(inner.withDevice(device));
  }

  @Override
  public Scope withInitScope() {
    return with(inner.withInitScope());
  }

  @Override
  public Scope withControlDependencyOps(Iterable<Operation> controls) {
    return with(inner.withControlDependencyOps(controls));
  }

  private Scope with(Scope changed) {
    return new NamingScope(changed, graph, prefix, opName, counts);
  }

  @Override
  public void refreshNames() {
    // Nothing to learn: makeOpName asks the graph.
  }

  @Override
  public OperationBuilder apply(OperationBuilder builder) {
    return inner.apply(builder);
  }

  @Override
  public String getDeviceString() {
    return inner.getDeviceString();
  }

  @Override
  public boolean isInit() {
    return inner.isInit();
  }

  /** The graph again, as far as {@code Ops.create} asks: with another scope to begin with. */
  private record Entrance(Graph graph, Scope baseScope) implements ExecutionEnvironment {
    @Override
    public OperationBuilder opBuilder(String type, String name, Scope scope) {
      return graph.opBuilder(type, name, scope);
    }

    @Override
    public void attachFunction(ConcreteFunction function) {
      graph.attachFunction(function);
    }

    @Override
    public void checkInput(Operation input) {
      graph.checkInput(input);
    }

    @Override
    public Types environmentType() {
      return Types.GRAPH;
    }

    @Override
    public boolean isInitializer(Operation operation) {
      return graph.isInitializer(operation);
    }
  }
}
