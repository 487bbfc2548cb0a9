package io.github.tfrnn.ops;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.family.TType;

/** Makes a graph of the nodes of a backward body, so that it can be differentiated once more. */
final class LiftedStep {
  private final TracedStep from;
  private final Graph graph;
  private final GraphDef.Builder definition;
  private final Map<TensorRef, TensorRef> renamed = new HashMap<>();
  private final SymbolicShapes shapes;
  private final TracedStep to;

  private LiftedStep(TracedStep from, Graph graph) {
    this.from = from;
    this.graph = graph;
    this.definition = FunctionDefs.graphWith(from.library);
    Map<String, NodeDef> nodes = new LinkedHashMap<>();
    this.shapes = new SymbolicShapes(graph, nodes);
    var position = placeholder(from.position, "step_position", ValueSpec.scalarInt());
    this.to = new TracedStep(position, shapes::spec, nodes);
  }

  /** A step in a graph, with the shapes of its inputs. */
  record Lifted(TracedStep step, SymbolicShapes shapes) {}

  /** Puts {@code from} into {@code graph}, which is empty. */
  static Lifted into(Graph graph, TracedStep from) {
    return new LiftedStep(from, graph).build();
  }

  private Lifted build() {
    lift(from.carryIn, "step_carry", to.carryIn);
    lift(from.inputs, "step_input", to.inputs);
    lift(from.captures, "step_capture", to.captures);
    for (NodeDef node : from.nodes.values()) {
      var copy = node.toBuilder().clearInput();
      for (String input : node.getInputList()) {
        copy.addInput(
            NodeDefs.isControl(input) ? input : target(TensorRef.parse(input)).toString());
      }
      definition.addNode(copy);
    }
    graph.importGraphDef(definition.build());
    outputs(from.carryOut, to.carryOut);
    outputs(from.outputs, to.outputs);
    var all = graph.toGraphDef();
    for (NodeDef node : all.getNodeList()) {
      to.nodes.put(node.getName(), node);
    }
    to.library.addAll(all.getLibrary().getFunctionList());
    return new Lifted(to, shapes);
  }

  private TensorRef target(TensorRef ref) {
    return renamed.getOrDefault(ref, ref);
  }

  private void lift(List<TensorRef> refs, String prefix, List<TensorRef> lifted) {
    for (TensorRef ref : refs) {
      lifted.add(placeholder(ref, prefix + lifted.size(), from.specs.apply(ref)));
    }
  }

  private TensorRef placeholder(TensorRef stands, String name, ValueSpec spec) {
    definition.addNode(
        NodeDefs.node(
            "Placeholder",
            name,
            List.of(),
            Map.of("dtype", NodeDefs.type(spec.type()), "shape", NodeDefs.shape(spec))));
    var ref = TensorRef.first(name);
    renamed.put(stands, ref);
    shapes.put(ref, spec.dims());
    return ref;
  }

  // Identities make the outputs distinct nodes, which native gradients need.
  private void outputs(List<TensorRef> refs, List<TensorRef> lifted) {
    var tf = Ops.create(graph);
    for (TensorRef ref : refs) {
      var at = target(ref);
      Operand<TType> value = graph.operationOrThrow(at.node()).output(at.index());
      lifted.add(TensorRef.of(tf.identity(value).asOutput()));
    }
  }
}
