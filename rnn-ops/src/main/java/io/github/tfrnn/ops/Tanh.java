package io.github.tfrnn.ops;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/** One object for all types, so that an engine can tell which activation a cell has. */
enum Tanh implements Activation<TFloating> {
  INSTANCE;

  @Override
  public Operand<TFloating> apply(Ops tf, Operand<TFloating> x) {
    return tf.math.tanh(x);
  }
}
