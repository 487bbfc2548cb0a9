package io.github.tfrnn.model;

import com.google.protobuf.ByteString;
import io.github.tfrnn.ops.spi.CompiledAttribute;
import io.github.tfrnn.ops.spi.GradientAttribute;
import io.github.tfrnn.ops.spi.LoopAttribute;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.tensorflow.Operand;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * The part of a graph that computes given outputs from given inputs: no optimizer, no gradient and
 * no initializer that they do not need, and no function that nothing calls.
 */
final class InferenceGraph {
  private static final AttrValue EXPORTED =
      AttrValue.newBuilder()
          .setS(
              ByteString.copyFromUtf8(CompiledAttribute.FAILURE + "it was exported for inference"))
          .build();

  private final Map<String, NodeDef> nodes = new LinkedHashMap<>();
  private final Map<String, FunctionDef> functions = new LinkedHashMap<>();
  private final Map<String, Operand<?>> inputs = new LinkedHashMap<>();
  private final GraphDef whole;
  private final boolean trainable;

  private InferenceGraph(
      GraphDef whole, Collection<? extends Operand<?>> inputs, boolean trainable) {
    this.whole = whole;
    this.trainable = trainable;
    whole.getNodeList().forEach(node -> nodes.put(node.getName(), node));
    whole
        .getLibrary()
        .getFunctionList()
        .forEach(function -> functions.put(function.getSignature().getName(), function));
    inputs.forEach(input -> this.inputs.put(input.op().name(), input));
  }

  /**
   * Cuts the part out.
   *
   * @param inputs become placeholders if they are something else
   * @param trainable whether gradients can be taken through the part: its loops keep the plans and
   *     functions of theirs
   * @throws IllegalArgumentException if the outputs need a placeholder that is not an input
   */
  static GraphDef of(
      GraphDef whole,
      Collection<? extends Operand<?>> inputs,
      Collection<? extends Operand<?>> outputs,
      boolean trainable) {
    return new InferenceGraph(whole, inputs, trainable).cut(outputs);
  }

  private GraphDef cut(Collection<? extends Operand<?>> outputs) {
    var needed = new LinkedHashSet<String>();
    Deque<String> todo = new ArrayDeque<>();
    outputs.forEach(output -> todo.add(output.op().name()));
    todo.addAll(inputs.keySet());
    var missing = new TreeSet<String>();
    while (!todo.isEmpty()) {
      String name = todo.remove();
      if (!needed.add(name) || inputs.containsKey(name)) {
        continue;
      }
      var node = node(name);
      StandardOps.require(node);
      if (node.getOp().equals("Placeholder")) {
        missing.add(name);
      }
      node.getInputList().forEach(input -> todo.add(GraphStructure.producer(input)));
    }
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "export: inputs of the signatures must include every placeholder that the outputs need,"
              + " got none for "
              + missing
              + ". Add it with input(name, operand), or make it a placeholderWithDefault.");
    }
    return rebuilt(needed);
  }

  private NodeDef node(String name) {
    var node = nodes.get(name);
    if (node == null) {
      throw new IllegalArgumentException(
          "export: operands must belong to the graph of the session, got " + name);
    }
    return node;
  }

  private GraphDef rebuilt(Set<String> needed) {
    var graph = GraphDef.newBuilder().setVersions(whole.getVersions());
    var called = new LinkedHashSet<String>();
    for (NodeDef node : nodes.values()) {
      if (needed.contains(node.getName())) {
        var input = inputs.get(node.getName());
        var kept = input == null ? kept(node) : placeholder(node, input);
        collectCalls(List.of(kept), called);
        graph.addNode(kept);
      }
    }
    var library = FunctionDefLibrary.newBuilder();
    // The functions of gradients are named in the plans of the loops only, layer inside layer.
    for (String name : trainable ? functions.keySet() : called) {
      var function = functions.get(name);
      if (function != null) {
        library.addFunction(kept(function));
      }
    }
    return graph.setLibrary(library).build();
  }

  // Without the attribute nothing names the functions of a gradient. That of a compiled piece must
  // not go: its gradient would be taken for zero. A variable that checkpoints leave out,
  // the op Variable, is saved like all others: the model needs it.
  private NodeDef kept(NodeDef node) {
    if (node.getOp().equals("Variable")) {
      return node.toBuilder().setOp("VariableV2").build();
    }
    if (trainable) {
      return node;
    }
    if (node.containsAttr(CompiledAttribute.NAME)) {
      return node.toBuilder().putAttr(CompiledAttribute.NAME, EXPORTED).build();
    }
    return node.containsAttr(LoopAttribute.NAME) || node.containsAttr(GradientAttribute.NAME)
        ? node.toBuilder().removeAttr(LoopAttribute.NAME).removeAttr(GradientAttribute.NAME).build()
        : node;
  }

  private FunctionDef kept(FunctionDef function) {
    var copy = function.toBuilder().clearNodeDef();
    function.getNodeDefList().forEach(node -> copy.addNodeDef(kept(node)));
    return copy.build();
  }

  private static NodeDef placeholder(NodeDef node, Operand<?> input) {
    if (node.getOp().equals("Placeholder") || node.getOp().equals("PlaceholderWithDefault")) {
      return node;
    }
    return NodeDef.newBuilder()
        .setName(node.getName())
        .setOp("Placeholder")
        .putAttr("dtype", AttrValue.newBuilder().setType(input.asOutput().dataType()).build())
        .putAttr("shape", AttrValue.newBuilder().setShape(ShapeProtos.proto(input.shape())).build())
        .build();
  }

  /** Follows calls from function to function. */
  private void collectCalls(List<NodeDef> from, Set<String> called) {
    for (NodeDef node : from) {
      call(node.getOp(), called);
      for (AttrValue value : node.getAttrMap().values()) {
        if (value.hasFunc()) {
          call(value.getFunc().getName(), called);
        }
        value.getList().getFuncList().forEach(function -> call(function.getName(), called));
      }
    }
  }

  private void call(String name, Set<String> called) {
    var function = functions.get(name);
    if (function != null && called.add(name)) {
      collectCalls(function.getNodeDefList(), called);
    }
  }
}
