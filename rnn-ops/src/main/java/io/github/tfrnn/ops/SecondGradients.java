package io.github.tfrnn.ops;

import static io.github.tfrnn.ops.OpGradients.number;

import java.util.List;
import java.util.Map;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;

/**
 * Gradients of the ops that TensorFlow's own gradients are made of. Second derivatives need them.
 *
 * <p>Most of these ops compute {@code dx = dy * f(s)} from the gradient {@code dy} that arrived and
 * from {@code s}, the input or the output of the op that was differentiated. They are linear in
 * {@code dy}, so their gradient there is the same op again.
 */
final class SecondGradients {
  private SecondGradients() {}

  /** The gradient in {@code s}, from {@code product = g * dy}. */
  @FunctionalInterface
  private interface Slope {
    Operand<TNumber> of(Ops tf, Operand<TNumber> s, Operand<TNumber> product);
  }

  static void addTo(Map<String, OpGradient> gradients) {
    // dx = dy s (1 - s)
    outputFirst(
        gradients, "SigmoidGrad", (tf, s, p) -> tf.math.sub(p, times(tf, 2, tf.math.mul(p, s))));
    // dx = dy (1 - s^2)
    outputFirst(gradients, "TanhGrad", (tf, s, p) -> times(tf, -2, tf.math.mul(p, s)));
    // dx = -dy s^2
    outputFirst(gradients, "ReciprocalGrad", (tf, s, p) -> times(tf, -2, tf.math.mul(p, s)));
    outputFirst(gradients, "InvGrad", (tf, s, p) -> times(tf, -2, tf.math.mul(p, s)));
    // dx = dy / (2 s)
    outputFirst(
        gradients, "SqrtGrad", (tf, s, p) -> times(tf, -0.5f, tf.math.div(p, tf.math.square(s))));
    // dx = -dy s^3 / 2
    outputFirst(
        gradients, "RsqrtGrad", (tf, s, p) -> times(tf, -1.5f, tf.math.mul(p, tf.math.square(s))));

    gradientFirst(gradients, "ReluGrad", (tf, s, p) -> tf.zerosLike(s));
    gradientFirst(gradients, "Relu6Grad", (tf, s, p) -> tf.zerosLike(s));
    // dx = dy (s + constant) where s < 0, else linear in dy alone
    gradientFirst(gradients, "EluGrad", SecondGradients::whereNegative);
    gradientFirst(gradients, "SeluGrad", SecondGradients::whereNegative);
    // dx = dy sigmoid(s)
    gradientFirst(
        gradients, "SoftplusGrad", (tf, s, p) -> tf.math.sigmoidGrad(tf.math.sigmoid(s), p));
    // dx = dy / (1 + |s|)^2
    gradientFirst(
        gradients,
        "SoftsignGrad",
        (tf, s, p) -> {
          var cubed =
              tf.math.mul(
                  tf.math.square(onePlusAbs(tf, s)),
                  tf.math.mul(onePlusAbs(tf, s), tf.math.sign(s)));
          return times(tf, -2, tf.math.divNoNan(p, cubed));
        });

    gradients.put("BiasAddGrad", SecondGradients::biasAddGrad);
    gradients.put("StridedSliceGrad", SecondGradients::stridedSliceGrad);
  }

  private static Operand<TNumber> onePlusAbs(Ops tf, Operand<TNumber> s) {
    return tf.math.add(tf.math.abs(s), tf.onesLike(s));
  }

  private static Operand<TNumber> whereNegative(
      Ops tf, Operand<TNumber> s, Operand<TNumber> product) {
    var zeros = tf.zerosLike(s);
    return tf.select(tf.math.less(s, zeros), product, zeros);
  }

  /** An op with the inputs {@code (s, dy)}. */
  private static void outputFirst(Map<String, OpGradient> gradients, String type, Slope slope) {
    gradients.put(
        type,
        (tf, op, g) -> {
          var product = tf.math.mul(number(g.get(0)), number(op.input(1)));
          return List.of(
              slope.of(tf, number(op.input(0)), product), same(tf, op, op.input(0), g.get(0)));
        });
  }

  /** An op with the inputs {@code (dy, s)}. */
  private static void gradientFirst(Map<String, OpGradient> gradients, String type, Slope slope) {
    gradients.put(
        type,
        (tf, op, g) -> {
          var product = tf.math.mul(number(g.get(0)), number(op.input(0)));
          return List.of(
              same(tf, op, g.get(0), op.input(1)), slope.of(tf, number(op.input(1)), product));
        });
  }

  private static Output<?> same(Ops tf, GraphOperation op, Output<?> first, Output<?> second) {
    var builder = tf.scope().opBuilder(op.type(), op.type());
    return builder.addInput(first).addInput(second).build().output(0);
  }

  /**
   * Sums over all but the channels; its gradient goes to every summand. Adding it to zeros with
   * BiasAdd would be shorter, but the graph optimizer forgets where the channels are.
   */
  private static List<Operand<?>> biasAddGrad(Ops tf, GraphOperation op, List<Output<?>> g) {
    var shape = tf.shape(op.input(0));
    var channels = number(g.get(0));
    if (op.attributes().getAttrString("data_format").equals("NCHW")) {
      var spatial = tf.slice(shape, tf.constant(new int[] {2}), tf.constant(new int[] {-1}));
      List<Operand<TInt32>> sizes = List.of(tf.shape(channels), tf.onesLike(spatial));
      channels = tf.reshape(channels, tf.concat(sizes, tf.constant(0)));
    }
    return List.of(tf.broadcastTo(channels, shape));
  }

  /** Spreads dy over zeros, with the inputs {@code (shape, begin, end, strides, dy)}. */
  private static List<Operand<?>> stridedSliceGrad(Ops tf, GraphOperation op, List<Output<?>> g) {
    var slice = tf.scope().opBuilder("StridedSlice", "StridedSlice").addInput(g.get(0));
    for (int i = 1; i < 4; i++) {
      slice.addInput(op.input(i));
    }
    for (String mask :
        List.of("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask")) {
      slice.setAttr(mask, op.attributes().getAttrInt(mask));
    }
    return List.of(
        tf.zerosLike(op.input(0)),
        tf.zerosLike(op.input(1)),
        tf.zerosLike(op.input(2)),
        tf.zerosLike(op.input(3)),
        slice.build().output(0));
  }

  private static Operand<TNumber> times(Ops tf, float factor, Operand<TNumber> value) {
    return tf.math.mul(tf.dtypes.cast(tf.constant(factor), value.type()), value);
  }
}
