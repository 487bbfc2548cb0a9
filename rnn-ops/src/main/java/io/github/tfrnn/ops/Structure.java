package io.github.tfrnn.ops;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.types.family.TType;

/**
 * How a value that holds tensors is taken apart and put together again: one operand, a record such
 * as {@code LstmState}, a list of layers.
 *
 * <p>Cells describe their states and outputs with it, a loop its carry, inputs and outputs. {@code
 * pack(flatten(v))} gives a value equal to {@code v}. This is what {@code tf.nest} does in
 * TensorFlow 1.x.
 *
 * @param <V> the value
 */
public interface Structure<V> {

  /** Returns the tensors of a value, in the order of {@link #flatten}. */
  List<Leaf> leaves();

  /**
   * Returns the operands of {@code value}, one for each leaf.
   *
   * @throws IllegalArgumentException if {@code value} does not have this structure
   */
  List<Operand<?>> flatten(V value);

  /**
   * Returns the value whose operands are {@code parts}.
   *
   * @param parts one operand for each leaf
   * @throws IllegalArgumentException if there are more or fewer parts than leaves
   */
  V pack(List<? extends Operand<?>> parts);

  /** A single operand of any type and shape. */
  static <T extends TType> Structure<Operand<T>> tensor() {
    return tensor(Leaf.any(""));
  }

  /** A single operand described by {@code leaf}. */
  @SuppressWarnings("unchecked") // the caller chooses T as with any operand
  static <T extends TType> Structure<Operand<T>> tensor(Leaf leaf) {
    return of(List.of(leaf), List::of, parts -> (Operand<T>) parts.get(0));
  }

  /** No tensor at all; its value is an empty list. */
  static Structure<List<Operand<?>>> none() {
    return of(List.of(), value -> List.of(), parts -> List.of());
  }

  /** A list of {@code size} operands of any type and shape. */
  static Structure<List<Operand<?>>> list(int size) {
    return of(anyLeaves(size), List::copyOf, List::copyOf);
  }

  /** A list of {@code size} operands of one type and of any shapes. */
  @SuppressWarnings("unchecked") // the caller chooses T as with any operand
  static <T extends TType> Structure<List<Operand<T>>> tensors(int size) {
    return of(
        anyLeaves(size),
        List::copyOf,
        parts -> parts.stream().map(part -> (Operand<T>) part).toList());
  }

  private static List<Leaf> anyLeaves(int size) {
    var leaves = new ArrayList<Leaf>();
    for (int i = 0; i < size; i++) {
      leaves.add(Leaf.any(Integer.toString(i)));
    }
    return leaves;
  }

  /**
   * A structure from its two directions, for records.
   *
   * @param leaves the tensors, in order
   * @param flatten gives one operand for each leaf
   * @param pack gets one operand for each leaf
   */
  static <V> Structure<V> of(
      List<Leaf> leaves,
      Function<V, List<Operand<?>>> flatten,
      Function<List<Operand<?>>, V> pack) {
    return new FunctionStructure<>(leaves, flatten, pack);
  }
}
