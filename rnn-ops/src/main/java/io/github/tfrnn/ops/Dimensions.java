package io.github.tfrnn.ops;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/** Sizes of tensors as scalars, known while the graph is built or not. */
final class Dimensions {
  private Dimensions() {}

  /** Dimension {@code axis} of {@code value}: a constant if it is known. Gradients stop here. */
  static Operand<TInt32> of(Ops tf, Operand<? extends TType> value, int axis) {
    var shape = value.shape();
    return shape.numDimensions() > axis && shape.get(axis) >= 0
        ? tf.constant((int) shape.get(axis))
        : at(tf, value, axis);
  }

  /** Dimension {@code axis} read at run time, without asking the graph for a shape. */
  static Operand<TInt32> at(Ops tf, Operand<? extends TType> value, int axis) {
    var size = tf.slice(tf.shape(value), tf.constant(new int[] {axis}), tf.constant(new int[] {1}));
    return tf.stopGradient(tf.reshape(size, tf.constant(new int[0])));
  }

  /** The first {@code count} dimensions of {@code value} and then {@code more}, as a vector. */
  static Operand<TInt32> first(Ops tf, Operand<? extends TType> value, int count, int... more) {
    List<Operand<TInt32>> sizes = new ArrayList<>();
    for (int axis = 0; axis < count; axis++) {
      sizes.add(of(tf, value, axis));
    }
    for (int size : more) {
      sizes.add(tf.constant(size));
    }
    return tf.stack(sizes);
  }

  /**
   * Refuses a tensor of another rank, or whose last dimension is not known.
   *
   * @param who what asks
   * @param what the name of the tensor
   */
  static void requireLast(String who, String what, Shape shape, int rank) {
    if (shape.numDimensions() != rank || shape.get(rank - 1) < 0) {
      throw new IllegalArgumentException(
          who
              + ": "
              + what
              + " must have "
              + rank
              + " dimensions, the last of them known while the graph is built, got "
              + Shapes.text(shape)
              + ". Give the placeholder its shape, or use tf.ensureShape.");
    }
  }
}
