package io.github.tfrnn.ops;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;
import org.tensorflow.DeviceSpec;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Operands;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Assign;
import org.tensorflow.op.core.Identity;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TType;

/**
 * The variables of one graph, by full name.
 *
 * <p>The graph itself says what there is, so a variable that came into it by loading is as good as
 * one made here. Only what no graph can hold is kept beside it: the line of the program that made a
 * variable, and its constraint.
 */
final class VariableStore {
  private static final String GLOBAL = "VariableV2";

  /**
   * The older op, of the same kernel, for what is not in {@link GraphKeys#GLOBAL_VARIABLES}:
   * Session.save and restore take every VariableV2 and no other op.
   */
  private static final String OTHER = "Variable";

  // No operands of this library: the table keeps no graph alive.
  private static final Map<Graph, VariableNotes> NOTES =
      Collections.synchronizedMap(new WeakHashMap<>());

  private final Graph graph;
  private final VariableNotes notes;

  private VariableStore(Graph graph, VariableNotes notes) {
    this.graph = graph;
    this.notes = notes;
  }

  static VariableStore of(Graph graph) {
    return new VariableStore(graph, NOTES.computeIfAbsent(graph, any -> VariableNotes.none()));
  }

  /** Whether {@code op} holds a variable. */
  static boolean isVariable(GraphOperation op) {
    return op.type().equals(GLOBAL) || op.type().equals(OTHER);
  }

  /** Whether there is a variable of this name. */
  boolean isVariable(String name) {
    var op = graph.operation(name);
    return op != null && isVariable(op);
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
    if (!isVariable(op)) {
      throw taken(op);
    }
    return variable(op);
  }

  /** Returns the variable of this name, which there is. */
  Variable get(String name) {
    return variable(graph.operationOrThrow(name));
  }

  static IllegalArgumentException taken(GraphOperation op) {
    return new IllegalArgumentException(
        op.name() + ": name must not be that of another op, got the name of a " + op.type());
  }

  /** All variables, in the order of their creation. */
  List<Variable> all() {
    // The list comes first: describing a variable may add its read to the graph.
    var ops = new ArrayList<GraphOperation>();
    graph.operations().forEachRemaining(ops::add);
    return ops.stream().filter(VariableStore::isVariable).map(this::variable).toList();
  }

  /** The variables of a collection whose names begin with {@code prefix}. */
  List<Variable> collection(String prefix, String collection) {
    if (collection.equals(GraphKeys.REGULARIZATION_LOSSES)) {
      throw new IllegalArgumentException(
          "collection: name must be that of a list of variables, got "
              + collection
              + ". Call regularizationLosses().");
    }
    return all().stream()
        .filter(it -> it.name().startsWith(prefix) && it.collections().contains(collection))
        .toList();
  }

  /** The line of the program that made a variable. */
  String origin(String name) {
    return notes.origins().getOrDefault(name, "a loaded graph");
  }

  private Variable variable(GraphOperation op) {
    return variable(op, Optional.empty());
  }

  private Variable variable(GraphOperation op, Optional<DeviceSpec> device) {
    var reference = op.output(0);
    boolean trainable = VariableAttributes.trainable(op);
    var value = value(op, device);
    return new Variable(
        op.name(),
        value.shape(),
        reference.type(),
        trainable,
        VariableAttributes.collections(op, trainable),
        VariableAttributes.partition(op),
        Optional.ofNullable(notes.constraints().get(op.name())),
        value);
  }

  /**
   * Returns what reads a variable, {@code kernel/read} as in TensorFlow 1, adding it if need be.
   *
   * @param device where to read to, for a read that is added
   */
  private Operand<? extends TType> value(GraphOperation variable, Optional<DeviceSpec> device) {
    String name = variable.name() + "/read";
    var read = graph.operation(name);
    if (read == null) {
      var here = NamingScope.ops(graph);
      var tf = device.map(here::withDevice).orElse(here);
      var builder = graph.opBuilder(Identity.OP_NAME, name, tf.scope());
      read = builder.addInput(variable.output(0)).build();
    }
    if (!read.type().equals(Identity.OP_NAME) || !read.input(0).op().equals(variable)) {
      throw new IllegalArgumentException(
          name + ": op must read the variable " + variable.name() + ", got a " + read.type());
    }
    return variable.output(0).shape().isUnknown() && variable.type().equals(OTHER)
        ? scalar(variable.name(), read.output(0))
        : read.output(0);
  }

  /** The older op does not tell a scalar from an unknown shape; what is made here has a shape. */
  private Operand<? extends TType> scalar(String variable, Output<?> read) {
    String name = variable + "/read/scalar";
    var op = graph.operation(name);
    if (op != null) {
      return op.output(0);
    }
    var tf = NamingScope.at(graph, variable + "/read/");
    return tf.withName("scalar").reshape(read, tf.constant(new int[0]));
  }

  /**
   * Adds a variable to the graph, with the ops that initialize it and its loss.
   *
   * @throws IllegalArgumentException if the shape is not fully known or the first value does not
   *     fit
   */
  Variable create(VariableRequest request) {
    if (request.shape().isUnknown() || request.shape().hasUnknownDimension()) {
      throw new IllegalArgumentException(
          request.name() + ": shape must be fully known, got " + Shapes.text(request.shape()));
    }
    var init = initializing();
    return add(request, init, firstValue(init, request), placeOfSlot(request));
  }

  /** A slot of a part, {@code kernel/part_0/Adam}, is that part of {@code kernel/Adam}. */
  private Optional<Partition> placeOfSlot(VariableRequest request) {
    int end = request.name().lastIndexOf('/');
    var owner = end < 0 ? null : graph.operation(request.name().substring(0, end));
    if (owner == null) {
      return Optional.empty();
    }
    var slot = request.name().substring(end);
    return VariableAttributes.partition(owner)
        .filter(it -> owner.output(0).shape().equals(request.shape()))
        .map(it -> new Partition(it.name() + slot, it.shape(), it.axis(), it.offset()));
  }

  /** As {@link #create}, in parts, which begin as the parts of what the whole would begin with. */
  List<Variable> createParts(VariableRequest request, Partitioning cut) {
    var taken = graph.operation(request.name());
    if (taken != null) {
      throw taken(taken);
    }
    var init = initializing();
    var first = firstValue(init, request);
    List<Variable> parts = new ArrayList<>();
    for (int i = 0; i < cut.count(); i++) {
      var shape = cut.part(i);
      var value = init.slice(first, init.constant(cut.begin(i)), init.constant(shape.asArray()));
      var part = request.withName(PartitionedVariables.part(request.name(), i)).withShape(shape);
      var place = new Partition(request.name(), cut.shape(), cut.axis(), cut.offset(i));
      parts.add(add(part, init, value, Optional.of(place)));
    }
    return parts;
  }

  private Ops initializing() {
    return NamingScope.ops(graph).withSubScope("initialize").withInitScope();
  }

  private Operand<? extends TType> firstValue(Ops init, VariableRequest request) {
    var type = request.type();
    var shape = request.shape();
    var initializer =
        request
            .options()
            .initializer()
            .orElseGet(
                () ->
                    TFloating.class.isAssignableFrom(type)
                        ? Initializers.glorotUniform()
                        : Initializers.zeros());
    long seed = seedOf(request.name(), request.options().seed());
    var first = initializer.initialValue(init, shape, type, seed);
    // A value that does not fit leaves no half-made variable behind.
    if (first.type() != type || !first.shape().isCompatibleWith(shape)) {
      throw new IllegalArgumentException(
          request.name()
              + ": initial value must be "
              + type.getSimpleName()
              + Shapes.text(shape)
              + ", got "
              + first.type().getSimpleName()
              + Shapes.text(first.shape()));
    }
    if (!graph.isInitializer(first.op())) {
      throw new IllegalArgumentException(
          request.name()
              + ": initial value must be made by the ops that the initializer is given, got "
              + first.op().name());
    }
    return first;
  }

  private Variable add(
      VariableRequest request, Ops init, Operand<?> first, Optional<Partition> partition) {
    var options = request.options();
    boolean global = options.collections().contains(GraphKeys.GLOBAL_VARIABLES);
    var builder =
        graph.opBuilder(global ? GLOBAL : OTHER, request.name(), NamingScope.ops(graph).scope());
    builder.setAttr("shape", request.shape());
    builder.setAttr("dtype", Operands.toDataType(request.type()));
    VariableAttributes.write(builder, options, partition);
    var op = builder.build();
    assign(init, op.output(0), first);
    notes.origins().put(request.name(), caller());
    options.constraint().ifPresent(it -> notes.constraints().put(request.name(), it));
    var variable = variable(op, options.cachingDevice());
    options.regularizer().ifPresent(it -> Regularization.add(graph, variable, it));
    return variable;
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
