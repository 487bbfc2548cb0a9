package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Shapes;
import io.github.tfrnn.ops.Structure;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TType;

/** Checks that the input and the state of a step fit the cell, before an op is added. */
final class Fit {
  private Fit() {}

  /**
   * Returns D of {@code x}.
   *
   * @param x shape {@code [B, D]}
   * @param type the type of the cell's weights
   * @throws IllegalArgumentException if {@code x} has another type, is no matrix, or D is unknown
   */
  static <T extends TFloating> long depth(String who, Operand<T> x, Class<T> type) {
    type(who, x.type(), type);
    var shape = x.shape();
    if (shape.numDimensions() != 2 || shape.get(1) == Shape.UNKNOWN_SIZE) {
      throw new IllegalArgumentException(
          who + ": x must have shape [batch, depth] with a known depth, got " + Shapes.text(shape));
    }
    return shape.get(1);
  }

  /**
   * Checks that a wrapper may join {@code x} and its cell's output element by element.
   *
   * @param remedy ends the message
   * @throws IllegalArgumentException if the output has another shape or type
   */
  static <T extends TFloating> void sameAsOutput(
      String who, TensorCell<T, ?> cell, Operand<T> x, String remedy) {
    var leaf = cell.outputSize().leaves().get(0);
    if (leaf.shape().numDimensions() == 1) {
      depth(who, x, cell.type());
    }
    var output = leaf.withBatch(Shape.UNKNOWN_SIZE);
    if (!output.isCompatibleWith(x.shape())) {
      throw new IllegalArgumentException(
          who
              + ": x must have the shape of the output, "
              + Shapes.text(output)
              + ", got "
              + Shapes.text(x.shape())
              + ": the shapes are incompatible. "
              + remedy);
    }
  }

  /**
   * Checks the type of an input.
   *
   * @throws IllegalArgumentException if it is not {@code type}
   */
  static void type(String who, Class<? extends TType> given, Class<? extends TType> type) {
    if (!TFloating.class.isAssignableFrom(given)) {
      throw new IllegalArgumentException(
          who
              + ": RNN cell only supports floating point inputs, but saw dtype: "
              + given.getSimpleName());
    }
    if (given != type) {
      throw new IllegalArgumentException(
          who
              + ": x must be "
              + type.getSimpleName()
              + ", the type of the weights, got "
              + given.getSimpleName()
              + ". Convert it with tf.dtypes.cast.");
    }
  }

  /**
   * Checks the types and the shapes of the tensors of {@code state}.
   *
   * @param structure what the state must look like
   * @param rows whose first dimension is the batch
   * @throws IllegalArgumentException if the state is of another kind, or a tensor of another type
   *     or shape
   */
  static <S> void state(String who, Structure<S> structure, S state, Operand<?> rows) {
    long batch = rows.shape().isUnknown() ? Shape.UNKNOWN_SIZE : rows.shape().get(0);
    var leaves = structure.leaves();
    var parts = flatten(who, structure, state);
    for (int i = 0; i < parts.size(); i++) {
      requireLeaf(who, leaves.get(i), parts.get(i), batch);
    }
  }

  private static <S> List<Operand<?>> flatten(String who, Structure<S> structure, S state) {
    try {
      return structure.flatten(state);
    } catch (ClassCastException e) {
      throw new IllegalArgumentException(
          who
              + ": state must have the parts "
              + structure.leaves().stream().map(Leaf::name).toList()
              + ", got a "
              + state.getClass().getSimpleName()
              + ". The value that zeroState returns has the right form.",
          e);
    }
  }

  private static void requireLeaf(String who, Leaf leaf, Operand<?> part, long batch) {
    String what = leaf.name().isEmpty() ? "state" : "state " + leaf.name();
    if (!leaf.type().isAssignableFrom(part.type())) {
      throw new IllegalArgumentException(
          who
              + ": "
              + what
              + " must be "
              + leaf.type().getSimpleName()
              + ", got "
              + part.type().getSimpleName());
    }
    var expected = leaf.withBatch(batch);
    if (!expected.isCompatibleWith(part.shape())) {
      throw new IllegalArgumentException(
          who
              + ": "
              + what
              + " must have shape "
              + Shapes.text(expected)
              + ", got "
              + Shapes.text(part.shape()));
    }
  }
}
