package io.github.tfrnn.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.conformance.Fed.Size;
import io.github.tfrnn.conformance.Results.Used;
import io.github.tfrnn.model.ModelExporter;
import io.github.tfrnn.model.ModelSignature;
import io.github.tfrnn.ops.Variable;
import io.github.tfrnn.testing.TestGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.function.Executable;
import org.opentest4j.TestAbortedException;
import org.tensorflow.Operand;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Tensor;
import org.tensorflow.op.Op;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TNumber;

/**
 * Runs one entry through the suites. They share one graph, and all that is compared at one size is
 * fetched in one run, because building and optimizing graphs is what takes the time.
 */
final class EntryRun implements AutoCloseable {
  private static final int DIRECTIONS = 2;

  private final Entry entry;
  private final Map<String, Comparison> comparisons = new LinkedHashMap<>();
  private final Map<String, Throwable> failures = new HashMap<>();

  private CellGraph<?, ?, ?> graph;
  private List<Variable> variables = List.of();
  private Operand<?> loss;

  /** What the tensors of the comparisons held, at each size. */
  private final Map<Size, Map<Operand<?>, double[]>> numbers = new HashMap<>();

  private EntryRun(Entry entry) {
    this.entry = entry;
  }

  /**
   * What became of each test: empty where it passed, and {@link TestAbortedException} where it was
   * left out.
   */
  static Map<String, Optional<Throwable>> outcomes(Entry entry) {
    var outcomes = new HashMap<String, Optional<Throwable>>();
    try (var run = new EntryRun(entry)) {
      for (Suite suite : Suite.values()) {
        if (suite != Suite.IN_WRAPPERS) {
          outcomes.put(suite.toString(), thrownBy(() -> run.check(suite)));
        }
      }
      for (Wrapper wrapper : Wrapper.all()) {
        outcomes.put(wrapper.toString(), thrownBy(() -> run.check(wrapper)));
      }
    }
    return outcomes;
  }

  private static Optional<Throwable> thrownBy(Executable test) {
    try {
      test.execute();
      return Optional.empty();
    } catch (Throwable e) {
      return Optional.of(e);
    }
  }

  private void check(Suite suite) throws Throwable {
    entry.reasonAgainst(suite).ifPresent(Assumptions::abort);
    prepare();
    switch (suite) {
      case FINITE_DIFFERENCES -> requireSlopes();
      case CHECKPOINT -> requireRestored();
      case SAVED_MODEL -> requireReloaded(graph);
      case NAN_IN_PADDING -> requireCleanInDirt();
      default -> requireEqual(suite.name());
    }
  }

  private void check(Wrapper wrapper) throws Throwable {
    entry.reasonAgainst(Suite.IN_WRAPPERS).ifPresent(Assumptions::abort);
    prepare();
    wrapper.reasonAgainst(entry, graph.cell).ifPresent(Assumptions::abort);
    requireEqual(wrapper.name());
  }

  private void prepare() throws Throwable {
    if (graph != null) {
      return;
    }
    requireNoFailure("the graph");
    try {
      graph = CellGraph.of(entry);
    } catch (Throwable e) {
      failures.put("the graph", e);
      throw e;
    }
    build(Suite.STATIC_EQUALS_DYNAMIC, graph::wholeRows);
    build(Suite.LENGTHS, graph::lengths);
    build(Suite.RECOMPUTE, graph::recompute);
    build(Suite.BOTH_TYPES, graph::bothTypes);
    build(Suite.OPEN_SIZES, graph::otherSize);
    build(Suite.XLA, graph::compiled);
    build(Suite.ONE_TENSOR_STATE, graph::oneTensorState);
    build(Suite.IN_STACK, graph::inStack);
    for (Wrapper wrapper : Wrapper.all()) {
      if (entry.reasonAgainst(Suite.IN_WRAPPERS).isEmpty()
          && wrapper.reasonAgainst(entry, graph.cell).isEmpty()) {
        build(wrapper.name(), () -> graph.inWrapper(wrapper));
      }
    }
    loss = graph.looped.loss(graph.test, entry.precision().type, Used.ALL);
    variables =
        graph.test.scope().variables().stream()
            .filter(variable -> Results.isFloating(variable.value()))
            .toList();
    var moves = moves(); // to add an op after the first run makes the session read the graph again
    graph.feed(Size.USUAL, false);
    graph.test.run(moves);
    numbers.put(Size.USUAL, numbersAt(Size.USUAL, false));
    numbers.put(Size.OTHER, numbersAt(Size.OTHER, false));
  }

  private void build(Suite suite, Supplier<Comparison> made) {
    if (entry.reasonAgainst(suite).isEmpty()) {
      build(suite.name(), made);
    }
  }

  // What fails to build is told by its own test.
  private void build(String name, Supplier<Comparison> made) {
    try {
      comparisons.put(name, made.get());
    } catch (RuntimeException | AssertionError e) {
      failures.put(name, e);
    }
  }

  private void requireNoFailure(String name) throws Throwable {
    if (failures.containsKey(name)) {
      throw failures.get(name);
    }
  }

  /** Runs all comparisons of a size at once or, if that fails, one by one. */
  private Map<Operand<?>, double[]> numbersAt(Size size, boolean dirty) {
    graph.feed(size, dirty);
    var here = new LinkedHashMap<>(comparisons);
    here.values().removeIf(comparison -> !comparison.size().equals(size));
    var apart = new ArrayList<>(graph.looped.values());
    variables.forEach(variable -> apart.add(variable.value()));
    var compared = here.values().stream().flatMap(c -> c.fetches().stream());
    try {
      return values(Stream.concat(apart.stream(), compared).toList());
    } catch (RuntimeException e) {
      var all = new HashMap<>(values(apart));
      here.forEach(
          (name, comparison) -> {
            try {
              all.putAll(values(comparison.fetches()));
            } catch (RuntimeException alone) {
              failures.put(name, alone);
            }
          });
      return all;
    }
  }

  private Map<Operand<?>, double[]> values(List<Operand<?>> fetches) {
    var found = graph.test.values(fetches);
    var values = new HashMap<Operand<?>, double[]>();
    for (int i = 0; i < found.size(); i++) {
      values.put(fetches.get(i), found.get(i));
    }
    return values;
  }

  /**
   * What moves every variable from its first value, so that no bias is zero, and equal cells alike.
   */
  private Op[] moves() {
    var random = new Random(5);
    var moved = new HashMap<String, Operand<? extends TNumber>>();
    var narrow = graph.narrowVariables();
    for (var variable : variables) {
      if (!narrow.contains(variable)) {
        moved.put(variable.name(), moved(variable, random));
      }
    }
    var wide = graph.variables();
    for (int i = 0; i < narrow.size(); i++) {
      var twin = moved.get(wide.get(i).name());
      if (twin != null) {
        moved.put(narrow.get(i).name(), assigned(narrow.get(i), twin));
      }
    }
    return moved.values().stream().map(Op.class::cast).toArray(Op[]::new);
  }

  private Operand<? extends TNumber> moved(Variable variable, Random random) {
    var tf = graph.test.tf();
    double[] by = random.doubles(variable.shape().size()).map(u -> 0.5 * u - 0.25).toArray();
    return added(variable, tf.reshape(tf.constant(by), tf.constant(variable.shape().asArray())));
  }

  private <T extends TNumber> Operand<T> added(Variable variable, Operand<TFloat64> by) {
    Operand<T> reference = reference(variable);
    return graph.test.tf().assignAdd(reference, as(reference, by));
  }

  private <T extends TNumber> Operand<T> assigned(
      Variable variable, Operand<? extends TNumber> value) {
    Operand<T> reference = reference(variable);
    return graph.test.tf().assign(reference, as(reference, value));
  }

  private <T extends TNumber> Operand<T> reference(Variable variable) {
    return graph.test.graph().operationOrThrow(variable.name()).output(0);
  }

  private <T extends TNumber> Operand<T> as(Operand<T> like, Operand<? extends TNumber> value) {
    return graph.test.tf().dtypes.cast(value, like.type());
  }

  private void requireEqual(String name) throws Throwable {
    requireNoFailure(name);
    var comparison = comparisons.get(name);
    var held = numbers.get(comparison.size());
    for (int i = 0; i < comparison.expected().size(); i++) {
      var expected = comparison.expected().get(i);
      requireNear(
          i + " (" + expected.op().name() + ")",
          held.get(expected),
          held.get(comparison.actual().get(i)),
          comparison.tolerance());
    }
    int first = comparison.expected().size() - comparison.reached().size();
    for (int i = 0; i < comparison.reached().size(); i++) {
      String variable = comparison.reached().get(i);
      boolean reached =
          Arrays.stream(held.get(comparison.expected().get(first + i))).anyMatch(v -> v != 0);
      assertEquals(
          !entry.isIdle(variable), reached, entry + ": the results must depend on " + variable);
    }
  }

  private void requireNear(String what, double[] expected, double[] actual, double tolerance) {
    assertEquals(expected.length, actual.length, entry + ": elements of tensor " + what);
    for (int k = 0; k < expected.length; k++) {
      double difference = Math.abs(expected[k] - actual[k]);
      if (!(difference <= tolerance * Math.max(1, Math.abs(expected[k])))) {
        throw new AssertionError(
            "%s: element %d of tensor %s must be %s, got %s"
                .formatted(entry, k, what, expected[k], actual[k]));
      }
    }
  }

  private void requireCleanInDirt() throws Throwable {
    var name = Suite.LENGTHS.name();
    requireNoFailure(name);
    var clean = numbers.get(Size.USUAL);
    var dirty = numbersAt(Size.USUAL, true);
    for (var fetch : comparisons.get(name).fetches()) {
      requireNear(fetch.op().name(), clean.get(fetch), dirty.get(fetch), 0);
    }
  }

  /** Moves each source a little along random directions: the loss follows the gradient. */
  private void requireSlopes() {
    var step = entry.precision().step;
    var test = graph.test;
    graph.feed(Size.USUAL, false);
    graph.variables().forEach(this::feed);
    var random = new Random(3);
    for (int i = 0; i < graph.sources().size(); i++) {
      var source = graph.sources().get(i);
      double[] at = TestGraph.elements(test.fed(source));
      double[] gradient = numbers.get(Size.USUAL).get(graph.gradients().get(i));
      for (int d = 0; d < DIRECTIONS; d++) {
        double[] direction = random.doubles(at.length).map(u -> 2 * u - 1).toArray();
        double up = lossAt(source, along(at, direction, step));
        double down = lossAt(source, along(at, direction, -step));
        lossAt(source, at);
        requireNear(
            "slope of " + source.op().name(),
            new double[] {(up - down) / (2 * step)},
            new double[] {
              IntStream.range(0, at.length).mapToDouble(k -> gradient[k] * direction[k]).sum()
            },
            entry.precision().slopeTolerance);
      }
    }
    graph.variables().forEach(variable -> test.unfeed(variable.value()));
  }

  private void feed(Variable variable) {
    var values = numbers.get(Size.USUAL).get(variable.value());
    if (values != null) {
      graph.test.refeed(variable.value(), entry.precision().tensor(variable.shape(), values));
    }
  }

  private static double[] along(double[] at, double[] direction, double by) {
    return IntStream.range(0, at.length).mapToDouble(k -> at[k] + by * direction[k]).toArray();
  }

  private double lossAt(Operand<?> source, double[] values) {
    var shape = graph.test.fed(source).shape();
    graph.test.refeed(source, entry.precision().tensor(shape, values));
    return graph.test.value(loss)[0];
  }

  private void requireRestored() throws IOException {
    var expected = numbers.get(Size.USUAL);
    var folder = Files.createTempDirectory("conformance");
    try (var again = CellGraph.of(entry)) {
      var file = folder.resolve("checkpoint").toString();
      graph.test.session().save(file);
      again.test.session().restore(file);
      again.feed(Size.USUAL, false);
      var restored = again.test.values(again.looped.values());
      for (int i = 0; i < restored.size(); i++) {
        var before = expected.get(graph.looped.values().get(i));
        requireNear(Integer.toString(i), before, restored.get(i), 0);
      }
    } finally {
      delete(folder);
    }
  }

  private <S> void requireReloaded(CellGraph<?, ?, S> graph) throws IOException {
    graph.feed(Size.OTHER, false);
    var expected = numbers.get(Size.OTHER);
    var folder = Files.createTempDirectory("conformance");
    try {
      var directory = folder.resolve("model");
      ModelExporter.of(graph.test.session()).signature(signature(graph)).export(directory);
      try (var bundle = SavedModelBundle.load(directory.toString());
          var answer = bundle.function("serving_default").call(arguments(graph))) {
        var results = graph.looped.values();
        for (int i = 0; i < results.size(); i++) {
          var reloaded = answer.get("result" + i).orElseThrow();
          requireNear(
              Integer.toString(i),
              expected.get(results.get(i)),
              TestGraph.elements(reloaded),
              entry.precision().tolerance);
        }
      }
    } finally {
      delete(folder);
    }
  }

  private static Map<String, Operand<?>> named(CellGraph<?, ?, ?> graph) {
    var named = new LinkedHashMap<String, Operand<?>>();
    var all = new ArrayList<>(graph.fed.inputs());
    all.addAll(graph.fed.initial());
    all.add(graph.fed.lengths());
    all.forEach(operand -> named.put("input" + named.size(), operand));
    return named;
  }

  private static ModelSignature signature(CellGraph<?, ?, ?> graph) {
    var signature = ModelSignature.named("serving_default");
    for (var input : named(graph).entrySet()) {
      signature = signature.input(input.getKey(), input.getValue());
    }
    var results = graph.looped.values();
    for (int i = 0; i < results.size(); i++) {
      signature = signature.output("result" + i, results.get(i));
    }
    return signature;
  }

  private static Map<String, Tensor> arguments(CellGraph<?, ?, ?> graph) {
    var arguments = new HashMap<String, Tensor>();
    named(graph).forEach((name, operand) -> arguments.put(name, graph.test.fed(operand)));
    return arguments;
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Override
  public void close() {
    if (graph != null) {
      graph.close();
    }
  }
}
