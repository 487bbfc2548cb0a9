package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Activation;
import java.util.List;
import java.util.OptionalDouble;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * What an LSTM in a grid does after its products. Its gates may see several memories, its own and
 * those of its neighbours, through a peephole weight for each.
 *
 * <pre>{@code
 * [i, j, f, o] = z, or [i, j, o] = z and f = 1 - i where the gates are coupled
 * c' = clip(c * sigmoid(f + sum of w_f * memory) + sigmoid(i + sum of w_i * memory) * activation(j))
 * h' = sigmoid(o + sum of w_o * memory') * activation(c')
 * }</pre>
 *
 * @param coupled whether the forget gate is one minus the input gate
 */
record LstmUpdate<T extends TFloating>(
    boolean coupled, Peepholes<T> peepholes, OptionalDouble clip, Activation<T> activation) {

  /**
   * The weights through which gates see memories, each of shape {@code [H]}: one for each memory,
   * or none.
   */
  record Peepholes<T extends TFloating>(
      List<Operand<T>> f, List<Operand<T>> i, List<Operand<T>> o) {
    static <T extends TFloating> Peepholes<T> none() {
      return new Peepholes<>(List.of(), List.of(), List.of());
    }
  }

  /**
   * The gates of a step.
   *
   * @param i the opening of the input gate
   * @param j the new values
   * @param f the opening of the forget gate
   * @param o what the output gate adds the new memories to
   */
  record Gates<T extends TFloating>(Operand<T> i, Operand<T> j, Operand<T> f, Operand<T> o) {}

  /**
   * Returns the gates.
   *
   * @param z the columns of the gates, the forget bias among them
   * @param memories what the gates see
   */
  Gates<T> gates(Ops tf, Operand<T> z, List<Operand<T>> memories) {
    var columns = tf.split(tf.constant(1), z, coupled ? 3L : 4L).output();
    var i = tf.math.sigmoid(peep(tf, columns.get(0), peepholes.i(), memories));
    var j = activation.apply(tf, columns.get(1));
    var f =
        coupled
            ? tf.math.sub(tf.constantOfSameType(i, 1), i)
            : tf.math.sigmoid(peep(tf, columns.get(2), peepholes.f(), memories));
    return new Gates<>(i, j, f, columns.get(coupled ? 2 : 3));
  }

  /** Returns the new memory. */
  Operand<T> memory(Ops tf, Gates<T> gates, Operand<T> c) {
    var kept = tf.math.mul(c, gates.f());
    return LstmStep.clip(tf, tf.math.add(kept, tf.math.mul(gates.i(), gates.j())), clip);
  }

  /** Returns the opening of the output gate, which sees the new memories. */
  Operand<T> opening(Ops tf, Gates<T> gates, List<Operand<T>> memories) {
    return tf.math.sigmoid(peep(tf, gates.o(), peepholes.o(), memories));
  }

  /** Returns the output of a new memory. */
  Operand<T> output(Ops tf, Operand<T> opening, Operand<T> memory) {
    return tf.math.mul(opening, activation.apply(tf, memory));
  }

  private static <T extends TFloating> Operand<T> peep(
      Ops tf, Operand<T> gate, List<Operand<T>> weights, List<Operand<T>> memories) {
    var sum = gate;
    for (int k = 0; k < weights.size(); k++) {
      sum = tf.math.add(sum, tf.math.mul(weights.get(k), memories.get(k)));
    }
    return sum;
  }
}
