package io.github.tfrnn.ops;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * A function of each element, such as {@code tanh}, that a cell or a layer applies.
 *
 * <p>The usual ones are here under their names in {@code tf.nn}; any other is a lambda, {@code (tf,
 * x) -> tf.math.mul(x, tf.math.sigmoid(x))}, or a method of an activation of tensorflow-framework,
 * {@code new Swish()::call}. It may run inside the body of a loop, so it builds with the {@code tf}
 * it is given.
 *
 * @param <T> the element type
 */
@FunctionalInterface
public interface Activation<T extends TFloating> {

  /**
   * Returns the activations of {@code x}.
   *
   * @param tf the ops to build with
   * @param x any shape
   * @return the shape of {@code x}
   */
  Operand<T> apply(Ops tf, Operand<T> x);

  /** {@code x}, unchanged: {@code tf.identity} or {@code activation=None} of a dense layer. */
  static <T extends TFloating> Activation<T> linear() {
    return (tf, x) -> x;
  }

  /** {@code tanh(x)}, in (-1, 1). */
  @SuppressWarnings("unchecked") // it works for every type
  static <T extends TFloating> Activation<T> tanh() {
    return (Activation<T>) (Activation<?>) Tanh.INSTANCE;
  }

  /** {@code 1 / (1 + exp(-x))}, in (0, 1). */
  static <T extends TFloating> Activation<T> sigmoid() {
    return (tf, x) -> tf.math.sigmoid(x);
  }

  /** {@code max(x, 0)}. */
  static <T extends TFloating> Activation<T> relu() {
    return (tf, x) -> tf.nn.relu(x);
  }

  /** {@code min(max(x, 0), 6)}. */
  static <T extends TFloating> Activation<T> relu6() {
    return (tf, x) -> tf.nn.relu6(x);
  }

  /** {@code x} above zero, {@code exp(x) - 1} below. Source: Clevert and others 2015. */
  static <T extends TFloating> Activation<T> elu() {
    return (tf, x) -> tf.nn.elu(x);
  }

  /**
   * {@code elu}, scaled to keep mean 0 and variance 1 from layer to layer. Source: Klambauer and
   * others 2017.
   */
  static <T extends TFloating> Activation<T> selu() {
    return (tf, x) -> tf.nn.selu(x);
  }

  /** {@code log(1 + exp(x))}, above 0. */
  static <T extends TFloating> Activation<T> softplus() {
    return (tf, x) -> tf.math.softplus(x);
  }

  /** {@code x / (1 + |x|)}, in (-1, 1). */
  static <T extends TFloating> Activation<T> softsign() {
    return (tf, x) -> tf.nn.softsign(x);
  }
}
