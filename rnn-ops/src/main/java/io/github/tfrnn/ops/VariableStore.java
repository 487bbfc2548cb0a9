package io.github.tfrnn.ops;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Assign;
import org.tensorflow.op.core.Identity;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.family.TType;

/**
 * The variables of one graph, by full name, in the order of their creation.
 *
 * <p>It holds names and facts, never operands, so that the table of stores keeps no graph alive.
 */
final class VariableStore {
  private static final Map<Graph, VariableStore> STORES =
      Collections.synchronizedMap(new WeakHashMap<>());

  /** Written on the op of a variable, so that a reloaded graph still knows. */
  private static final String TRAINABLE = "_tfrnn_trainable";

  /**
   * What is known of a variable.
   *
   * @param origin the line of the caller that made it
   */
  record Entry(
      String name, Shape shape, Class<? extends TType> type, boolean trainable, String origin) {}

  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private VariableStore() {}

  /** Returns the store of {@code graph}, which knows every variable that the graph holds now. */
  static VariableStore of(Graph graph) {
    var store = STORES.computeIfAbsent(graph, any -> new VariableStore());
    store.adopt(graph);
    return store;
  }

  private synchronized void adopt(Graph graph) {
    graph
        .operations()
        .forEachRemaining(
            op -> {
              if (op.type().equals("VariableV2") && !entries.containsKey(op.name())) {
                var output = op.output(0);
                entries.put(
                    op.name(),
                    new Entry(
                        op.name(), output.shape(), output.type(), trainable(op), "a loaded graph"));
              }
            });
  }

  private static boolean trainable(GraphOperation op) {
    try {
      return op.attributes().getAttrBool(TRAINABLE);
    } catch (TensorFlowException | IllegalArgumentException e) {
      return true; // not written: TensorFlow's own default
    }
  }

  @Nullable
  synchronized Entry find(String name) {
    return entries.get(name);
  }

  synchronized List<Entry> all() {
    return new ArrayList<>(entries.values());
  }

  /** Adds a variable to the graph, with the ops that initialize it. */
  synchronized Entry create(
      Graph graph,
      String name,
      Shape shape,
      Class<? extends TType> type,
      VariableInitializer initializer,
      boolean trainable,
      long seed) {
    var tf = Ops.create(graph);
    var builder = graph.opBuilder("VariableV2", name, tf.scope());
    builder.setAttr("shape", shape);
    builder.setAttr("dtype", org.tensorflow.op.Operands.toDataType(type));
    if (!trainable) {
      builder.setAttr(TRAINABLE, AttrValue.newBuilder().setB(false).build());
    }
    var reference = builder.build().output(0);
    var init = tf.withSubScope("initialize").withInitScope();
    Operand<? extends TType> value =
        initializer.initialValue(init, shape, type, seedOf(name, seed));
    if (value.type() != type || !value.shape().isCompatibleWith(shape)) {
      throw new IllegalArgumentException(
          name
              + ": initial value must be "
              + type.getSimpleName()
              + Shapes.text(shape)
              + ", got "
              + value.type().getSimpleName()
              + Shapes.text(value.shape()));
    }
    assign(init, reference, value);
    read(graph, name, reference);
    var entry = new Entry(name, shape, type, trainable, caller());
    entries.put(name, entry);
    return entry;
  }

  @SuppressWarnings("unchecked") // the types were compared
  private static void assign(Ops init, Output<?> reference, Operand<?> value) {
    Assign.create(init.scope(), (Operand<TType>) reference, (Operand<TType>) value);
  }

  /** Returns the op that reads a variable: {@code kernel/read}, as in TensorFlow 1. */
  static Operand<? extends TType> value(Graph graph, String name) {
    GraphOperation read = graph.operation(name + "/read");
    return read != null && read.type().equals(Identity.OP_NAME)
        ? read.output(0)
        : read(graph, name, graph.operationOrThrow(name).output(0));
  }

  private static Operand<? extends TType> read(Graph graph, String name, Output<?> reference) {
    var builder = graph.opBuilder(Identity.OP_NAME, name + "/read", Ops.create(graph).scope());
    return builder.addInput(reference).build().output(0);
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
                    .map(frame -> frame.toStackTraceElement().toString())
                    .orElse("an unknown place"));
  }

  private static boolean ofLibrary(String className) {
    boolean library = className.startsWith("io.github.tfrnn.");
    boolean caller = className.endsWith("Test") || className.contains(".examples.");
    return (library && !caller) || className.startsWith("java.");
  }

  static boolean isReference(DataType type) {
    return type.name().endsWith("_REF");
  }
}
