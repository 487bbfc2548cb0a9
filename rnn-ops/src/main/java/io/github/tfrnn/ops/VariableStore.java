package io.github.tfrnn.ops;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Operands;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Assign;
import org.tensorflow.op.core.Identity;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.family.TType;

/**
 * The variables of one graph, by full name.
 *
 * <p>The graph itself says what there is, so a variable that came into it by loading is as good as
 * one made here. Only the line of the program that made a variable is kept beside it.
 */
final class VariableStore {
  private static final String VARIABLE = "VariableV2";

  /** Written on the op of a variable, so that a reloaded graph still knows. */
  private static final String TRAINABLE = "_tfrnn_trainable";

  // Lines by name, no operands: the table keeps no graph alive.
  private static final Map<Graph, Map<String, String>> ORIGINS =
      Collections.synchronizedMap(new WeakHashMap<>());

  private final Graph graph;
  private final Map<String, String> origins;

  private VariableStore(Graph graph, Map<String, String> origins) {
    this.graph = graph;
    this.origins = origins;
  }

  static VariableStore of(Graph graph) {
    return new VariableStore(
        graph, ORIGINS.computeIfAbsent(graph, any -> new ConcurrentHashMap<>()));
  }

  /**
   * Returns the variable of this name.
   *
   * @throws IllegalArgumentException if the name is that of an op of another kind
   */
  @Nullable Variable find(String name) {
    var op = graph.operation(name);
    if (op == null) {
      return null;
    }
    if (!op.type().equals(VARIABLE)) {
      throw new IllegalArgumentException(
          name + ": name must not be that of another op, got the name of a " + op.type());
    }
    return variable(op);
  }

  /** All variables, in the order of their creation. */
  List<Variable> all() {
    // The list comes first: describing a variable may add its read to the graph.
    var ops = new ArrayList<GraphOperation>();
    graph.operations().forEachRemaining(ops::add);
    return ops.stream().filter(op -> op.type().equals(VARIABLE)).map(this::variable).toList();
  }

  /** The line of the program that made a variable. */
  String origin(String name) {
    return origins.getOrDefault(name, "a loaded graph");
  }

  private Variable variable(GraphOperation op) {
    var reference = op.output(0);
    return new Variable(op.name(), reference.shape(), reference.type(), trainable(op), value(op));
  }

  private static boolean trainable(GraphOperation op) {
    try {
      return op.attributes().getAttrBool(TRAINABLE);
    } catch (TensorFlowException e) {
      return true; // not written: what TensorFlow makes of itself is trained
    }
  }

  /**
   * Returns what reads a variable, {@code kernel/read} as in TensorFlow 1, adding it if need be.
   */
  private Operand<? extends TType> value(GraphOperation variable) {
    String name = variable.name() + "/read";
    var read = graph.operation(name);
    if (read == null) {
      var tf = NamingScope.ops(graph);
      var builder = graph.opBuilder(Identity.OP_NAME, name, tf.scope());
      return builder.addInput(variable.output(0)).build().output(0);
    }
    if (!read.type().equals(Identity.OP_NAME) || !read.input(0).op().equals(variable)) {
      throw new IllegalArgumentException(
          name + ": op must read the variable " + variable.name() + ", got a " + read.type());
    }
    return read.output(0);
  }

  /** Adds a variable to the graph, with the ops that initialize it. */
  Variable create(
      String name,
      Shape shape,
      Class<? extends TType> type,
      VariableInitializer initializer,
      ScopeSettings settings) {
    var tf = NamingScope.ops(graph);
    var init = tf.withSubScope("initialize").withInitScope();
    var first = initializer.initialValue(init, shape, type, seedOf(name, settings.seed()));
    // A value that does not fit leaves no half-made variable behind.
    if (first.type() != type || !first.shape().isCompatibleWith(shape)) {
      throw new IllegalArgumentException(
          name
              + ": initial value must be "
              + type.getSimpleName()
              + Shapes.text(shape)
              + ", got "
              + first.type().getSimpleName()
              + Shapes.text(first.shape()));
    }
    if (!graph.isInitializer(first.op())) {
      throw new IllegalArgumentException(
          name
              + ": initial value must be made by the ops that the initializer is given, got "
              + first.op().name());
    }
    var builder = graph.opBuilder(VARIABLE, name, tf.scope());
    builder.setAttr("shape", shape);
    builder.setAttr("dtype", Operands.toDataType(type));
    if (!settings.trainable()) {
      builder.setAttr(TRAINABLE, AttrValue.newBuilder().setB(false).build());
    }
    var op = builder.build();
    assign(init, op.output(0), first);
    origins.put(name, caller());
    return variable(op);
  }

  @SuppressWarnings("unchecked") // the types were compared
  private static void assign(Ops init, Output<?> reference, Operand<?> value) {
    Assign.create(init.scope(), (Operand<TType>) reference, (Operand<TType>) value);
  }

  /** Mixes the full name and the seed of the scope: FNV-1a, then the finalizer of splitmix64. */
  static long seedOf(String name, long seed) {
    long hash = 0xcbf29ce484222325L ^ seed;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ b) * 0x100000001b3L;
    }
    hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
    hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
    return hash ^ (hash >>> 31);
  }

  /** The first line outside this library, for the message about a name that is taken. */
  private static String caller() {
    return StackWalker.getInstance()
        .walk(
            frames ->
                frames
                    .filter(frame -> !ofLibrary(frame.getClassName()))
                    .findFirst()
                    .map(VariableStore::line)
                    .orElse("an unknown place"));
  }

  private static String line(StackWalker.StackFrame frame) {
    return "%s.%s(%s:%d)"
        .formatted(
            frame.getClassName(),
            frame.getMethodName(),
            frame.getFileName(),
            frame.getLineNumber());
  }

  private static boolean ofLibrary(String className) {
    return className.startsWith("java.")
        || (className.startsWith("io.github.tfrnn.")
            && !className.startsWith("io.github.tfrnn.examples."));
  }

  static boolean isReference(DataType type) {
    return type.name().endsWith("_REF");
  }
}
