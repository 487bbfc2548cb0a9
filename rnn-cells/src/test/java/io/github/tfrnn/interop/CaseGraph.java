package io.github.tfrnn.interop;

import io.github.tfrnn.interop.InteropCases.Built;
import io.github.tfrnn.ops.Variable;
import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** One of the networks in a graph of its own, with a loss that weighs every number it gives. */
final class CaseGraph implements AutoCloseable {
  final Graph graph = new Graph();
  final VariableScope root = VariableScope.of(graph);
  final Built built;
  final Operand<TFloat32> loss;
  final Session session;

  /** What is fed, by its name among the values. */
  final Map<String, Operand<?>> fed = new LinkedHashMap<>();

  CaseGraph(String name) {
    var tf = root.tf();
    var depth = Shape.of(Shape.UNKNOWN_SIZE, Shape.UNKNOWN_SIZE, InteropCases.DEPTH);
    var x = tf.placeholder(TFloat32.class, Placeholder.shape(depth));
    var lengths = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(Shape.UNKNOWN_SIZE)));
    built = InteropCases.all().get(name).over(root, x, lengths);
    fed.put("x", x);
    fed.put("lengths", lengths);
    for (int i = 0; i < built.initial().size(); i++) {
      fed.put("initial/" + i, built.initial().get(i));
    }
    var terms = new ArrayList<Operand<TFloat32>>();
    for (int i = 0; i < built.results().size(); i++) {
      var weight = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.unknown()));
      fed.put("weight/" + i, weight);
      terms.add(sum(floats(built.results().get(i)), weight));
    }
    loss = tf.math.addN(terms);
    session = new Session(graph);
  }

  private Operand<TFloat32> sum(Operand<TFloat32> result, Operand<TFloat32> weight) {
    var tf = root.tf();
    var product = tf.math.mul(result, weight);
    return tf.sum(product, tf.range(tf.constant(0), tf.rank(product), tf.constant(1)));
  }

  @SuppressWarnings("unchecked") // every network is of single precision
  private static Operand<TFloat32> floats(Operand<?> result) {
    return (Operand<TFloat32>) result;
  }

  /** A runner that is fed what the values hold. */
  Session.Runner runner(Map<String, Tensor> values) {
    var runner = session.runner();
    fed.forEach((name, operand) -> runner.feed(operand, values.get(name)));
    return runner;
  }

  /** What a gradient is taken by, under its name among the values. */
  Map<String, Operand<?>> sources() {
    var sources = new LinkedHashMap<String, Operand<?>>();
    fed.forEach(
        (name, operand) -> {
          if (name.equals("x") || name.startsWith("initial/")) {
            sources.put(name, operand);
          }
        });
    root.trainableVariables()
        .forEach(variable -> sources.put("variable/" + variable.name(), variable.value()));
    return sources;
  }

  /** The names of the network's own variables. */
  Set<String> weights() {
    return root.trainableVariables().stream().map(Variable::name).collect(Collectors.toSet());
  }

  /** Runs with what is fed, and returns what each operand held. */
  List<double[]> run(Map<String, Tensor> values, List<? extends Operand<?>> fetches) {
    var runner = runner(values);
    fetches.forEach(runner::fetch);
    try (var result = runner.run()) {
      var held = new ArrayList<double[]>();
      for (var entry : result) {
        held.add(TestGraph.elements(entry.getValue()));
      }
      return held;
    }
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
