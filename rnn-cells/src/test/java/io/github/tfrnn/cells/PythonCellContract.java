package io.github.tfrnn.cells;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;
import org.tensorflow.types.TFloat64;

/**
 * What a cell does that {@code tf.compat.v1} still has. The test brings the numbers of Python as
 * well:
 *
 * <pre>{@code
 * def wave(shape, start):
 *     return 0.5 * np.sin(start + np.arange(np.prod(shape))).reshape(shape)
 *
 * state = cell.zero_state(2, tf.float64)
 * flat = tf.nest.flatten(state)
 * parts = [tf.constant(wave([2, int(p.shape[1])], 300 + 20 * i)) for i, p in enumerate(flat)]
 * state = tf.nest.pack_sequence_as(state, parts)
 * for t in range(2):
 *     output, state = cell(tf.constant(wave([2, 3], 100 + 20 * t)), state)
 * for v, variable in enumerate(tf.global_variables()):
 *     session.run(variable.assign(wave(variable.shape.as_list(), 10 * v + 1)))
 * print([value.ravel() for value in session.run([output] + tf.nest.flatten(state))])
 * }</pre>
 */
interface PythonCellContract extends CellContract {

  /** What the program above printed, to ten places. */
  double[] python();

  @Test
  default void matchesPythonGolden() {
    try (var run = new TwoSteps<>(cell(TFloat64.class))) {
      assertArrayEquals(python(), run.numbers(), 1e-10);
    }
  }
}
