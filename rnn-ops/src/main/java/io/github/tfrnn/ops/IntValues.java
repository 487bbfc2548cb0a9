package io.github.tfrnn.ops;

import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/**
 * Values of small integer tensors that a traced step computes from shapes, known but for the batch
 * size, for which {@link ValueSpec#BATCH} stands.
 */
final class IntValues {
  private static final int LARGEST = 64;

  private final Map<String, NodeDef> nodes;
  private final SymbolicShapes shapes;
  private final Map<TensorRef, Optional<long[]>> known = new HashMap<>();

  IntValues(Map<String, NodeDef> nodes, SymbolicShapes shapes) {
    this.nodes = nodes;
    this.shapes = shapes;
  }

  /** The elements, a scalar being a vector of one; null if they are not known. */
  long @Nullable [] of(TensorRef ref) {
    var value = known.get(ref);
    if (value == null) {
      value = Optional.ofNullable(evaluate(ref));
      known.put(ref, value);
    }
    return value.orElse(null);
  }

  private static TensorRef input(NodeDef node, int i) {
    return TensorRef.parse(node.getInput(i));
  }

  private long @Nullable [] evaluate(TensorRef ref) {
    var node = nodes.get(ref.node());
    if (node == null) {
      return null;
    }
    return switch (node.getOp()) {
      case "Const" -> constant(node.getAttrOrThrow("value").getTensor());
      case "Identity" -> of(input(node, 0));
      case "Shape" -> shape(input(node, 0));
      case "ShapeN" -> shape(input(node, ref.index()));
      case "ConcatOffset" -> concatOffset(node, ref.index());
      case "BroadcastGradientArgs" -> broadcastAxes(node, ref.index());
      default -> null;
    };
  }

  private static long @Nullable [] constant(TensorProto tensor) {
    boolean wide = tensor.getDtype() == DataType.DT_INT64;
    if (!wide && tensor.getDtype() != DataType.DT_INT32) {
      return null;
    }
    long size = 1;
    for (var dim : tensor.getTensorShape().getDimList()) {
      size *= dim.getSize();
    }
    if (size > LARGEST) {
      return null;
    }
    var bytes = tensor.getTensorContent().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    long[] values = new long[(int) size];
    for (int i = 0; i < values.length; i++) {
      if (bytes.hasRemaining()) {
        values[i] = wide ? bytes.getLong() : bytes.getInt();
      } else if (wide) {
        // A shorter list than the tensor repeats its last value; an empty one is zeros.
        int count = tensor.getInt64ValCount();
        values[i] = count == 0 ? 0 : tensor.getInt64Val(Math.min(i, count - 1));
      } else {
        int count = tensor.getIntValCount();
        values[i] = count == 0 ? 0 : tensor.getIntVal(Math.min(i, count - 1));
      }
    }
    return values;
  }

  private long @Nullable [] shape(TensorRef ref) {
    long[] dims = shapes.of(ref);
    return ValueSpec.known(dims) ? dims : null;
  }

  private long @Nullable [] concatOffset(NodeDef node, int index) {
    long[] axis = of(input(node, 0));
    if (axis == null) {
      return null;
    }
    long[] result = null;
    long offset = 0;
    for (int i = 0; i <= index; i++) {
      long[] part = of(input(node, i + 1));
      if (part == null) {
        return null;
      }
      int at = (int) (axis[0] < 0 ? axis[0] + part.length : axis[0]);
      if (i == index) {
        result = new long[part.length];
        result[at] = offset;
      } else if (part[at] < 0) {
        return null;
      }
      offset += part[at];
    }
    return result;
  }

  /** The axes over which a broadcast operand's gradient is summed. */
  private long @Nullable [] broadcastAxes(NodeDef node, int index) {
    long[] a = of(input(node, 0));
    long[] b = of(input(node, 1));
    if (a == null || b == null) {
      return null;
    }
    int rank = Math.max(a.length, b.length);
    var axes = LongStream.builder();
    for (int i = 0; i < rank; i++) {
      int ia = i - (rank - a.length);
      int ib = i - (rank - b.length);
      long x = ia >= 0 ? a[ia] : 1;
      long y = ib >= 0 ? b[ib] : 1;
      boolean missing = (index == 0 ? ia : ib) < 0;
      if (x != y && x != 1 && y != 1) {
        return null;
      }
      if (missing || (x != y && (index == 0 ? x : y) == 1)) {
        axes.add(i);
      }
    }
    return axes.build().toArray();
  }
}
