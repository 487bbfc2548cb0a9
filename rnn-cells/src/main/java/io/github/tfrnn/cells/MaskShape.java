package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Shapes;
import java.util.List;
import java.util.stream.LongStream;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/**
 * The shape of a mask as rows of numbers, each row made of whole groups as the generator gives
 * them: so that some rows of a long tensor can be drawn without the others.
 */
final class MaskShape {
  /** How many numbers of single precision the generator makes for one value of its counter. */
  private static final int GROUP = 4;

  private final Ops tf;
  private final Operand<TInt64> rows;
  private final long knownRows;
  private final Shape row;

  private MaskShape(Ops tf, Operand<TInt64> rows, long knownRows, Shape row) {
    this.tf = tf;
    this.rows = rows;
    this.knownRows = knownRows;
    this.row = row;
  }

  /**
   * The shape of {@code x}, whose first dimension is the rows.
   *
   * @throws IllegalArgumentException if another dimension is unknown
   */
  static MaskShape of(Ops tf, String who, Operand<?> x) {
    var row = row(who, x);
    long known = x.shape().get(0);
    if (known >= 0) {
      return new MaskShape(tf, tf.constant(known), known, row);
    }
    var size = tf.gather(tf.shape(x, TInt64.class), tf.constant(0), tf.constant(0));
    return new MaskShape(tf, size, known, row);
  }

  /** The shape of one row of {@code x}, which serves all rows. */
  static MaskShape oneRow(Ops tf, String who, Operand<?> x) {
    return new MaskShape(tf, tf.constant(1L), 1, row(who, x));
  }

  private static Shape row(String who, Operand<?> x) {
    var shape = x.shape();
    if (shape.numDimensions() < 1 || shape.tail().hasUnknownDimension()) {
      throw new IllegalArgumentException(
          who
              + ": x must have shape [batch, depth...] with known depths, got "
              + Shapes.text(shape));
    }
    return shape.tail();
  }

  private long groupsOfRow() {
    return (row.size() + GROUP - 1) / GROUP;
  }

  /** How many groups all rows are made of, a scalar. */
  Operand<TInt64> groups() {
    if (knownRows >= 0) {
      return tf.constant(knownRows * groupsOfRow());
    }
    return groupsOfRow() == 1 ? rows : tf.math.mul(rows, tf.constant(groupsOfRow()));
  }

  /** What to draw, as a shape {@code [rows, whole groups]}. */
  Operand<TInt64> drawn() {
    long columns = groupsOfRow() * GROUP;
    return knownRows >= 0
        ? tf.constant(new long[] {knownRows, columns})
        : tf.stack(List.of(rows, tf.constant(columns)));
  }

  /** Gives what was drawn the shape of the mask. */
  Operand<TFloat32> of(Operand<TFloat32> numbers) {
    long width = row.size();
    Operand<TFloat32> cut = numbers;
    if (width != groupsOfRow() * GROUP) {
      cut = tf.slice(numbers, tf.constant(new long[] {0, 0}), tf.constant(new long[] {-1, width}));
    }
    if (row.numDimensions() == 1) {
      return cut;
    }
    var dims = LongStream.concat(LongStream.of(-1), LongStream.of(row.asArray())).toArray();
    return tf.reshape(cut, tf.constant(dims));
  }
}
