package io.github.tfrnn.ops;

import io.github.tfrnn.ops.LoopGradientPlan.CaptureUse;
import io.github.tfrnn.ops.LoopGradientPlan.ListRef;
import io.github.tfrnn.ops.LoopGradientPlan.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.NodeDef;

/**
 * The body of a backward loop while it is put together: gradient nodes are copied in, and each
 * forward value that they read becomes a list to read, a captured value, or nodes computed again.
 */
final class BackwardBody {
  private final TracedStep forward;
  private final GradientNodes gradientNodes;
  private final IntermediatePolicy policy;
  private final SymbolicShapes shapes;
  private final String suffix;
  private final TracedStep body;
  private final List<ListRef> lists = new ArrayList<>();
  private final List<CaptureUse> captures = new ArrayList<>();
  private final Map<TensorRef, Integer> forwardCaptures = new HashMap<>();
  private final Map<TensorRef, ListRef> perStep = new HashMap<>();
  private final Map<TensorRef, Integer> saved = new HashMap<>();
  private final Map<TensorRef, Integer> collected = new HashMap<>();

  /** Type and shape of tensors that the traced graph does not have. */
  private final Map<TensorRef, ValueSpec> made = new HashMap<>();

  BackwardBody(
      TracedStep forward, GradientNodes gradientNodes, SymbolicShapes shapes, ScanOptions options) {
    this.forward = forward;
    this.gradientNodes = gradientNodes;
    this.shapes = shapes;
    this.policy = new IntermediatePolicy(forward, gradientNodes, options);
    this.suffix = "_" + options.gradientOrder() + "_";
    this.body =
        new TracedStep(
            forward.position,
            ref -> {
              var spec = made.get(ref);
              return spec != null ? spec : shapes.spec(ref);
            });
    for (int i = 0; i < forward.captures.size(); i++) {
      forwardCaptures.put(forward.captures.get(i), i);
    }
    for (int i = 0; i < forward.inputs.size(); i++) {
      perStep.put(forward.inputs.get(i), new ListRef(Source.INPUT, i));
    }
    for (int i = 0; i < forward.outputs.size(); i++) {
      saved.putIfAbsent(gradientNodes.canonical(forward.outputs.get(i)), i);
    }
  }

  TracedStep body() {
    return body;
  }

  List<ListRef> lists() {
    return lists;
  }

  List<CaptureUse> captures() {
    return captures;
  }

  /** Declares the placeholder of an output's gradient. */
  void outputGradient(TensorRef placeholder, int output) {
    perStep.put(placeholder, new ListRef(Source.OUTPUT_GRADIENT, output));
  }

  /** Makes a value available in the body and returns the tensor to use there. */
  TensorRef read(TensorRef ref) {
    var value = gradientNodes.canonical(ref);
    if (body.carryIn.contains(value) || value.equals(body.position)) {
      return value;
    }
    var capture = forwardCaptures.get(value);
    if (capture != null) {
      if (!body.captures.contains(value)) {
        body.captures.add(value);
        captures.add(new CaptureUse(capture, false));
      }
      return value;
    }
    var list = storedList(value);
    if (list != null) {
      if (!body.inputs.contains(value)) {
        body.inputs.add(value);
        lists.add(list);
      }
      return value;
    }
    copy(value.node());
    return value;
  }

  /** The list that holds a value of every step; made by the backward loop if no other has it. */
  ListRef list(TensorRef ref) {
    var value = gradientNodes.canonical(ref);
    var list = storedList(value);
    return list != null ? list : new ListRef(Source.COLLECTED, collect(value));
  }

  private @Nullable ListRef storedList(TensorRef value) {
    var list = perStep.get(value);
    if (list != null) {
      return list;
    }
    var at = saved.get(value);
    if (at != null) {
      return new ListRef(Source.OUTPUT, at);
    }
    if (!gradientNodes.isForward(value)
        || forwardCaptures.containsKey(value)
        || value.equals(body.position)
        || policy.recomputes(value)) {
      return null;
    }
    saved.put(value, forward.outputs.size());
    forward.outputs.add(value);
    return new ListRef(Source.OUTPUT, forward.outputs.size() - 1);
  }

  /** Returns the output of the backward loop that holds {@code ref} of every step. */
  int collect(TensorRef ref) {
    var value = gradientNodes.canonical(ref);
    var at = collected.get(value);
    if (at == null) {
      at = body.outputs.size();
      collected.put(value, at);
      body.outputs.add(read(value));
    }
    return at;
  }

  /** Copies a node, its integer inputs written as constants where they are known. */
  private void copy(String name) {
    if (body.nodes.containsKey(name)) {
      return;
    }
    var node = forward.node(TensorRef.first(name));
    if (node.getOp().equals("Placeholder")) {
      throw new IllegalStateException("loop gradient: unexpected placeholder " + name);
    }
    body.nodes.put(name, node); // holds the place while inputs are copied
    var copy = node.toBuilder().clearInput();
    for (int i = 0; i < node.getInputCount(); i++) {
      if (NodeDefs.isControl(node.getInput(i))) {
        continue;
      }
      var transposed = i == 1 ? transposed(node) : null;
      if (transposed != null) {
        copy.putAttr("transpose_b", NodeDefs.bool(false));
        copy.addInput(transposed.toString());
      } else {
        copy.addInput(input(node, i).toString());
      }
    }
    body.nodes.put(name, copy.build());
  }

  private TensorRef input(NodeDef node, int i) {
    var ref = TensorRef.parse(node.getInput(i));
    long[] value = gradientNodes.folded(node, i);
    if (value == null) {
      return read(ref);
    }
    String name = fresh("constant");
    body.nodes.put(
        name,
        gradientNodes.isScalar(ref)
            ? NodeDefs.scalar(name, (int) value[0])
            : NodeDefs.vector(name, value));
    return TensorRef.first(name);
  }

  /**
   * The stand-in for the transpose of a captured matrix that a product would transpose at every
   * step: the native product is several times slower with transpose_b, so it is done once.
   */
  private @Nullable TensorRef transposed(NodeDef user) {
    if (!user.getOp().equals("MatMul") || !user.getAttrOrThrow("transpose_b").getB()) {
      return null;
    }
    var matrix = gradientNodes.input(user, 1);
    var capture = forwardCaptures.get(matrix);
    var spec = shapes.spec(matrix);
    if (capture == null || spec.dims() == null || spec.dims().length != 2) {
      return null;
    }
    var ref = TensorRef.first("step_transposed" + suffix + capture);
    if (!body.captures.contains(ref)) {
      made.put(ref, new ValueSpec(spec.type(), new long[] {spec.dims()[1], spec.dims()[0]}));
      body.captures.add(ref);
      captures.add(new CaptureUse(capture, true));
    }
    return ref;
  }

  /** Zeros of the type and shape of {@code like}, which the body has. */
  TensorRef zeros(TensorRef like) {
    String name = fresh("zeros");
    body.nodes.put(
        name,
        NodeDefs.node(
            "ZerosLike",
            name,
            List.of(like),
            Map.of("T", NodeDefs.type(shapes.spec(like).type()))));
    return TensorRef.first(name);
  }

  /** Adds {@code parts} to a carry part that sums the gradient of a capture over the steps. */
  void accumulate(int capture, List<TensorRef> parts) {
    var spec = shapes.spec(forward.captures.get(capture));
    var sum = TensorRef.first("step_sum" + suffix + capture);
    made.put(sum, spec);
    body.carryIn.add(sum);
    var inputs = new ArrayList<TensorRef>();
    inputs.add(sum);
    parts.forEach(part -> inputs.add(read(part)));
    String name = fresh("sum");
    body.nodes.put(
        name,
        NodeDefs.node(
            "AddN",
            name,
            inputs,
            Map.of("T", NodeDefs.type(spec.type()), "N", NodeDefs.number(inputs.size()))));
    made.put(TensorRef.first(name), spec);
    body.carryOut.add(TensorRef.first(name));
  }

  private String fresh(String kind) {
    return "loop/" + kind + suffix + body.nodes.size();
  }
}
