package io.github.tfrnn.ops;

import io.github.tfrnn.ops.LoopGradientPlan.Term;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.tensorflow.proto.NodeDef;

/**
 * Finds the parts of a captured value's gradient that need not be summed step by step.
 *
 * <p>The gradient of every kernel is a product of two per-step values, that of every bias a sum of
 * one. Their operands are laid one below the other for all steps, and one large op forms the sum
 * over the steps at once.
 */
final class WeightGradientHoist {
  private final TracedStep forward;
  private final GradientNodes nodes;
  private final SymbolicShapes shapes;
  private final BackwardBody body;

  WeightGradientHoist(
      TracedStep forward, GradientNodes nodes, SymbolicShapes shapes, BackwardBody body) {
    this.forward = forward;
    this.nodes = nodes;
    this.shapes = shapes;
    this.body = body;
  }

  /** The summands of a gradient; a reshape is left to be done once, on the sum over all steps. */
  List<TensorRef> summands(TensorRef ref) {
    var parts = new ArrayList<TensorRef>();
    collect(nodes.canonical(ref), parts);
    return parts;
  }

  private void collect(TensorRef ref, List<TensorRef> to) {
    var node = forward.node(ref);
    if (!nodes.isForward(node) && node.getOp().equals("AddN")) {
      for (int i = 0; i < node.getAttrOrThrow("N").getI(); i++) {
        collect(nodes.input(node, i), to);
      }
    } else if (!nodes.isForward(node)
        && node.getOp().equals("Reshape")
        && hoistable(nodes.input(node, 0))) {
      collect(nodes.input(node, 0), to);
    } else {
      to.add(ref);
    }
  }

  /** Whether {@link #term} can form this summand after the loop. */
  boolean hoistable(TensorRef ref) {
    var node = forward.node(ref);
    if (nodes.isForward(node)) {
      return false;
    }
    return switch (node.getOp()) {
      case "MatMul" ->
          node.getAttrOrThrow("transpose_a").getB()
              && !node.getAttrOrThrow("transpose_b").getB()
              && stacks(nodes.input(node, 0))
              && stacks(nodes.input(node, 1));
      case "BiasAddGrad" -> channelsLast(node) && stacks(nodes.input(node, 0));
      case "Sum" -> {
        long[] axes = shapes.ints(TensorRef.parse(node.getInput(1)));
        yield axes != null
            && Arrays.stream(axes).anyMatch(axis -> axis == 0)
            && !node.getAttrOrThrow("keep_dims").getB()
            && stacks(nodes.input(node, 0));
      }
      default -> false;
    };
  }

  private static boolean channelsLast(NodeDef node) {
    return !node.getAttrOrThrow("data_format").getS().toStringUtf8().equals("NCHW");
  }

  /** Whether the values of all steps can be laid below one another, and differ by the step. */
  private boolean stacks(TensorRef ref) {
    long[] dims = shapes.of(ref);
    return dims != null
        && dims.length > 0
        && !forward.captures.contains(ref)
        && Arrays.stream(dims).skip(1).allMatch(size -> size >= 0);
  }

  /** The op that forms a hoistable summand after the loop. */
  Term term(TensorRef ref) {
    var node = forward.node(ref);
    var a = nodes.input(node, 0);
    return switch (node.getOp()) {
      case "MatMul" -> Term.matMul(body.list(a), body.list(nodes.input(node, 1)));
      case "BiasAddGrad" -> {
        long[] dims = shapes.of(a);
        int rank = dims == null ? 0 : dims.length;
        yield Term.sum(body.list(a), IntStream.range(0, rank - 1).boxed().toList());
      }
      case "Sum" -> {
        long[] axes = shapes.ints(TensorRef.parse(node.getInput(1)));
        yield Term.sum(
            body.list(a),
            axes == null ? List.of() : Arrays.stream(axes).mapToObj(axis -> (int) axis).toList());
      }
      default -> throw new IllegalStateException("loop gradient: no term of " + node.getOp());
    };
  }
}
