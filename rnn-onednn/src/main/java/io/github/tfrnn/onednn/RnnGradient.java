package io.github.tfrnn.onednn;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;

/** Adds the op that computes the gradients of a layer. */
final class RnnGradient {
  private RnnGradient() {}

  /** The gradient of one op; the graph is locked meanwhile. */
  static List<Operand<?>> of(Formula formula, Ops tf, GraphOperation op, List<Output<?>> dy) {
    String type = formula.gradientOp();
    var builder = tf.scope().env().opBuilder(type, tf.scope().makeOpName(type), tf.scope());
    int operands = formula.operands().size();
    for (int i = 0; i < operands; i++) {
      builder.addInput(op.input(i));
    }
    int h = 1 + formula.h();
    int workspace = h + 1;
    for (int i = 0; i <= workspace + 1; i++) {
      if (i != h) {
        builder.addInput(op.output(i));
      }
    }
    for (int i = 0; i <= h; i++) {
      builder.addInput(dy.get(i));
    }
    var attributes = op.attributes();
    var gradient =
        builder
            .setAttr(RnnOps.MASKED, attributes.getAttrBool(RnnOps.MASKED))
            .setAttr(RnnOps.RECOMPUTE, attributes.getAttrBool(RnnOps.RECOMPUTE))
            .setAttr(RnnOps.FORGET_BIAS, attributes.getAttrFloat(RnnOps.FORGET_BIAS))
            .build();
    List<Operand<?>> all = new ArrayList<>();
    int next = 0;
    for (int i = 0; i < operands; i++) {
      all.add(i == 1 ? tf.zerosLike(op.input(i)) : gradient.output(next++));
    }
    return all;
  }
}
