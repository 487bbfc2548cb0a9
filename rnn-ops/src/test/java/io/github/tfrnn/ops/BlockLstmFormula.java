package io.github.tfrnn.ops;

import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Stack;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt64;

/**
 * An LSTM of TensorFlow's ops in single precision, and the same from its formula in double
 * precision. Both take and give doubles: x, cs, h, w, wci, wcf, wco, b in, and i, cs, f, o, ci, co,
 * h out.
 */
record BlockLstmFormula(boolean peepholes, double clip, double forgetBias) {
  static final int B = 2;
  static final int D = 3;
  static final int H = 2;

  /** Inputs of one step, of random numbers; the batch is not known to the graph. */
  static List<Operand<TFloat64>> inputs(TestGraph test) {
    return inputs(test, Shape.of(-1, D), Shape.of(B, D));
  }

  /** Inputs with x in this shape. */
  static List<Operand<TFloat64>> inputs(TestGraph test, Shape declared, Shape fed) {
    var inputs = new ArrayList<Operand<TFloat64>>();
    inputs.add(test.random64(declared, fed));
    for (int i = 0; i < 2; i++) {
      inputs.add(test.random64(Shape.of(-1, H), Shape.of(B, H)));
    }
    for (var shape : List.of(Shape.of(D + H, 4 * H), Shape.of(H), Shape.of(H), Shape.of(H))) {
      inputs.add(test.random64(shape, shape));
    }
    inputs.add(test.random64(Shape.of(4 * H), Shape.of(4 * H)));
    return inputs;
  }

  /** {@code LSTMBlockCell}. */
  List<Operand<TFloat64>> step(Ops tf, List<Operand<TFloat64>> inputs) {
    var builder = tf.scope().opBuilder("LSTMBlockCell", "LSTMBlockCell");
    inputs.forEach(input -> builder.addInput(tf.dtypes.cast(input, TFloat32.class).asOutput()));
    builder.setAttr("use_peephole", peepholes).setAttr("cell_clip", (float) clip);
    return wide(tf, (GraphOperation) builder.setAttr("forget_bias", (float) forgetBias).build());
  }

  /** {@code BlockLSTM}, or {@code BlockLSTMV2}, over the first steps of x. */
  List<Operand<TFloat64>> sequence(
      Ops tf, String type, Operand<TInt64> steps, List<Operand<TFloat64>> inputs) {
    var builder = tf.scope().opBuilder(type, type).addInput(steps.asOutput());
    inputs.forEach(input -> builder.addInput(tf.dtypes.cast(input, TFloat32.class).asOutput()));
    builder.setAttr("use_peephole", peepholes).setAttr("cell_clip", (float) clip);
    if (type.equals("BlockLSTM")) {
      builder.setAttr("forget_bias", (float) forgetBias);
    }
    return wide(tf, (GraphOperation) builder.build());
  }

  private static List<Operand<TFloat64>> wide(Ops tf, GraphOperation op) {
    var outputs = new ArrayList<Operand<TFloat64>>();
    for (int i = 0; i < op.numOutputs(); i++) {
      outputs.add(tf.dtypes.cast(op.output(i), TFloat64.class));
    }
    return outputs;
  }

  /** The formula, with the columns i, ci, f, o. */
  List<Operand<TFloat64>> formula(Ops tf, List<Operand<TFloat64>> inputs) {
    var before = inputs.get(1);
    var xh = tf.concat(List.of(inputs.get(0), inputs.get(2)), tf.constant(1));
    var z = tf.math.add(tf.linalg.matMul(xh, inputs.get(3)), inputs.get(7));
    var parts = tf.split(tf.constant(1), z, 4L).output();
    var i = tf.math.sigmoid(peep(tf, parts.get(0), before, inputs.get(4)));
    var ci = tf.math.tanh(parts.get(1));
    var shifted = tf.math.add(parts.get(2), tf.constant(forgetBias));
    var f = tf.math.sigmoid(peep(tf, shifted, before, inputs.get(5)));
    Operand<TFloat64> cs = tf.math.add(tf.math.mul(i, ci), tf.math.mul(f, before));
    if (clip > 0) {
      cs = tf.clipByValue(cs, tf.constant(-clip), tf.constant(clip));
    }
    var co = tf.math.tanh(cs);
    var o = tf.math.sigmoid(peep(tf, parts.get(3), cs, inputs.get(6)));
    return List.of(i, cs, f, o, ci, co, tf.math.mul(o, co));
  }

  /** The memory and the output of each step of a sequence; zeros from {@code steps} on. */
  List<Operand<TFloat64>> unrolled(Ops tf, int time, int steps, List<Operand<TFloat64>> inputs) {
    var at = new ArrayList<>(inputs);
    var cs = new ArrayList<Operand<TFloat64>>();
    var hs = new ArrayList<Operand<TFloat64>>();
    var x = tf.unstack(inputs.get(0), (long) time, Unstack.axis(0L)).output();
    for (int t = 0; t < time; t++) {
      at.set(0, x.get(t));
      var step = formula(tf, at);
      at.set(1, step.get(1));
      at.set(2, step.get(6));
      cs.add(t < steps ? step.get(1) : tf.zerosLike(step.get(1)));
      hs.add(t < steps ? step.get(6) : tf.zerosLike(step.get(6)));
    }
    return List.of(tf.stack(cs, Stack.axis(0L)), tf.stack(hs, Stack.axis(0L)));
  }

  private Operand<TFloat64> peep(
      Ops tf, Operand<TFloat64> gate, Operand<TFloat64> c, Operand<TFloat64> weights) {
    return peepholes ? tf.math.add(gate, tf.math.mul(c, weights)) : gate;
  }
}
