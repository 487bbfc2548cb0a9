package io.github.tfrnn.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * The nodes of a graph that was read from a file, after a look at each: native code takes a graph
 * that is not one for granted here and there, and ends the process.
 */
final class GraphStructure {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9.][A-Za-z0-9_.\\\\/>-]*");

  private final ModelFile file;
  private final Map<String, NodeDef> nodes = new LinkedHashMap<>();
  private final Map<String, List<DataType>> outputs = new HashMap<>();
  private final FunctionLibrary functions;

  private GraphStructure(ModelFile file, GraphDef graph) {
    this.file = file;
    this.functions = FunctionLibrary.of(file, graph.getLibrary());
    graph.getNodeList().forEach(this::add);
    nodes.values().forEach(this::requireInputs);
    requireNoCycle(file, "graph", nodes, GraphStructure::producer);
  }

  /**
   * Looks at a graph.
   *
   * @throws IllegalArgumentException if a name is taken twice or malformed, an op is unknown or has
   *     no kernel here, an attribute is missing or of another kind, an input is missing or of
   *     another type, a constant does not fill its shape, a function is missing or calls itself, or
   *     nodes wait for each other outside a loop
   */
  static GraphStructure of(ModelFile file, GraphDef graph) {
    return new GraphStructure(file, graph);
  }

  /** The nodes by name. */
  Map<String, NodeDef> nodes() {
    return nodes;
  }

  /** The type of a tensor such as {@code rnn/outputs:0}; null if there is none. */
  @Nullable DataType type(String tensor) {
    int colon = tensor.lastIndexOf(':');
    var types = outputs.get(colon < 0 ? tensor : tensor.substring(0, colon));
    try {
      int index = colon < 0 ? 0 : Integer.parseInt(tensor.substring(colon + 1));
      return types == null || index < 0 || index >= types.size() ? null : types.get(index);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** The node of {@code x}, {@code x:1} or {@code ^x}. */
  static String producer(String input) {
    String plain = input.startsWith("^") ? input.substring(1) : input;
    int colon = plain.lastIndexOf(':');
    return colon < 0 ? plain : plain.substring(0, colon);
  }

  private void add(NodeDef node) {
    if (!NAME.matcher(node.getName()).matches()) {
      throw file.refuse("node names", "be letters, digits and ._\\/>-", "'" + node.getName() + "'");
    }
    if (nodes.put(node.getName(), node) != null) {
      throw file.refuse("node names", "differ", node.getName() + " twice");
    }
    var op = functions.op(node);
    if (OpRegistry.ops().containsKey(node.getOp()) && !OpRegistry.hasKernel(node.getOp())) {
      throw file.refuse(
          "op of node " + node.getName(), "have a kernel on this machine", node.getOp());
    }
    NodeCheck.requireAttributes(file, node, op);
    node.getAttrMap()
        .forEach(
            (name, value) -> {
              if (!value.getPlaceholder().isEmpty()) {
                throw file.refuse(
                    "attribute " + name + " of node " + node.getName(), "have a value", "none");
              }
            });
    functions.requireCalls(node);
    outputs.put(node.getName(), NodeCheck.types(NodeCheck.outputs(file, node, op)));
  }

  private void requireInputs(NodeDef node) {
    var arguments = NodeCheck.inputs(file, node, functions.op(node));
    var types = NodeCheck.types(arguments);
    int data = 0;
    boolean controls = false;
    for (String input : node.getInputList()) {
      if (input.startsWith("^")) {
        controls = true;
        if (!nodes.containsKey(input.substring(1))) {
          throw file.refuse(
              "node " + node.getName(), "wait for nodes of the graph", "'" + input + "'");
        }
        continue;
      }
      var type = type(input);
      if (type == null || controls) {
        throw file.refuse(
            "input " + data + " of node " + node.getName(),
            "be a tensor of the graph",
            "'" + input + "'" + (controls ? " after a control input" : ""));
      }
      if (data < types.size()
          && FunctionLibrary.plain(type) != FunctionLibrary.plain(types.get(data))) {
        throw file.refuse(
            "input " + data + " of node " + node.getName(), "be " + types.get(data), type);
      }
      data++;
    }
    if (data != types.size()) {
      throw file.refuse("node " + node.getName(), "have " + types.size() + " inputs", data);
    }
    OpRules.require(file, node, arguments, input -> nodes.get(producer(input)));
  }

  /**
   * Refuses nodes that wait for each other, except around a loop, whose way back is a
   * NextIteration.
   */
  static void requireNoCycle(
      ModelFile file, String what, Map<String, NodeDef> nodes, UnaryOperator<String> producer) {
    var waiting = new HashMap<String, Integer>();
    var consumers = new HashMap<String, List<String>>();
    Deque<String> ready = new ArrayDeque<>();
    nodes.forEach(
        (name, node) -> {
          int count = 0;
          for (String input : node.getInputList()) {
            var source = nodes.get(producer.apply(input));
            if (source != null && !isWayBack(source)) {
              consumers.computeIfAbsent(source.getName(), any -> new ArrayList<>()).add(name);
              count++;
            }
          }
          waiting.put(name, count);
          if (count == 0) {
            ready.add(name);
          }
        });
    int done = 0;
    while (!ready.isEmpty()) {
      done++;
      for (String consumer : consumers.getOrDefault(ready.remove(), List.of())) {
        if (waiting.merge(consumer, -1, Integer::sum) == 0) {
          ready.add(consumer);
        }
      }
    }
    if (done < nodes.size()) {
      var stuck =
          nodes.keySet().stream()
              .filter(name -> waiting.getOrDefault(name, 0) > 0)
              .limit(5)
              .toList();
      throw file.refuse(what, "have no cycle outside a loop", "one among " + stuck);
    }
  }

  private static boolean isWayBack(NodeDef node) {
    return node.getOp().equals("NextIteration") || node.getOp().equals("RefNextIteration");
  }
}
