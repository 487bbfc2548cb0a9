package io.github.tfrnn.ops;

import static org.tensorflow.proto.DataType.DT_BOOL;
import static org.tensorflow.proto.DataType.DT_INT32;
import static org.tensorflow.proto.DataType.DT_VARIANT;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NodeDef;

/**
 * A traced step made into the two functions of a loop.
 *
 * @param layout the order of the loop variables, and the plan of the gradient
 * @param functions condition and body, those of the gradient's loops, and all that they call
 */
record LoopPlan(LoopLayout layout, List<FunctionDef> functions) {

  /**
   * How a loop is to run.
   *
   * @param grows whether the lists of outputs are empty at first and grow step by step
   */
  record Mode(
      boolean reverse,
      boolean stops,
      boolean grows,
      boolean exactBound,
      boolean lowered,
      int parallel) {
    /** The mode of the loop that is this loop's gradient, which knows the number of steps. */
    Mode ofGradient() {
      return new Mode(!reverse, false, false, exactBound, lowered, parallel);
    }
  }

  /** A gradient's wiring and the functions of its loops. */
  record Gradient(LoopGradientPlan plan, List<FunctionDef> functions) {}

  /**
   * Makes the functions of a loop.
   *
   * @param gradient how to differentiate it; null if it cannot be, for the reason {@code failure}
   */
  static LoopPlan of(TracedStep step, Mode mode, @Nullable Gradient gradient, String failure) {
    var body = new Builder(step, mode).body();
    var condition = condition(step, mode, body);
    var layout =
        new LoopLayout(
            condition.getSignature().getName(),
            body.getSignature().getName(),
            body.getSignature().getIsStateful(),
            mode.reverse(),
            mode.stops(),
            mode.exactBound(),
            mode.lowered(),
            mode.parallel(),
            step.specs(step.carryIn),
            step.specs(step.captures),
            step.specs(step.inputs),
            step.specs(step.outputs),
            gradient == null ? null : gradient.plan(),
            failure);
    var functions = new ArrayList<>(step.library);
    functions.add(condition);
    functions.add(body);
    if (gradient != null) {
      functions.addAll(gradient.functions());
    }
    return new LoopPlan(layout, functions);
  }

  private static TensorRef argument(String name) {
    return TensorRef.first(name);
  }

  /**
   * {@code position < bound}, or {@code position >= 0} backwards, and the flag of an early stop.
   */
  private static FunctionDef condition(TracedStep step, Mode mode, FunctionDef body) {
    var nodes = new LinkedHashMap<String, NodeDef>();
    var zero = NodeDefs.scalar("loop/zero", 0);
    nodes.put(zero.getName(), zero);
    var more =
        NodeDefs.node(
            mode.reverse() ? "GreaterEqual" : "Less",
            "loop/more",
            List.of(
                argument("loop_position"), argument(mode.reverse() ? "loop/zero" : "loop_bound")),
            Map.of("T", NodeDefs.type(DT_INT32)));
    nodes.put(more.getName(), more);
    var result = argument("loop/more");
    if (mode.stops()) {
      var flag = argument("loop_carry" + (step.carryIn.size() - 1));
      var on = NodeDefs.node("LogicalAnd", "loop/on", List.of(result, flag), Map.of());
      nodes.put(on.getName(), on);
      result = argument("loop/on");
    }
    var arguments = new LinkedHashMap<String, DataType>();
    for (var input : body.getSignature().getInputArgList()) {
      arguments.put(input.getName(), input.getType());
    }
    return FunctionDefs.build(
        "tfrnn_condition", arguments, nodes, Map.of(), List.of(result), List.of(DT_BOOL));
  }

  /** Puts the reads and writes of lists around the nodes of a step. */
  private static final class Builder {
    private final TracedStep step;
    private final Mode mode;
    private final LinkedHashMap<String, DataType> arguments = new LinkedHashMap<>();
    private final Map<String, NodeDef> nodes = new LinkedHashMap<>();
    private final Map<TensorRef, TensorRef> bound = new HashMap<>();
    private final List<TensorRef> results = new ArrayList<>();

    Builder(TracedStep step, Mode mode) {
      this.step = step;
      this.mode = mode;
    }

    FunctionDef body() {
      advance();
      for (int i = 0; i < step.carryIn.size(); i++) {
        var in = take("loop_carry" + i, step.specs.apply(step.carryIn.get(i)).type());
        bound.put(step.carryIn.get(i), in);
        results.add(step.carryOut.get(i));
      }
      for (int i = 0; i < step.captures.size(); i++) {
        var in = take("loop_captured" + i, step.specs.apply(step.captures.get(i)).type());
        bound.put(step.captures.get(i), in);
        results.add(in);
      }
      for (int i = 0; i < step.inputs.size(); i++) {
        read(i);
      }
      for (int i = 0; i < step.outputs.size(); i++) {
        write(i);
      }
      step.nodes.values().forEach(this::add);
      return FunctionDefs.build(
          "tfrnn_step", arguments, nodes, bound, results, List.copyOf(arguments.values()));
    }

    private void advance() {
      var position = take("loop_position", DT_INT32);
      bound.put(step.position, position);
      add(NodeDefs.scalar("loop/one", 1));
      add(
          NodeDefs.node(
              mode.reverse() ? "Sub" : "AddV2",
              "loop/next",
              List.of(position, argument("loop/one")),
              Map.of("T", NodeDefs.type(DT_INT32))));
      results.add(argument("loop/next"));
      if (!mode.reverse()) {
        results.add(take("loop_bound", DT_INT32));
      }
    }

    private void read(int i) {
      var list = take("loop_input" + i, DT_VARIANT);
      results.add(list);
      var spec = step.specs.apply(step.inputs.get(i));
      add(elementShape("loop/input_shape" + i, spec));
      add(
          NodeDefs.node(
              "TensorListGetItem",
              "loop/input" + i,
              List.of(list, argument("loop_position"), argument("loop/input_shape" + i)),
              Map.of("element_dtype", NodeDefs.type(spec.type()))));
      bound.put(step.inputs.get(i), argument("loop/input" + i));
    }

    private void write(int i) {
      var list = take("loop_output" + i, DT_VARIANT);
      var value = step.outputs.get(i);
      add(
          NodeDefs.node(
              "TensorListSetItem",
              "loop/output" + i,
              List.of(list, argument("loop_position"), value),
              Map.of(
                  "element_dtype",
                  NodeDefs.type(step.specs.apply(value).type()),
                  "resize_if_index_out_of_bounds",
                  NodeDefs.bool(mode.grows()))));
      results.add(argument("loop/output" + i));
    }

    private static NodeDef elementShape(String name, ValueSpec spec) {
      return spec.dims() == null
          ? NodeDefs.scalar(name, -1)
          : NodeDefs.vector(
              name, Arrays.stream(spec.dims()).map(size -> Math.max(size, -1)).toArray());
    }

    private TensorRef take(String name, DataType type) {
      arguments.put(name, type);
      return argument(name);
    }

    private void add(NodeDef node) {
      if (nodes.put(node.getName(), node) != null) {
        throw new IllegalStateException("loop body: two nodes are named " + node.getName());
      }
    }
  }
}
