package io.github.tfrnn.cells;

import io.github.tfrnn.ops.VariableInitializer;
import io.github.tfrnn.ops.VariableScope;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * What a step begins with: a map of x and h that is linear but for its bias. {@link Linear} lets
 * every unit see the whole of h, {@link Diagonal} its own element only.
 */
interface Affine<T extends TFloating> {

  /** Returns the map with {@code more} added to its bias. */
  Affine<T> shifted(Ops tf, Operand<T> more);

  /**
   * Returns the map of x and h.
   *
   * @param x shape {@code [B, D]}
   * @param h shape {@code [B, H]}
   * @return shape {@code [B, N]}
   */
  Operand<T> of(Ops tf, Operand<T> x, Operand<T> h);

  /** Takes the map apart into what is done with x and what is done with h. */
  Halves<T> halves(Ops tf, long depth, long units);

  /** A map in two parts, what x gives and what h adds to it. */
  interface Parts<T extends TFloating> {

    /** Returns the first part for many rows. */
    Operand<T> project(Ops tf, Operand<T> inputs);

    /** Returns the whole, of the first part and h. */
    Operand<T> of(Ops tf, Operand<T> projected, Operand<T> h);
  }

  /** A map in two parts, of which the first is a product of x. */
  interface Halves<T extends TFloating> extends Parts<T> {

    /** What x is multiplied by, shape {@code [D, N]}. */
    Operand<T> input();

    @Override
    default Operand<T> project(Ops tf, Operand<T> inputs) {
      return tf.linalg.matMul(inputs, input());
    }
  }

  /** Makes the variables of a map, or hands them out. */
  @FunctionalInterface
  interface Maker<T extends TFloating> {
    /**
     * Makes the kernels and the bias whose names begin with {@code prefix}.
     *
     * @param own the scope of the cell
     * @param size of the map
     * @param bias what its bias begins with, if the cell has no other wish
     */
    Affine<T> make(VariableScope own, String prefix, Size<T> size, VariableInitializer bias);
  }

  /**
   * The size of a map.
   *
   * @param depth D
   * @param units H
   * @param columns N
   */
  record Size<T extends TFloating>(Class<T> type, long depth, long units, long columns) {}
}
