package io.github.tfrnn.cells;

import io.github.tfrnn.ops.VariableInitializer;
import io.github.tfrnn.ops.VariableScope;
import java.util.Collections;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * A map in which a unit sees nothing of h but its own element, {@code x * kernel + [h, h, ...] *
 * recurrent + bias} where the second product is elementwise and h stands there once for each gate.
 *
 * @param kernel shape {@code [D, N]} with N a multiple of H
 * @param recurrent shape {@code [1, N]}
 * @param bias shape {@code [N]}
 */
record Diagonal<T extends TFloating>(Operand<T> kernel, Operand<T> recurrent, Operand<T> bias)
    implements Affine<T> {

  /**
   * Makes the variables, kernel, recurrent and bias in this order.
   *
   * @param kernelName that of the kernel; the recurrent weights are {@code kernel_u}
   */
  static <T extends TFloating> Diagonal<T> make(
      VariableScope own,
      String prefix,
      String kernelName,
      Size<T> size,
      VariableInitializer recurrent,
      VariableInitializer bias) {
    var type = size.type();
    long columns = size.columns();
    return new Diagonal<>(
        own.variable(prefix + kernelName, Shape.of(size.depth(), columns), type),
        own.variable(prefix + "kernel_u", Shape.of(1, columns), type, recurrent),
        own.variable(prefix + "bias", Shape.of(columns), type, bias));
  }

  @Override
  public Diagonal<T> shifted(Ops tf, Operand<T> more) {
    return new Diagonal<>(kernel, recurrent, tf.math.add(bias, more));
  }

  @Override
  public Operand<T> of(Ops tf, Operand<T> x, Operand<T> h) {
    return tf.math.add(tf.linalg.matMul(x, kernel), recurrence(tf, h));
  }

  private Operand<T> recurrence(Ops tf, Operand<T> h) {
    int gates = (int) (bias.shape().get(0) / h.shape().get(1));
    var each = gates == 1 ? h : tf.concat(Collections.nCopies(gates, h), tf.constant(1));
    return tf.nn.biasAdd(tf.math.mul(each, recurrent), bias);
  }

  @Override
  public Halves<T> halves(Ops tf, long depth, long units) {
    return new Both<>(this);
  }

  private record Both<T extends TFloating>(Diagonal<T> map) implements Halves<T> {
    @Override
    public Operand<T> input() {
      return map.kernel;
    }

    @Override
    public Operand<T> of(Ops tf, Operand<T> projected, Operand<T> h) {
      return tf.math.add(projected, map.recurrence(tf, h));
    }
  }
}
