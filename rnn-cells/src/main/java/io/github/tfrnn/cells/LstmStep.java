package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Activation;
import java.util.OptionalDouble;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * What an LSTM does after the product of its gates.
 *
 * @param transform of the new input, the columns j
 * @param memory what becomes of the new memory before the output gate sees it
 * @param output of the memory
 * @param projection what becomes of the output
 */
record LstmStep<T extends TFloating>(
    Activation<T> transform,
    Peepholes<T> peepholes,
    Activation<T> memory,
    Activation<T> output,
    Activation<T> projection) {

  /** A step without peepholes, clip and projection. */
  static <T extends TFloating> LstmStep<T> plain(Activation<T> transform, Activation<T> output) {
    return new LstmStep<>(
        transform, Peepholes.none(), Activation.linear(), output, Activation.linear());
  }

  /** Returns this step doing {@code memory} to its new memory. */
  LstmStep<T> remembering(Activation<T> memory) {
    return new LstmStep<>(transform, peepholes, memory, output, projection);
  }

  /** Returns this step doing {@code projection} to its output. */
  LstmStep<T> projected(Activation<T> projection) {
    return new LstmStep<>(transform, peepholes, memory, output, projection);
  }

  /**
   * Emits the step.
   *
   * @param z the columns i, j, f and o, the forget bias among them, shape {@code [..., 4H]}
   * @param c shape {@code [..., H]}
   */
  Step<Operand<T>, LstmState<T>> next(Ops tf, Operand<T> z, Operand<T> c) {
    var ijfo = tf.split(tf.constant(-1), z, 4L).output();
    var i = tf.math.sigmoid(Peepholes.see(tf, ijfo.get(0), peepholes.i(), c));
    var j = transform.apply(tf, ijfo.get(1));
    var f = tf.math.sigmoid(Peepholes.see(tf, ijfo.get(2), peepholes.f(), c));
    return end(tf, tf.math.add(tf.math.mul(c, f), tf.math.mul(i, j)), ijfo.get(3));
  }

  /**
   * Emits what follows the new memory.
   *
   * @param c before a clip
   * @param o the columns of the output gate
   */
  Step<Operand<T>, LstmState<T>> end(Ops tf, Operand<T> c, Operand<T> o) {
    var memory = this.memory.apply(tf, c);
    var gate = tf.math.sigmoid(Peepholes.see(tf, o, peepholes.o(), memory));
    var h = projection.apply(tf, tf.math.mul(output.apply(tf, memory), gate));
    return new Step<>(h, new LstmState<>(memory, h));
  }

  /** Returns {@code value} clipped to {@code [-limit, limit]} if there is a limit. */
  static <T extends TFloating> Operand<T> clip(Ops tf, Operand<T> value, OptionalDouble limit) {
    if (limit.isEmpty()) {
      return value;
    }
    return tf.clipByValue(
        value,
        tf.constantOfSameType(value, -limit.getAsDouble()),
        tf.constantOfSameType(value, limit.getAsDouble()));
  }
}
