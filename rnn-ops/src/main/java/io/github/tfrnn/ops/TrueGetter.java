package io.github.tfrnn.ops;

import java.util.stream.Collectors;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TType;

/**
 * Makes variables or hands them out: what is behind all getters.
 *
 * <p>The order of the questions is that of {@code _VariableStore} in TensorFlow 1.15.
 */
final class TrueGetter implements VariableSource {
  private static final int NAMES_SHOWN = 10;

  private final Graph graph;
  private final VariableStore store;

  TrueGetter(Graph graph, VariableStore store) {
    this.graph = graph;
    this.store = store;
  }

  @Override
  public Ops tf() {
    return NamingScope.ops(graph);
  }

  @Override
  public Operand<? extends TType> get(VariableRequest request) {
    var partitioner = request.options().partitioner();
    var parts = new PartitionedVariables(graph, store, this);
    boolean cut = partitioner.isPresent() && request.shape().numDimensions() != 0;
    boolean adopt = partitioner.isEmpty() && request.options().reuse() == Reuse.ALWAYS;
    if (cut || (adopt && parts.holds(request.name()))) {
      return parts.get(request);
    }
    if (parts.exist(request.name())) {
      throw new IllegalArgumentException(
          "No partitioner was provided, but a partitioned version of the variable was found: "
              + request.name()
              + "/part_0. Perhaps a variable of the same name was already created with"
              + " partitioning?");
    }
    return single(request).value();
  }

  /** Makes or hands out a variable of one piece. */
  private Variable single(VariableRequest request) {
    var found = store.find(request.name());
    if (found != null) {
      requireSame(found, request);
      return found;
    }
    if (request.options().reuse() == Reuse.ALWAYS) {
      throw missing("Variable", request.name());
    }
    return store.create(request);
  }

  /** Checks that a variable of one piece may be handed out. */
  void requireSame(Variable found, VariableRequest request) {
    if (request.options().reuse() == Reuse.NEVER) {
      throw new IllegalStateException(
          "Variable "
              + found.name()
              + " already exists, disallowed. Did you mean Reuse.ALWAYS or Reuse.AUTO, a scope of"
              + " another name, or the same cell object? Originally defined at: "
              + store.origin(found.name()));
    }
    if (!found.shape().isCompatibleWith(request.shape())) {
      throw different(found, "shape", Shapes.text(request.shape()), Shapes.text(found.shape()));
    }
    if (found.type() != request.type()) {
      throw different(found, "dtype", request.type().getSimpleName(), found.type().getSimpleName());
    }
  }

  private IllegalArgumentException different(Variable found, String what, String asked, String is) {
    return new IllegalArgumentException(
        "Trying to share variable %s, but specified %s %s and found %s %s. Originally defined at: %s"
            .formatted(found.name(), what, asked, what, is, store.origin(found.name())));
  }

  IllegalStateException missing(String kind, String name) {
    return new IllegalStateException(
        kind
            + " "
            + name
            + " does not exist. Did you mean Reuse.AUTO, or a scope of another name? The graph"
            + " holds "
            + holdings());
  }

  /** Names for a message, at most {@value #NAMES_SHOWN}. */
  private String holdings() {
    var names = store.all().stream().map(Variable::name).toList();
    if (names.isEmpty()) {
      return "no variable.";
    }
    int rest = names.size() - NAMES_SHOWN;
    return names.stream().limit(NAMES_SHOWN).collect(Collectors.joining(", "))
        + (rest > 0 ? " and " + rest + " more." : ".");
  }
}
