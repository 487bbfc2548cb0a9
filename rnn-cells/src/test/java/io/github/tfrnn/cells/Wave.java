package io.github.tfrnn.cells;

import io.github.tfrnn.ops.VariableInitializer;
import java.util.stream.IntStream;

/** Numbers that a few lines of Python make as well: {@code 0.5 * np.sin(start + np.arange(n))}. */
final class Wave {
  private Wave() {}

  static double[] of(double start, long size) {
    return IntStream.range(0, (int) size).mapToDouble(k -> 0.5 * Math.sin(start + k)).toArray();
  }

  /** Variables that begin with the wave from 1. */
  static VariableInitializer initializer() {
    return (tf, shape, type, seed) ->
        tf.dtypes.cast(
            tf.reshape(tf.constant(of(1, shape.size())), tf.constant(shape.asArray())), type);
  }
}
