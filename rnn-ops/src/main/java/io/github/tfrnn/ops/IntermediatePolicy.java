package io.github.tfrnn.ops;

import java.util.HashSet;
import java.util.Set;

/**
 * Decides which values of a forward step the backward loop computes again and which are stored.
 *
 * <p>Stored by default: what costs a product or an activation. Computed again: constants, shapes,
 * comparisons and small arithmetic on what is at hand anyway. Results of stateful ops are always
 * stored, since a second run would give something else.
 */
final class IntermediatePolicy {
  private static final Set<String> CHEAP =
      Set.of(
          "Const",
          "Identity",
          "EnsureShape",
          "Cast",
          "Less",
          "LessEqual",
          "Greater",
          "GreaterEqual",
          "Equal",
          "NotEqual",
          "LogicalAnd",
          "LogicalNot",
          "LogicalOr",
          "ExpandDims",
          "Reshape",
          "Squeeze",
          "Shape",
          "ShapeN",
          "Size",
          "Rank",
          "StridedSlice",
          "Pack",
          "Fill",
          "ZerosLike",
          "OnesLike",
          "Add",
          "AddV2",
          "Sub",
          "Mul",
          "Neg",
          "Maximum",
          "Minimum",
          "StopGradient",
          "Transpose",
          "Slice",
          "BroadcastTo",
          "Range");

  /** How many cheap ops may follow one another. */
  private static final int LONGEST = 6;

  private final TracedStep forward;
  private final GradientNodes nodes;
  private final boolean recompute;
  private final Set<TensorRef> carry;
  private final Set<TensorRef> atHand = new HashSet<>();

  IntermediatePolicy(TracedStep forward, GradientNodes nodes, ScanOptions options) {
    this.forward = forward;
    this.nodes = nodes;
    // A gradient of a gradient needs the values as functions of the step's inputs.
    this.recompute = options.recompute() || options.gradientOrder() > 1;
    this.carry = Set.copyOf(forward.carryIn);
    atHand.add(forward.position);
    atHand.addAll(forward.captures);
    atHand.addAll(forward.inputs);
  }

  /** Whether the backward body computes {@code ref}, a forward value, itself. */
  boolean recomputes(TensorRef ref) {
    if (carry.contains(ref) || OpDefs.stateful(forward.node(ref))) {
      return false;
    }
    return recompute || cheap(ref, new int[] {LONGEST});
  }

  private boolean cheap(TensorRef ref, int[] budget) {
    if (atHand.contains(ref)) {
      return true;
    }
    var node = forward.node(ref);
    if (carry.contains(ref) || !CHEAP.contains(node.getOp()) || !nodes.isForward(ref)) {
      return false;
    }
    if (node.getOp().equals("Const")) {
      return true;
    }
    if (--budget[0] < 0) {
      return false;
    }
    for (int i = 0; i < node.getInputCount(); i++) {
      if (!NodeDefs.isControl(node.getInput(i)) && !cheap(nodes.input(node, i), budget)) {
        return false;
      }
    }
    return true;
  }
}
