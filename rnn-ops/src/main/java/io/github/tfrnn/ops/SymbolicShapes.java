package io.github.tfrnn.ops;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.proto.NodeDef;

/**
 * Shapes inside a traced step, with the batch size as a symbol.
 *
 * <p>Native shape inference writes -1 for every unknown dimension, which hides that two of them are
 * equal. The rules here carry the symbol through the ops that cells are made of; where they know
 * nothing, the native answer stands.
 */
final class SymbolicShapes {
  private static final Set<String> KEEPING =
      Set.of(
          "Identity",
          "EnsureShape",
          "Sigmoid",
          "Tanh",
          "Relu",
          "Relu6",
          "Elu",
          "Selu",
          "Softplus",
          "Softsign",
          "Exp",
          "Log",
          "Log1p",
          "Neg",
          "Abs",
          "Square",
          "Sqrt",
          "Rsqrt",
          "Reciprocal",
          "Inv",
          "Cast",
          "BiasAdd",
          "StopGradient",
          "ZerosLike",
          "OnesLike",
          "Softmax",
          "LogSoftmax",
          "LogicalNot",
          "Floor",
          "Sign",
          "Cumsum",
          "ClipByValue",
          "Erf",
          "Sin",
          "Cos",
          "Expm1",
          "LeakyRelu",
          "CheckNumerics",
          "Round",
          "AddN",
          "SigmoidGrad",
          "TanhGrad",
          "ReluGrad",
          "EluGrad",
          "SeluGrad",
          "SoftplusGrad",
          "SoftsignGrad",
          "RsqrtGrad",
          "SqrtGrad",
          "Conj");
  private static final Set<String> BROADCASTING =
      Set.of(
          "Add",
          "AddV2",
          "Sub",
          "Mul",
          "Div",
          "RealDiv",
          "DivNoNan",
          "MulNoNan",
          "Maximum",
          "Minimum",
          "Pow",
          "SquaredDifference",
          "Less",
          "LessEqual",
          "Greater",
          "GreaterEqual",
          "Equal",
          "NotEqual",
          "LogicalAnd",
          "LogicalOr",
          "FloorDiv",
          "FloorMod",
          "Atan2",
          "SelectV2",
          "Xdivy");

  private final Graph graph;
  private final Map<String, NodeDef> nodes;
  private final IntValues ints;
  private final Map<TensorRef, long @Nullable []> known = new HashMap<>();

  /** Looks at {@code nodes}, which may grow, of {@code graph}. */
  SymbolicShapes(Graph graph, Map<String, NodeDef> nodes) {
    this.graph = graph;
    this.nodes = nodes;
    this.ints = new IntValues(nodes, this);
  }

  /** States the shape of an input. */
  void put(TensorRef ref, long @Nullable [] dims) {
    known.put(ref, dims);
  }

  Output<?> output(TensorRef ref) {
    return graph.operationOrThrow(ref.node()).output(ref.index());
  }

  ValueSpec spec(TensorRef ref) {
    return new ValueSpec(output(ref).dataType(), of(ref));
  }

  /** The value of an integer tensor if it is known but for the batch size, else null. */
  long @Nullable [] ints(TensorRef ref) {
    return ints.of(ref);
  }

  long @Nullable [] of(TensorRef ref) {
    if (known.containsKey(ref)) {
      return known.get(ref);
    }
    known.put(ref, null); // an answer for rules that come back here
    long[] native0 = ValueSpec.dims(output(ref).shape(), false);
    long[] dims = ValueSpec.constant(native0) ? native0 : merge(native0, rule(ref));
    known.put(ref, dims);
    return dims;
  }

  /** Native inference wins where it knows a size. */
  private static long @Nullable [] merge(long @Nullable [] sure, long @Nullable [] ruled) {
    if (ruled == null || (sure != null && sure.length != ruled.length)) {
      return sure;
    }
    if (sure == null) {
      return ruled;
    }
    long[] dims = sure.clone();
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] < 0) {
        dims[i] = ruled[i];
      }
    }
    return dims;
  }

  private static TensorRef input(NodeDef node, int i) {
    return TensorRef.parse(node.getInput(i));
  }

  private long @Nullable [] dimsOf(NodeDef node, int i) {
    return of(input(node, i));
  }

  private long @Nullable [] rule(TensorRef ref) {
    var node = nodes.get(ref.node());
    if (node == null) {
      return null;
    }
    if (KEEPING.contains(node.getOp())) {
      return dimsOf(node, 0);
    }
    if (BROADCASTING.contains(node.getOp())) {
      return broadcast(node);
    }
    return switch (node.getOp()) {
      case "MatMul" -> matMul(node);
      case "ConcatV2" -> concat(node);
      case "Split" -> withUnknown(dimsOf(node, 1), ints.of(input(node, 0)));
      case "SplitV" -> withUnknown(dimsOf(node, 0), ints.of(input(node, 2)));
      case "Reshape" -> ints.of(input(node, 1));
      case "ExpandDims" -> expand(dimsOf(node, 0), ints.of(input(node, 1)));
      case "Slice" -> slice(node);
      case "Sum", "Mean", "Max", "Min", "Prod" -> reduce(node);
      case "LSTMBlockCell", "GRUBlockCell" -> dimsOf(node, 1);
      case "LSTMBlockCellGrad", "GRUBlockCellGrad" -> blockGradient(node, ref);
      case "Conv2D", "BatchMatMulV2" ->
          firstOf(dimsOf(node, 0), output(ref).shape().numDimensions());
      default -> null;
    };
  }

  /** Input 1 of both is the state before the step; only GRUBlockCellGrad gives dx, as output 0. */
  private long @Nullable [] blockGradient(NodeDef node, TensorRef ref) {
    int rank = output(ref).shape().numDimensions();
    boolean ofInput = node.getOp().equals("GRUBlockCellGrad") && ref.index() == 0;
    return firstOf(dimsOf(node, ofInput ? 0 : 1), rank == 2 ? 2 : 0);
  }

  private long @Nullable [] broadcast(NodeDef node) {
    long[] dims = dimsOf(node, 0);
    for (int i = 1; i < node.getInputCount() && !NodeDefs.isControl(node.getInput(i)); i++) {
      dims = broadcast(dims, dimsOf(node, i));
    }
    return dims;
  }

  static long @Nullable [] broadcast(long @Nullable [] a, long @Nullable [] b) {
    if (a == null || b == null) {
      return null;
    }
    int rank = Math.max(a.length, b.length);
    long[] dims = new long[rank];
    for (int i = 1; i <= rank; i++) {
      long x = i <= a.length ? a[a.length - i] : 1;
      long y = i <= b.length ? b[b.length - i] : 1;
      dims[rank - i] = broadcast(x, y);
    }
    return dims;
  }

  private static long broadcast(long x, long y) {
    if (x == y || y == 1) {
      return x;
    }
    if (x == 1) {
      return y;
    }
    if (x > 1 || y > 1) {
      return Math.max(x, y);
    }
    // An unknown size can meet the batch only if it is 1 or the batch itself.
    return ValueSpec.BATCH;
  }

  private long @Nullable [] matMul(NodeDef node) {
    long[] a = dimsOf(node, 0);
    long[] b = dimsOf(node, 1);
    if (a == null || b == null || a.length != 2 || b.length != 2) {
      return null;
    }
    int rows = node.getAttrOrThrow("transpose_a").getB() ? 1 : 0;
    int columns = node.getAttrOrThrow("transpose_b").getB() ? 0 : 1;
    return new long[] {a[rows], b[columns]};
  }

  private long @Nullable [] concat(NodeDef node) {
    int count = (int) node.getAttrOrThrow("N").getI();
    long[] dims = withUnknown(dimsOf(node, 0), ints.of(input(node, count)));
    if (dims == null) {
      return null;
    }
    int axis = axis(ints.of(input(node, count)), dims.length);
    for (int i = 0; i < count; i++) {
      long[] other = dimsOf(node, i);
      if (other == null || other.length != dims.length) {
        return null;
      }
      for (int k = 0; k < dims.length; k++) {
        if (k != axis && dims[k] == ValueSpec.UNKNOWN) {
          dims[k] = other[k];
        }
      }
    }
    return dims;
  }

  private static int axis(long @Nullable [] value, int rank) {
    long axis = value == null ? 0 : value[0];
    return (int) (axis < 0 ? axis + rank : axis);
  }

  private static long @Nullable [] withUnknown(long @Nullable [] dims, long @Nullable [] axis) {
    if (dims == null || axis == null) {
      return null;
    }
    long[] result = dims.clone();
    result[axis(axis, dims.length)] = ValueSpec.UNKNOWN;
    return result;
  }

  private static long @Nullable [] expand(long @Nullable [] dims, long @Nullable [] axis) {
    if (dims == null || axis == null) {
      return null;
    }
    int at = axis(axis, dims.length + 1);
    return LongStream.concat(
            LongStream.concat(LongStream.of(dims).limit(at), LongStream.of(1)),
            LongStream.of(dims).skip(at))
        .toArray();
  }

  private long @Nullable [] slice(NodeDef node) {
    long[] dims = dimsOf(node, 0);
    long[] begin = ints.of(input(node, 1));
    long[] size = ints.of(input(node, 2));
    if (dims == null || begin == null || size == null) {
      return null;
    }
    long[] result = size.clone();
    for (int i = 0; i < result.length; i++) {
      if (size[i] == -1) {
        result[i] = begin[i] == 0 ? dims[i] : ValueSpec.UNKNOWN;
      }
    }
    return result;
  }

  private long @Nullable [] reduce(NodeDef node) {
    long[] dims = dimsOf(node, 0);
    long[] axes = ints.of(input(node, 1));
    if (dims == null || axes == null) {
      return null;
    }
    boolean keep = node.getAttrOrThrow("keep_dims").getB();
    boolean[] gone = new boolean[dims.length];
    for (long axis : axes) {
      gone[(int) (axis < 0 ? axis + dims.length : axis)] = true;
    }
    var result = LongStream.builder();
    for (int i = 0; i < dims.length; i++) {
      if (!gone[i]) {
        result.add(dims[i]);
      } else if (keep) {
        result.add(1);
      }
    }
    return result.build().toArray();
  }

  /** Only the first dimension is known to be that of the input. */
  private static long @Nullable [] firstOf(long @Nullable [] dims, int rank) {
    if (dims == null || dims.length == 0 || rank < 1) {
      return null;
    }
    long[] result = LongStream.generate(() -> ValueSpec.UNKNOWN).limit(rank).toArray();
    result[0] = dims[0];
    return result;
  }
}
