package io.github.tfrnn.rnn;

import io.github.tfrnn.cells.RnnCell;
import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Sequences;
import io.github.tfrnn.ops.Shapes;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/** Checks, sizes and layouts of the tensors that run through a driver. */
final class Layout {
  private Layout() {}

  /**
   * Checks the inputs of a driver.
   *
   * @param names what the parts are called
   * @param parts of shape {@code before + depth...}
   * @param before names of the dimensions before the depth
   * @return the sizes of those dimensions, -1 where unknown
   * @throws IllegalArgumentException if a part has too few dimensions or an unknown depth, or if
   *     the parts differ in the other dimensions
   */
  static Shape require(
      String who, List<String> names, List<Operand<?>> parts, List<String> before) {
    long[] sizes = new long[before.size()];
    Arrays.fill(sizes, Shape.UNKNOWN_SIZE);
    for (int i = 0; i < parts.size(); i++) {
      String what = who + ": " + names.get(i);
      var shape = parts.get(i).shape();
      requireDepth(what, shape, before);
      for (int d = 0; d < sizes.length; d++) {
        long size = shape.get(d);
        if (size >= 0 && sizes[d] >= 0 && size != sizes[d]) {
          throw new IllegalArgumentException(
              what
                  + " must have the "
                  + before.get(d)
                  + " of the others, "
                  + sizes[d]
                  + ", got "
                  + Shapes.text(shape));
        }
        sizes[d] = Math.max(sizes[d], size);
      }
    }
    return Shape.of(sizes);
  }

  /** The dimensions of sequences before the depth. */
  static List<String> order(boolean timeMajor) {
    return timeMajor ? List.of("time", "batch") : List.of("batch", "time");
  }

  /** What the parts of inputs are called: {@code inputs}, or {@code inputs} and their name. */
  static List<String> names(String inputs, Structure<?> structure) {
    return structure.leaves().stream()
        .map(leaf -> leaf.name().isEmpty() ? inputs : inputs + " " + leaf.name())
        .toList();
  }

  private static void requireDepth(String what, Shape shape, List<String> before) {
    boolean known =
        shape.numDimensions() > before.size()
            && IntStream.range(before.size(), shape.numDimensions())
                .allMatch(d -> shape.get(d) >= 0);
    if (!known) {
      throw new IllegalArgumentException(
          what
              + " must have shape ["
              + String.join(", ", before)
              + ", depth...] with a known depth, got "
              + Shapes.text(shape));
    }
  }

  /** The size of one dimension of the parts, a scalar: a constant where it is known. */
  static Operand<TInt32> size(Ops tf, List<Operand<?>> parts, Shape known, int dimension) {
    if (known.get(dimension) >= 0) {
      return tf.constant((int) known.get(dimension));
    }
    var shape = tf.stopGradient(tf.shape(parts.get(0)));
    return tf.gather(shape, tf.constant(dimension), tf.constant(0));
  }

  /** Exchanges the first two dimensions, time and batch, of the parts that have both. */
  static <V> V exchange(Ops tf, Structure<V> structure, V sequences) {
    var parts = structure.flatten(sequences);
    var exchanged = new ArrayList<Operand<?>>();
    for (int i = 0; i < parts.size(); i++) {
      boolean rows = structure.leaves().get(i).batched();
      exchanged.add(rows ? Sequences.transposeBatchTime(tf, parts.get(i)) : parts.get(i));
    }
    return structure.pack(exchanged);
  }

  /**
   * The state to begin with: the one given, or zeros.
   *
   * @throws IllegalArgumentException if the one given is not a state of the cell
   */
  static <S> S initialState(
      VariableScope scope, RnnCell<?, ?, S> cell, RnnOptions<S> options, Operand<TInt32> batch) {
    var given = options.state();
    if (given.isEmpty()) {
      return cell.zeroState(scope.tf(), batch);
    }
    try {
      cell.stateSize().flatten(given.get());
    } catch (ClassCastException e) {
      throw new IllegalArgumentException(
          scope.name()
              + ": initialState must have the structure of the cell's state, "
              + cell.stateSize().leaves().stream().map(Leaf::name).toList()
              + ", got a "
              + given.get().getClass().getSimpleName()
              + ". The value that zeroState returns has the right form.",
          e);
    }
    return given.get();
  }

  /**
   * Lays two values side by side, part by part.
   *
   * @param axis the dimension that grows; it is that of the depth
   * @throws IllegalArgumentException if a part has no such dimension
   */
  static <V> V concat(Ops tf, String who, Structure<V> structure, V left, V right, int axis) {
    var lefts = structure.flatten(left);
    for (int i = 0; i < lefts.size(); i++) {
      var shape = lefts.get(i).shape();
      if (shape.numDimensions() <= axis) {
        String name = structure.leaves().get(i).name();
        throw new IllegalArgumentException(
            who
                + ": output"
                + (name.isEmpty() ? "" : " " + name)
                + " must have a depth to be concatenated, got "
                + Shapes.text(shape));
      }
    }
    return Cuts.together(tf, structure, List.of(left, right), axis);
  }

  /** Reshapes to {@code first} and the dimensions of {@code value} from {@code depth} on. */
  static <T extends TType> Operand<T> reshape(
      Ops tf, Operand<T> value, List<Operand<TInt32>> first, int depth) {
    var shape = new ArrayList<>(first);
    for (int i = depth; i < value.shape().numDimensions(); i++) {
      shape.add(size(tf, List.of(value), value.shape(), i));
    }
    return tf.reshape(value, tf.stack(shape));
  }
}
