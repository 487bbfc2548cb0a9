package io.github.tfrnn.model;

import static java.util.Objects.requireNonNull;

import io.github.tfrnn.ops.Partition;
import io.github.tfrnn.ops.Variable;
import io.github.tfrnn.ops.VariableScope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Operands;

/** One restoring: what belongs to what is settled before anything is read, and all before a run. */
final class Restore {
  private final Path path;
  private final RestoreOptions options;
  private final SavedNames saved;
  private final List<String> problems = new ArrayList<>();
  private boolean missing;

  private Restore(Path path, CheckpointFile file, RestoreOptions options) {
    this.path = path;
    this.options = options;
    this.saved = new SavedNames(path, file, options);
  }

  static void run(Path path, CheckpointFile file, Session session, RestoreOptions options) {
    var all = byWhole(VariableScope.of(session.graph()).variables());
    var wanted = new LinkedHashMap<>(all);
    wanted.keySet().removeIf(name -> !options.takes(name));
    if (wanted.isEmpty()) {
      throw new IllegalArgumentException(
          "restore: filter must leave a variable of the graph, got none of "
              + Messages.some(all.keySet(), ", "));
    }
    var restore = new Restore(path, file, options);
    var found = new LinkedHashMap<String, StoredTensor>();
    wanted.forEach((name, parts) -> restore.find(name, parts, found));
    restore.requireNoProblem();
    var values = new LinkedHashMap<Variable, Tensor>();
    try {
      wanted.forEach((name, parts) -> read(requireNonNull(found.get(name)), parts, values));
      Assignments.run(session, values);
    } finally {
      values.values().forEach(Tensor::close);
    }
  }

  /** The variables by their names, those in parts by the name of the whole. */
  static Map<String, List<Variable>> byWhole(List<Variable> variables) {
    var all = new LinkedHashMap<String, List<Variable>>();
    for (Variable variable : variables) {
      String name = variable.partition().map(Partition::name).orElse(variable.name());
      all.computeIfAbsent(name, any -> new ArrayList<>()).add(variable);
    }
    return all;
  }

  /** Where a variable stands in its whole. */
  static TensorSlice place(Variable variable) {
    var shape = variable.shape();
    return variable
        .partition()
        .map(it -> TensorSlice.along(it.shape(), it.axis(), it.offset(), shape.get(it.axis())))
        .orElseGet(() -> TensorSlice.all(shape));
  }

  private void find(String name, List<Variable> parts, Map<String, StoredTensor> found) {
    var first = parts.get(0);
    var shape = place(first).whole();
    var type = Operands.toDataType(first.type());
    var expected = new SavedVariable(name, type, shape);
    var tensor = saved.find(name, shape);
    if (tensor.isEmpty()) {
      var others = saved.parts(name);
      missing |= others.isEmpty();
      problems.add(
          others.isEmpty()
              ? expected + " is not in the file"
              : expected
                  + " in the graph is in parts of other shapes in the file, "
                  + kinds(others));
      return;
    }
    var is = tensor.get().variable();
    if (is.dtype() != type || !isSame(is.shape(), shape)) {
      String as = is.name().equals(name) ? "" : " as " + is.name();
      problems.add(
          name + " is " + expected.kind() + " in the graph and " + is.kind() + " in the file" + as);
      return;
    }
    found.put(name, tensor.get());
  }

  private static boolean isSame(Shape is, Shape expected) {
    return is.numDimensions() == expected.numDimensions() && expected.isCompatibleWith(is);
  }

  private static String kinds(List<StoredTensor> parts) {
    return parts.stream().map(part -> part.variable().kind()).collect(Collectors.joining(", "));
  }

  private void requireNoProblem() {
    if (options.isStrict()) {
      saved.unused().stream()
          .filter(options::takes)
          .forEach(name -> problems.add(name + " is in the file and not in the graph"));
    }
    if (!problems.isEmpty()) {
      throw new CheckpointException(
          path
              + ": variables must be those of the graph, got others: "
              + Messages.some(problems, "; ")
              + (missing && !options.isStrict()
                  ? ". Not asked for in the file: " + Messages.some(saved.unused(), ", ")
                  : ""));
    }
  }

  private static void read(
      StoredTensor stored, List<Variable> parts, Map<Variable, Tensor> values) {
    var whole = stored.read();
    if (parts.size() == 1 && place(parts.get(0)).isAll()) {
      values.put(parts.get(0), whole);
      return;
    }
    try {
      parts.forEach(part -> values.put(part, TensorBytes.copy(whole, place(part))));
    } finally {
      whole.close();
    }
  }
}
