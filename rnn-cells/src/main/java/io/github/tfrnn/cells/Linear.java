package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.VariableInitializer;
import io.github.tfrnn.ops.VariableScope;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * The affine map of a step, {@code [x, h] * kernel + bias}.
 *
 * @param kernel shape {@code [D + H, N]}: first the rows of x, then those of h
 * @param bias shape {@code [N]}
 */
record Linear<T extends TFloating>(Operand<T> kernel, Operand<T> bias) implements Affine<T> {

  /**
   * Makes {@code prefix + "kernel"}, with the initializer of the scope, and then {@code prefix +
   * "bias"} in {@code own}, or hands them out.
   *
   * @param rows D + H
   * @param columns N
   */
  static <T extends TFloating> Linear<T> variables(
      VariableScope own,
      String prefix,
      long rows,
      long columns,
      Class<T> type,
      VariableInitializer biasInitializer) {
    var kernel = own.variable(prefix + "kernel", Shape.of(rows, columns), type);
    return new Linear<>(
        kernel, own.variable(prefix + "bias", Shape.of(columns), type, biasInitializer));
  }

  /** As the other one, without a prefix, and with zeros for the bias. */
  static <T extends TFloating> Linear<T> variables(
      VariableScope own, long rows, long columns, Class<T> type) {
    return variables(own, "", rows, columns, type, Initializers.zeros());
  }

  /** Makes the variables for inputs of width D and a state of width H. */
  static <T extends TFloating> Linear<T> make(
      VariableScope own, String prefix, Size<T> size, VariableInitializer bias) {
    return variables(own, prefix, size.depth() + size.units(), size.columns(), size.type(), bias);
  }

  /**
   * Makes {@code kernel} and no bias. A product with a bias is one fused op, faster than the
   * product alone, so there are zeros in its place.
   */
  static <T extends TFloating> Linear<T> withoutBias(
      VariableScope own, long rows, long columns, Class<T> type) {
    var kernel = own.variable("kernel", Shape.of(rows, columns), type);
    return new Linear<>(kernel, zeros(own.tf(), columns, type));
  }

  /** A bias of zeros that is no variable. */
  static <T extends TFloating> Operand<T> zeros(Ops tf, long columns, Class<T> type) {
    return tf.zeros(tf.constant(new long[] {columns}), type);
  }

  /** Returns the map without its bias. */
  Linear<T> unbiased(Ops tf) {
    return new Linear<>(kernel, tf.zerosLike(bias));
  }

  @Override
  public Linear<T> shifted(Ops tf, Operand<T> more) {
    return new Linear<>(kernel, tf.math.add(bias, more));
  }

  /** Returns {@code [x, h] * kernel + bias}, shape {@code [B, N]}. */
  @Override
  public Operand<T> of(Ops tf, Operand<T> x, Operand<T> h) {
    return of(tf, tf.concat(List.of(x, h), tf.constant(1)));
  }

  /** Returns {@code xh * kernel + bias}, shape {@code [B, N]}. */
  Operand<T> of(Ops tf, Operand<T> xh) {
    return tf.nn.biasAdd(tf.linalg.matMul(xh, kernel), bias);
  }

  @Override
  public Halves<T> halves(Ops tf, long depth, long units) {
    var rows = tf.splitV(kernel, tf.constant(new long[] {depth, units}), tf.constant(0), 2L);
    return new Halves<>(rows.output().get(0), bias, rows.output().get(1));
  }

  /**
   * A map in two parts, {@code x * input} and {@code h * state + bias}. The bias stands in the
   * second because a product with a bias is one fused op, several times faster for a batch of one
   * row than the product alone.
   *
   * @param input shape {@code [D, N]}
   * @param bias shape {@code [N]}
   * @param state shape {@code [H, N]}
   */
  record Halves<T extends TFloating>(Operand<T> input, Operand<T> bias, Operand<T> state)
      implements Affine.Halves<T> {

    @Override
    public Operand<T> of(Ops tf, Operand<T> projected, Operand<T> h) {
      return tf.math.add(projected, ofState(tf, h));
    }

    /** Returns the second part. */
    Operand<T> ofState(Ops tf, Operand<T> h) {
      return tf.nn.biasAdd(tf.linalg.matMul(h, state), bias);
    }
  }
}
