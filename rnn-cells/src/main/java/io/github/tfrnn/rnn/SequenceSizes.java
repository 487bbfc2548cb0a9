package io.github.tfrnn.rnn;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;

/**
 * The sizes of sequences.
 *
 * @param known time and batch, -1 where unknown while the graph is built
 * @param time a scalar
 * @param batch a scalar
 */
record SequenceSizes(Shape known, Operand<TInt32> time, Operand<TInt32> batch) {

  /** The sizes of sequences whose first two dimensions are {@code known}. */
  static SequenceSizes of(Ops tf, List<Operand<?>> parts, Shape known, boolean timeMajor) {
    int time = timeMajor ? 0 : 1;
    return new SequenceSizes(
        Shape.of(known.get(time), known.get(1 - time)),
        Layout.size(tf, parts, known, time),
        Layout.size(tf, parts, known, 1 - time));
  }

  /** The same for the ops of a body, which see what is known as constants of their own. */
  SequenceSizes within(Ops tf) {
    return new SequenceSizes(known, within(tf, 0, time), within(tf, 1, batch));
  }

  private Operand<TInt32> within(Ops tf, int dimension, Operand<TInt32> size) {
    long value = known.get(dimension);
    return value < 0 ? size : tf.constant((int) value);
  }

  /** As many rows, and so many steps. */
  SequenceSizes withTime(long known, Operand<TInt32> time) {
    return new SequenceSizes(Shape.of(known, this.known.get(1)), time, batch);
  }

  /** As many steps, and so many rows. */
  SequenceSizes withBatch(long known, Operand<TInt32> batch) {
    return new SequenceSizes(Shape.of(this.known.get(0), known), time, batch);
  }
}
