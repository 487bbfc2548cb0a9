package io.github.tfrnn.ops;

import static io.github.tfrnn.ops.OpGradients.apart;
import static io.github.tfrnn.ops.OpGradients.areUnused;
import static io.github.tfrnn.ops.OpGradients.number;
import static io.github.tfrnn.ops.OpGradients.ofWeights;
import static io.github.tfrnn.ops.OpGradients.shaped;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;

/**
 * Gradients of the LSTM in one op: one step, {@code LSTMBlockCell}, or a whole sequence, {@code
 * BlockLSTM} and {@code BlockLSTMV2}.
 *
 * <p>Outputs of all three are i, cs, f, o, ci, co, h: the gates after their activation, the memory
 * and its tanh. The kernels that TensorFlow has for the way back take gradients of cs and h alone.
 */
final class LstmBlockGradients {
  static final int CS = 1;
  static final int H = 6;
  private static final int[] GATES = {0, 2, 3, 4, 5};

  private LstmBlockGradients() {}

  static void addTo(Map<String, OpGradient> gradients) {
    gradients.put("LSTMBlockCell", LstmBlockGradients::step);
    gradients.put("BlockLSTM", (tf, op, dy) -> sequence(tf, op, dy, "BlockLSTMGrad"));
    gradients.put("BlockLSTMV2", (tf, op, dy) -> sequence(tf, op, dy, "BlockLSTMGradV2"));
  }

  /** Whether no gradient comes through this output of an op over a whole sequence. */
  static boolean isFlat(GraphOperation sequence, int output) {
    return sequence.type().startsWith("BlockLSTM") && output != CS && output != H;
  }

  /** Inputs are x, cs_prev, h_prev, w, wci, wcf, wco, b; columns of w and b are i, ci, f, o. */
  private static List<Operand<?>> step(Ops tf, GraphOperation op, List<Output<?>> dy) {
    boolean peepholes = op.attributes().getAttrBool("use_peephole");
    float clip = op.attributes().getAttrFloat("cell_clip");
    // The kernel overwrites peephole weights that nobody else holds before it reads them, and
    // passes gradients through a clip as if it were not there.
    var back =
        peepholes || clip > 0 || !areUnused(dy, GATES)
            ? composed(tf, op, dy, peepholes, clip)
            : kernel(tf, op, dy);
    var x = op.input(0);
    var h = op.input(2);
    var xh = apart(tf, x, h, back.gates(), op.input(3));
    List<Operand<?>> gradients = new ArrayList<>(List.of(xh.get(0), back.memory(), xh.get(1)));
    gradients.add(ofWeights(tf, number(x), number(h), back.gates()));
    gradients.addAll(back.peepholes());
    gradients.add(tf.nn.biasAddGrad(back.gates()));
    return gradients;
  }

  /**
   * What comes back from a step.
   *
   * @param memory the gradient of cs_prev
   * @param gates that of the gates before their activation, {@code [B, 4H]}
   * @param peepholes those of wci, wcf and wco
   */
  private record Back(
      Operand<TNumber> memory, Operand<TNumber> gates, List<Operand<?>> peepholes) {}

  private static Back kernel(Ops tf, GraphOperation op, List<Output<?>> dy) {
    var builder = tf.scope().opBuilder("LSTMBlockCellGrad", "LSTMBlockCellGrad");
    for (int i = 0; i < 8; i++) {
      builder.addInput(op.input(i));
    }
    for (int i = 0; i < H; i++) {
      builder.addInput(op.output(i));
    }
    builder.addInput(shaped(tf, dy.get(CS), op.output(CS)).asOutput());
    builder.addInput(shaped(tf, dy.get(H), op.output(H)).asOutput());
    var back = builder.setAttr("use_peephole", false).build();
    return new Back(
        number(back.output(0)), number(back.output(1)), zeros(tf, op, List.of(4, 5, 6)));
  }

  private static List<Operand<?>> zeros(Ops tf, GraphOperation op, List<Integer> inputs) {
    List<Operand<?>> zeros = new ArrayList<>();
    inputs.forEach(i -> zeros.add(tf.zerosLike(op.input(i))));
    return zeros;
  }

  /**
   * With {@code h = o * co}, {@code co = tanh(cs)}, {@code cs = clip(i * ci + f * cs_prev)}, where
   * o sees cs, and i and f see cs_prev, through peepholes.
   */
  private static Back composed(
      Ops tf, GraphOperation op, List<Output<?>> dy, boolean peepholes, float clip) {
    var before = number(op.input(1));
    var i = number(op.output(0));
    var cs = number(op.output(CS));
    var f = number(op.output(2));
    var o = number(op.output(3));
    var ci = number(op.output(4));
    var co = number(op.output(5));
    var dh = number(dy.get(H));

    var dzo = tf.math.sigmoidGrad(o, tf.math.add(number(dy.get(3)), tf.math.mul(dh, co)));
    var dco = tf.math.add(number(dy.get(5)), tf.math.mul(dh, o));
    Operand<TNumber> dcs = tf.math.add(number(dy.get(CS)), tf.math.tanhGrad(co, dco));
    if (peepholes) {
      dcs = tf.math.add(dcs, tf.math.mul(dzo, number(op.input(6))));
    }
    if (clip > 0) {
      var limit = tf.dtypes.cast(tf.constant(clip), cs.type());
      dcs = tf.select(tf.math.less(tf.math.abs(cs), limit), dcs, tf.zerosLike(dcs));
    }
    var dzi = tf.math.sigmoidGrad(i, tf.math.add(number(dy.get(0)), tf.math.mul(dcs, ci)));
    var dzci = tf.math.tanhGrad(ci, tf.math.add(number(dy.get(4)), tf.math.mul(dcs, i)));
    var dzf = tf.math.sigmoidGrad(f, tf.math.add(number(dy.get(2)), tf.math.mul(dcs, before)));
    Operand<TNumber> memory = tf.math.mul(dcs, f);
    List<Operand<?>> diagonals = zeros(tf, op, List.of(4, 5, 6));
    if (peepholes) {
      var seen =
          tf.math.add(tf.math.mul(dzi, number(op.input(4))), tf.math.mul(dzf, number(op.input(5))));
      memory = tf.math.add(memory, seen);
      diagonals = List.of(rows(tf, dzi, before), rows(tf, dzf, before), rows(tf, dzo, cs));
    }
    var gates = tf.concat(List.of(dzi, dzci, dzf, dzo), tf.constant(1));
    return new Back(memory, gates, diagonals);
  }

  /** The sum over the batch of a product. */
  private static Operand<TNumber> rows(Ops tf, Operand<TNumber> a, Operand<TNumber> b) {
    return tf.sum(tf.math.mul(a, b), tf.constant(new int[] {0}));
  }

  /** Inputs are seq_len_max, x, cs_prev, h_prev, w, wci, wcf, wco, b. */
  private static List<Operand<?>> sequence(
      Ops tf, GraphOperation op, List<Output<?>> dy, String kernel) {
    if (!areUnused(dy, GATES)) {
      throw OpGradients.refused(op, "has gradients of its outputs cs and h only");
    }
    var loop = BlockLstmGradient.of(tf, op, dy);
    return loop == null ? kernel(tf, op, dy, kernel) : loop;
  }

  private static List<Operand<?>> kernel(
      Ops tf, GraphOperation op, List<Output<?>> dy, String kernel) {
    var builder = tf.scope().opBuilder(kernel, kernel);
    for (int i = 0; i < 9; i++) {
      builder.addInput(op.input(i));
    }
    for (int i = 0; i <= H; i++) {
      builder.addInput(op.output(i));
    }
    // A gradient with fewer steps would abort the process.
    builder.addInput(shaped(tf, dy.get(CS), op.output(CS)).asOutput());
    builder.addInput(shaped(tf, dy.get(H), op.output(H)).asOutput());
    var back = builder.setAttr("use_peephole", op.attributes().getAttrBool("use_peephole")).build();
    List<Operand<?>> gradients = new ArrayList<>();
    gradients.add(tf.zerosLike(op.input(0)));
    for (int i = 0; i < 8; i++) {
      gradients.add(back.output(i));
    }
    return gradients;
  }
}
