package io.github.tfrnn.ops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TInt32;

/**
 * Type and shape of one value of a loop body. A dimension is a size, {@link #UNKNOWN}, or {@link
 * #BATCH}: the one unknown size that all batched values of a loop share.
 *
 * @param dims null for an unknown rank
 */
@SuppressWarnings("ArrayRecordComponent") // never changed, never compared
record ValueSpec(DataType type, long @Nullable [] dims) {
  static final long UNKNOWN = -1;
  static final long BATCH = -2;

  static ValueSpec of(DataType type, Shape shape) {
    return new ValueSpec(type, dims(shape, false));
  }

  static ValueSpec scalarInt() {
    return new ValueSpec(DataType.DT_INT32, new long[0]);
  }

  /** Dimensions of a shape; where {@code batched}, an unknown first one is the batch. */
  static long @Nullable [] dims(Shape shape, boolean batched) {
    if (shape.isUnknown()) {
      return null;
    }
    long[] dims = shape.asArray().clone();
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] < 0) {
        dims[i] = batched && i == 0 ? BATCH : UNKNOWN;
      }
    }
    return dims;
  }

  /** This spec with the sizes that {@code leaf} knows where it has none. */
  ValueSpec describedBy(Leaf leaf) {
    if (leaf.shape().isUnknown()) {
      return this;
    }
    long[] said = dims(leaf.withBatch(UNKNOWN), leaf.batched());
    if (dims == null || said == null || said.length != dims.length) {
      return dims == null ? new ValueSpec(type, said) : this;
    }
    long[] merged = dims.clone();
    for (int i = 0; i < merged.length; i++) {
      merged[i] = merged[i] == UNKNOWN ? said[i] : merged[i];
    }
    return new ValueSpec(type, merged);
  }

  /** Whether every dimension is a size or the batch. */
  static boolean known(long @Nullable [] dims) {
    return dims != null && Arrays.stream(dims).noneMatch(size -> size == UNKNOWN);
  }

  /** Whether every dimension is a size. */
  static boolean constant(long @Nullable [] dims) {
    return dims != null && Arrays.stream(dims).noneMatch(size -> size < 0);
  }

  static boolean same(long @Nullable [] a, long @Nullable [] b) {
    return known(a) && known(b) && Arrays.equals(a, b);
  }

  /** How many dimensions are the batch. */
  static int batches(long[] dims) {
    return (int) Arrays.stream(dims).filter(size -> size == BATCH).count();
  }

  boolean floating() {
    return switch (type) {
      case DT_FLOAT, DT_DOUBLE, DT_HALF, DT_BFLOAT16 -> true;
      default -> false;
    };
  }

  /** Whether the first dimension is the batch. */
  boolean batched() {
    return dims != null && dims.length > 0 && dims[0] == BATCH;
  }

  Shape shape() {
    if (dims == null) {
      return Shape.unknown();
    }
    return Shape.of(Arrays.stream(dims).map(size -> Math.max(size, -1)).toArray());
  }

  /**
   * The shape as an int32 vector.
   *
   * @param batch stands for the batch size; null writes -1
   */
  Operand<TInt32> shapeTensor(Ops tf, @Nullable Operand<TInt32> batch) {
    if (dims == null) {
      return tf.constant(-1);
    }
    if (batch == null || batches(dims) == 0) {
      return tf.constant(Arrays.stream(dims).mapToInt(size -> (int) Math.max(size, -1)).toArray());
    }
    List<Operand<TInt32>> sizes = new ArrayList<>();
    for (long size : dims) {
      sizes.add(size == BATCH ? batch : tf.constant((int) Math.max(size, -1)));
    }
    return tf.stack(sizes);
  }
}
