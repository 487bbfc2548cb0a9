package io.github.tfrnn.cells;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * What the controller of a Neural Turing Machine steers the heads with.
 *
 * @param heads for the read heads first
 * @param changes for each write head
 */
record NtmSteering<T extends TFloating>(List<Head<T>> heads, List<Change<T>> changes) {

  /**
   * Where a head shall look.
   *
   * @param key what to look for, shape {@code [B, W]}
   * @param strength how much likeness counts, shape {@code [B, 1]}
   * @param gate whether to go by likeness or to stay, shape {@code [B, 1]}
   * @param shift how likely each move is, 0 .. R and then -R .. -1, shape {@code [B, 2R + 1]}
   * @param sharpness at least one, shape {@code [B, 1]}
   */
  record Head<T extends TFloating>(
      Operand<T> key,
      Operand<T> strength,
      Operand<T> gate,
      Operand<T> shift,
      Operand<T> sharpness) {}

  /**
   * What a write head shall do where it looks.
   *
   * @param erase in (0, 1), shape {@code [B, W]}
   * @param add in (-1, 1), shape {@code [B, W]}
   */
  record Change<T extends TFloating>(Operand<T> erase, Operand<T> add) {}

  /**
   * Takes the columns of the controller apart: key, strength, gate, shift and sharpness for each
   * head, then erase and add for each write head.
   *
   * @param parameters shape {@code [B, size.parameters()]}
   */
  static <T extends TFloating> NtmSteering<T> of(Ops tf, NtmSize size, Operand<T> parameters) {
    var columns = Columns.split(tf, parameters, widths(size)).iterator();
    var one = tf.constantOfSameType(parameters, 1);
    var heads = new ArrayList<Head<T>>();
    for (int head = 0; head < size.heads(); head++) {
      heads.add(
          new Head<>(
              tf.math.tanh(columns.next()),
              tf.math.softplus(columns.next()),
              tf.math.sigmoid(columns.next()),
              tf.nn.softmax(columns.next()),
              tf.math.add(tf.math.softplus(columns.next()), one)));
    }
    var changes = new ArrayList<Change<T>>();
    for (int change = 0; change < size.writeHeads(); change++) {
      changes.add(new Change<>(tf.math.sigmoid(columns.next()), tf.math.tanh(columns.next())));
    }
    return new NtmSteering<>(heads, changes);
  }

  private static long[] widths(NtmSize size) {
    var widths = new ArrayList<Long>();
    for (int head = 0; head < size.heads(); head++) {
      widths.addAll(List.of((long) size.width(), 1L, 1L, (long) size.shifts(), 1L));
    }
    for (int change = 0; change < 2 * size.writeHeads(); change++) {
      widths.add((long) size.width());
    }
    return widths.stream().mapToLong(Long::longValue).toArray();
  }
}
