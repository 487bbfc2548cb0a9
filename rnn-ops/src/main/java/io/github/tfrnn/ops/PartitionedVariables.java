package io.github.tfrnn.ops;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.op.core.Identity;
import org.tensorflow.types.family.TType;

/** Variables that are kept in parts: made, found, and put together. */
final class PartitionedVariables {
  private final Graph graph;
  private final VariableStore store;
  private final TrueGetter getter;

  PartitionedVariables(Graph graph, VariableStore store, TrueGetter getter) {
    this.graph = graph;
    this.store = store;
    this.getter = getter;
  }

  /** Whether variables have the names of the parts of {@code name}. */
  boolean exist(String name) {
    return store.isVariable(part(name, 0));
  }

  /** Whether {@code name} was made in parts, and not by the names of its parts. */
  boolean holds(String name) {
    return exist(name) && partitioning(parts(name)) != null;
  }

  /** Makes or hands out a variable in parts, and returns the whole. */
  Operand<? extends TType> get(VariableRequest request) {
    String name = request.name();
    if (store.isVariable(name)) {
      throw new IllegalArgumentException(
          "A partitioner was provided, but an unpartitioned version of the variable was found: "
              + name
              + ". Perhaps a variable of the same name was already created without partitioning?");
    }
    var asked = request.options().partitioner().map(it -> Partitioning.of(it, request));
    var parts = parts(name);
    var found = partitioning(parts);
    if (found != null) {
      requireReuse(name, request);
      requireSame(
          "shape",
          name,
          found.shape().isCompatibleWith(request.shape()),
          Shapes.text(request.shape()),
          Shapes.text(found.shape()));
      var type = parts.get(0).type();
      requireSame(
          "dtype",
          name,
          type == request.type(),
          request.type().getSimpleName(),
          type.getSimpleName());
      var wanted = asked.orElse(found).partitions();
      requireSame(
          "partitions",
          name,
          wanted.equals(found.partitions()),
          wanted.toString(),
          found.partitions().toString());
      return whole(name, found.axis(), parts);
    }
    var cut = asked.orElseThrow();
    if (parts.isEmpty()) {
      return whole(name, cut.axis(), made(request, cut));
    }
    requireParts(request, cut, parts);
    return whole(name, cut.axis(), parts);
  }

  private List<Variable> made(VariableRequest request, Partitioning cut) {
    if (request.options().reuse() == Reuse.ALWAYS) {
      throw getter.missing("PartitionedVariable", request.name());
    }
    return store.createParts(request, cut);
  }

  private static void requireReuse(String name, VariableRequest request) {
    if (request.options().reuse() == Reuse.NEVER) {
      throw new IllegalStateException(
          "Partitioned variable with name "
              + name
              + " already exists. Did you mean Reuse.ALWAYS or Reuse.AUTO, a scope of another"
              + " name, or the same cell object?");
    }
  }

  private void requireSame(String what, String name, boolean same, String asked, String is) {
    if (!same) {
      throw new IllegalArgumentException(
          "Trying to reuse partitioned variable %s, but specified %s %s and found %s %s. Originally defined at: %s"
              .formatted(name, what, asked, what, is, store.origin(part(name, 0))));
    }
  }

  /** Checks variables that came with the names of parts, from a graph of Python say. */
  private void requireParts(VariableRequest request, Partitioning cut, List<Variable> parts) {
    String name = request.name();
    if (parts.size() != cut.count()) {
      throw new IllegalArgumentException(
          "Partitioner returned a different partitioning than what was already found. Partitioner"
              + " returned "
              + cut.count()
              + " shards, and shard "
              + part(name, 0)
              + " was found, but "
              + (parts.size() < cut.count()
                  ? part(name, cut.count() - 1) + " was not."
                  : "so was the extra shard " + part(name, cut.count()) + "."));
    }
    for (int i = 0; i < parts.size(); i++) {
      getter.requireSame(parts.get(i), request.withName(part(name, i)).withShape(cut.part(i)));
    }
  }

  private List<Variable> parts(String name) {
    List<Variable> parts = new ArrayList<>();
    while (store.isVariable(part(name, parts.size()))) {
      parts.add(store.get(part(name, parts.size())));
    }
    return parts;
  }

  /** How the parts were cut; null if they are none. */
  private static @Nullable Partitioning partitioning(List<Variable> parts) {
    if (parts.isEmpty() || parts.get(0).partition().isEmpty()) {
      return null;
    }
    var first = parts.get(0).partition().get();
    return new Partitioning(first.shape(), first.axis(), parts.size());
  }

  static String part(String name, int i) {
    return name + "/part_" + i;
  }

  /** Returns the op {@code name}, which puts the parts together, adding it if need be. */
  private Operand<? extends TType> whole(String name, int axis, List<Variable> parts) {
    var op = graph.operation(name);
    if (op == null) {
      var tf = NamingScope.at(graph, name + "/ConcatPartitions/");
      var values = parts.stream().map(part -> as(part.value())).toList();
      var joined =
          values.size() == 1
              ? values.get(0)
              : tf.withName("concat").concat(values, tf.constant(axis));
      var builder = graph.opBuilder(Identity.OP_NAME, name, tf.scope());
      return builder.addInput(joined.asOutput()).build().output(0);
    }
    if (!op.type().equals(Identity.OP_NAME)) {
      throw VariableStore.taken(op);
    }
    return op.output(0);
  }

  @SuppressWarnings("unchecked") // all parts have one type
  private static Operand<TType> as(Operand<? extends TType> value) {
    return (Operand<TType>) value;
  }
}
