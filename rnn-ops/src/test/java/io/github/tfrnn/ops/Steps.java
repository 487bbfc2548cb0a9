package io.github.tfrnn.ops;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/** Steps that exercise all that a gradient of a loop has to cope with. */
final class Steps {
  private Steps() {}

  /** An LSTM; with lengths, finished rows give zeros and keep their state. */
  static Loops.Step lstm(
      Operand<TFloat64> kernel, Operand<TFloat64> bias, @Nullable Operand<TInt32> lengths) {
    return (tf, position, carry, inputs) -> {
      var c = carry.get(0);
      var h = carry.get(1);
      var xh = tf.concat(List.of(inputs.get(0), h), tf.constant(1));
      var gates =
          tf.split(tf.constant(1), tf.nn.biasAdd(tf.linalg.matMul(xh, kernel), bias), 4L).output();
      Operand<TFloat64> forget = tf.math.sigmoid(tf.math.add(gates.get(2), tf.constant(1.0)));
      Operand<TFloat64> newC =
          tf.math.add(
              tf.math.mul(c, forget),
              tf.math.mul(tf.math.sigmoid(gates.get(0)), tf.math.tanh(gates.get(1))));
      Operand<TFloat64> newH = tf.math.mul(tf.math.tanh(newC), tf.math.sigmoid(gates.get(3)));
      var output = newH;
      if (lengths != null) {
        output = valid(tf, position, lengths, newH, tf.zerosLike(newH));
        newC = valid(tf, position, lengths, newC, c);
        newH = valid(tf, position, lengths, newH, h);
      }
      return new Loops.Next(List.of(newC, newH), List.of(output));
    };
  }

  private static Operand<TFloat64> valid(
      Ops tf,
      Operand<TInt32> position,
      Operand<TInt32> lengths,
      Operand<TFloat64> now,
      Operand<TFloat64> otherwise) {
    return tf.select(
        tf.expandDims(tf.math.less(position, lengths), tf.constant(1)), now, otherwise);
  }

  /** A GRU with two kernels. */
  static Loops.Step gru(
      Operand<TFloat64> gateKernel,
      Operand<TFloat64> gateBias,
      Operand<TFloat64> kernel,
      Operand<TFloat64> bias) {
    return (tf, position, carry, inputs) -> {
      var h = carry.get(0);
      var x = inputs.get(0);
      var xh = tf.concat(List.of(x, h), tf.constant(1));
      var gates =
          tf.split(
                  tf.constant(1),
                  tf.math.sigmoid(tf.nn.biasAdd(tf.linalg.matMul(xh, gateKernel), gateBias)),
                  2L)
              .output();
      var reset = tf.concat(List.of(x, tf.math.mul(gates.get(0), h)), tf.constant(1));
      var candidate = tf.math.tanh(tf.nn.biasAdd(tf.linalg.matMul(reset, kernel), bias));
      var u = gates.get(1);
      Operand<TFloat64> newH =
          tf.math.add(tf.math.mul(u, h), tf.math.mul(tf.math.sub(tf.constant(1.0), u), candidate));
      return new Loops.Next(List.of(newH), List.of(newH));
    };
  }

  /** Vectors, a scalar, a full-size offset and a broadcasting add; two outputs. */
  static Loops.Step broadcasting(
      Operand<TFloat64> kernel,
      Operand<TFloat64> bias,
      Operand<TFloat64> diagonal,
      Operand<TFloat64> gain,
      Operand<TFloat64> offset) {
    return (tf, position, carry, inputs) -> {
      var c = carry.get(0);
      var h = carry.get(1);
      var z =
          tf.math.add(
              tf.math.add(tf.linalg.matMul(inputs.get(0), kernel), bias), tf.math.mul(c, diagonal));
      Operand<TFloat64> newC =
          tf.math.add(tf.math.mul(tf.math.tanh(z), gain), tf.math.mul(h, offset));
      Operand<TFloat64> newH =
          tf.math.sigmoid(tf.math.sub(newC, tf.math.mul(diagonal, tf.math.mul(newC, h))));
      return new Loops.Next(List.of(newC, newH), List.of(newH, tf.math.mul(newC, gain)));
    };
  }

  /** Tanh of one product. */
  static Operand<TFloat64> simple(
      Ops tf, Operand<TFloat64> x, Operand<TFloat64> h, Operand<TFloat64> kernel) {
    return tf.math.tanh(tf.linalg.matMul(tf.concat(List.of(x, h), tf.constant(1)), kernel));
  }
}
