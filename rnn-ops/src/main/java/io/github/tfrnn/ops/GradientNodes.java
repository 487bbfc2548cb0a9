package io.github.tfrnn.ops;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * The nodes that native code added to differentiate a step, seen without their detours.
 *
 * <p>With the batch size as a symbol, most of what the gradient computes from shapes is known: sums
 * over no axes, reshapes to the same shape, offsets of slices.
 */
final class GradientNodes {
  private final TracedStep forward;
  private final SymbolicShapes shapes;
  private final Set<String> before;
  private final Map<TensorRef, TensorRef> resolved = new HashMap<>();

  /**
   * Looks at the nodes of {@code forward}, which hold the gradient's too.
   *
   * @param before the names of the nodes that were there before the gradient
   */
  GradientNodes(TracedStep forward, SymbolicShapes shapes, Set<String> before) {
    this.forward = forward;
    this.shapes = shapes;
    this.before = before;
  }

  boolean isForward(TensorRef ref) {
    return before.contains(ref.node());
  }

  boolean isForward(NodeDef node) {
    return before.contains(node.getName());
  }

  /** The input of a node, without detours. */
  TensorRef input(NodeDef node, int i) {
    return canonical(TensorRef.parse(node.getInput(i)));
  }

  /** Follows what passes its input through unchanged. */
  TensorRef canonical(TensorRef ref) {
    var known = resolved.get(ref);
    if (known != null) {
      return known;
    }
    var node = forward.node(ref);
    var to = passesThrough(node, ref) ? canonical(TensorRef.parse(node.getInput(0))) : ref;
    resolved.put(ref, to);
    return to;
  }

  private boolean passesThrough(NodeDef node, TensorRef ref) {
    boolean ordered =
        node.getInputCount() > 0 && NodeDefs.isControl(node.getInput(node.getInputCount() - 1));
    if (node.getOp().equals("Identity")) {
      return !isForward(node) || !ordered;
    }
    if (isForward(node)) {
      return false;
    }
    return switch (node.getOp()) {
      case "AddN" -> node.getAttrOrThrow("N").getI() == 1;
      case "Sum" -> {
        long[] axes = shapes.ints(TensorRef.parse(node.getInput(1)));
        yield axes != null && axes.length == 0;
      }
      case "Reshape" ->
          ValueSpec.same(shapes.of(TensorRef.parse(node.getInput(0))), shapes.of(ref));
      default -> false;
    };
  }

  /**
   * The value of input {@code i} of a gradient node, for a constant in its place; null if it is not
   * known, or is no int32.
   */
  long @Nullable [] folded(NodeDef user, int i) {
    var ref = TensorRef.parse(user.getInput(i));
    if (isForward(user)
        || forward.node(ref).getOp().equals("Const")
        || shapes.output(ref).dataType() != DataType.DT_INT32) {
      return null;
    }
    long[] known = shapes.ints(ref);
    if (known == null || ValueSpec.batches(known) == 0) {
      return known;
    }
    return withoutBatch(user, i, known.clone());
  }

  /** A batch size can be written as -1 where the user of the value takes that for "the rest". */
  private long @Nullable [] withoutBatch(NodeDef user, int i, long[] value) {
    boolean reshape = user.getOp().equals("Reshape") && i == 1 && ValueSpec.batches(value) == 1;
    boolean slice = user.getOp().equals("Slice") && i == 2;
    long[] begin = slice ? shapes.ints(TensorRef.parse(user.getInput(1))) : null;
    if (!reshape && begin == null) {
      return null;
    }
    for (int k = 0; k < value.length; k++) {
      if (value[k] == ValueSpec.BATCH) {
        if (begin != null && begin[k] != 0) {
          return null;
        }
        value[k] = -1;
      }
    }
    return value;
  }

  boolean isScalar(TensorRef ref) {
    return shapes.output(ref).shape().numDimensions() == 0;
  }
}
