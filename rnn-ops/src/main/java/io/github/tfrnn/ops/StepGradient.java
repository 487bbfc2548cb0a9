package io.github.tfrnn.ops;

import io.github.tfrnn.ops.LoopGradientPlan.Term;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NodeDef;

/**
 * Differentiates one traced step and arranges the result as the body of a backward loop.
 *
 * <p>Native code adds the gradient's nodes to the scratch graph. Forward values that they read
 * become further outputs of the forward step.
 */
final class StepGradient {
  private static final Set<String> NO_GRADIENT =
      Set.of(
          "StopGradient",
          "Shape",
          "ShapeN",
          "Size",
          "Rank",
          "ZerosLike",
          "OnesLike",
          "Floor",
          "Ceil",
          "Round",
          "Rint",
          "Sign",
          "ArgMax",
          "ArgMin",
          "Less",
          "Greater",
          "Equal");
  private static final Set<DataType> DIFFERENTIABLE =
      Set.of(
          DataType.DT_FLOAT,
          DataType.DT_DOUBLE,
          DataType.DT_HALF,
          DataType.DT_BFLOAT16,
          DataType.DT_VARIANT);

  private final Graph graph;
  private final TracedStep forward;
  private final SymbolicShapes shapes;
  private final ScanOptions options;
  private final Map<TensorRef, Integer> outputGradients = new HashMap<>();
  private final List<Integer> carry = new ArrayList<>();
  private final List<TensorRef> carryGradients = new ArrayList<>();
  private final List<FunctionDef> library = new ArrayList<>();

  StepGradient(Graph graph, TracedStep forward, SymbolicShapes shapes, ScanOptions options) {
    this.graph = graph;
    this.forward = forward;
    this.shapes = shapes;
    this.options = options;
  }

  /**
   * The backward step and its wiring.
   *
   * @param step the body of the backward loop
   * @param wiring everything of a {@link LoopGradientPlan} but the loop
   */
  record Result(TracedStep step, Wiring wiring) {}

  /** Makes a plan once the layout of the backward loop is known. */
  interface Wiring {
    LoopGradientPlan with(LoopLayout loop);
  }

  /** Returns null if no floating point output depends on a floating point input. */
  @Nullable Result build() {
    var before = Set.copyOf(forward.nodes.keySet());
    var gradients = differentiate();
    if (gradients == null) {
      return null;
    }
    var nodes = new GradientNodes(forward, shapes, before);
    var body = new BackwardBody(forward, nodes, shapes, options);
    outputGradients.forEach(body::outputGradient);
    body.body().library.addAll(library);
    body.body().carryIn.addAll(carryGradients);
    for (int i = 0; i < carry.size(); i++) {
      var gradient = gradients.get(forward.carryIn.get(carry.get(i)));
      body.body()
          .carryOut
          .add(gradient == null ? body.zeros(carryGradients.get(i)) : body.read(gradient));
    }
    var inputGradients = new ArrayList<Integer>();
    for (TensorRef input : forward.inputs) {
      var gradient = gradients.get(input);
      inputGradients.add(gradient == null ? -1 : body.collect(gradient));
    }
    var accumulated = new ArrayList<Integer>();
    var terms = captureGradients(gradients, nodes, body, accumulated);
    return new Result(
        body.body(),
        loop ->
            new LoopGradientPlan(
                loop, carry, accumulated, body.captures(), body.lists(), inputGradients, terms));
  }

  private List<List<Term>> captureGradients(
      Map<TensorRef, TensorRef> gradients,
      GradientNodes nodes,
      BackwardBody body,
      List<Integer> accumulated) {
    var hoist = new WeightGradientHoist(forward, nodes, shapes, body);
    var all = new ArrayList<List<Term>>();
    for (int i = 0; i < forward.captures.size(); i++) {
      var terms = new ArrayList<Term>();
      all.add(terms);
      var gradient = gradients.get(forward.captures.get(i));
      if (gradient == null) {
        continue;
      }
      if (!options.hoistWeightGradients()) {
        body.accumulate(i, List.of(gradient));
        accumulated.add(i);
        continue;
      }
      var rest = new ArrayList<TensorRef>();
      for (TensorRef part : hoist.summands(gradient)) {
        if (hoist.hoistable(part)) {
          terms.add(hoist.term(part));
        } else {
          rest.add(part);
        }
      }
      if (!rest.isEmpty()) {
        body.accumulate(i, rest);
        accumulated.add(i);
      }
    }
    return all;
  }

  /** Adds the gradient's nodes; returns the gradient of each input that has one. */
  private @Nullable Map<TensorRef, TensorRef> differentiate() {
    var outputs = new ArrayList<>(forward.carryOut);
    outputs.addAll(forward.outputs);
    var wanted = new ArrayList<TensorRef>();
    for (var inputs : List.of(forward.carryIn, forward.inputs, forward.captures)) {
      inputs.stream().filter(this::floating).forEach(wanted::add);
    }
    // Native code fails on an input that the outputs cannot reach, so they are walked first.
    var reached = new HashSet<TensorRef>();
    var useful = new HashSet<TensorRef>();
    for (TensorRef output : outputs) {
      if (floating(output)) {
        var here = reach(output);
        if (!Collections.disjoint(here, wanted)) {
          reached.addAll(here);
          useful.add(output);
        }
      }
    }
    wanted.retainAll(reached);
    if (wanted.isEmpty()) {
      return null;
    }
    var y = new ArrayList<Output<?>>();
    var dy = new ArrayList<Output<?>>();
    for (int i = 0; i < outputs.size(); i++) {
      var output = outputs.get(i);
      if (floating(output)) {
        var incoming = incoming(output, i);
        if (useful.contains(output)) {
          y.add(shapes.output(output));
          dy.add(incoming);
        }
      }
    }
    var x = wanted.stream().map(shapes::output).toArray(Output<?>[]::new);
    var dx =
        graph.addGradients(
            "loop_gradient" + options.gradientOrder(),
            y.toArray(new Output<?>[0]),
            x,
            dy.toArray(new Output<?>[0]));
    var definition = graph.toGraphDef();
    for (NodeDef node : definition.getNodeList()) {
      forward.nodes.putIfAbsent(node.getName(), node);
    }
    library.addAll(definition.getLibrary().getFunctionList());
    var gradients = new HashMap<TensorRef, TensorRef>();
    for (int i = 0; i < dx.length; i++) {
      if (dx[i] != null && !dx[i].isClosed()) {
        gradients.put(wanted.get(i), TensorRef.of(dx[i]));
      }
    }
    return gradients;
  }

  /** Makes the placeholder of an output's gradient. */
  private Output<?> incoming(TensorRef output, int i) {
    boolean isCarry = i < forward.carryOut.size();
    var spec = forward.specs.apply(isCarry ? forward.carryIn.get(i) : output);
    int index = isCarry ? i : i - forward.carryOut.size();
    var placeholder =
        Placeholders.add(graph, (isCarry ? "step_dcarry" : "step_doutput") + index, spec);
    var ref = TensorRef.of(placeholder);
    shapes.put(ref, spec.dims());
    if (isCarry) {
      carry.add(i);
      carryGradients.add(ref);
    } else {
      outputGradients.put(ref, index);
    }
    return placeholder;
  }

  private boolean floating(TensorRef ref) {
    return forward.specs.apply(ref).floating();
  }

  /** Everything that a tensor depends on along edges that can carry a gradient. */
  private Set<TensorRef> reach(TensorRef from) {
    var seen = new HashSet<TensorRef>();
    var todo = new ArrayList<TensorRef>();
    todo.add(from);
    while (!todo.isEmpty()) {
      var ref = todo.remove(todo.size() - 1);
      var node = forward.node(ref);
      if (!seen.add(ref) || NO_GRADIENT.contains(node.getOp())) {
        continue;
      }
      for (String input : node.getInputList()) {
        if (!NodeDefs.isControl(input)) {
          var next = TensorRef.parse(input);
          if (DIFFERENTIABLE.contains(shapes.output(next).dataType())) {
            todo.add(next);
          }
        }
      }
    }
    return seen;
  }
}
