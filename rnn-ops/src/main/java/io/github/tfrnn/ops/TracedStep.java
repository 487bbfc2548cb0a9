package io.github.tfrnn.ops;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NodeDef;

/** One loop step as graph nodes: which tensors go in, which come out. */
final class TracedStep {
  /** All nodes, by name. */
  final Map<String, NodeDef> nodes;

  /** Functions that the nodes call. */
  final List<FunctionDef> library = new ArrayList<>();

  /** Type and shape of every tensor that goes in or out. */
  final Function<TensorRef, ValueSpec> specs;

  final TensorRef position;
  final List<TensorRef> carryIn = new ArrayList<>();
  final List<TensorRef> inputs = new ArrayList<>();
  final List<TensorRef> captures = new ArrayList<>();
  final List<TensorRef> carryOut = new ArrayList<>();
  final List<TensorRef> outputs = new ArrayList<>();

  TracedStep(TensorRef position, Function<TensorRef, ValueSpec> specs) {
    this(position, specs, new LinkedHashMap<>());
  }

  TracedStep(TensorRef position, Function<TensorRef, ValueSpec> specs, Map<String, NodeDef> nodes) {
    this.position = position;
    this.specs = specs;
    this.nodes = nodes;
  }

  NodeDef node(TensorRef ref) {
    var node = nodes.get(ref.node());
    if (node == null) {
      throw new IllegalStateException("loop body: no node " + ref);
    }
    return node;
  }

  List<ValueSpec> specs(List<TensorRef> refs) {
    return refs.stream().map(specs).toList();
  }
}
