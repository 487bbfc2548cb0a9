package io.github.tfrnn.ops;

import java.util.List;
import java.util.Map;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;

/**
 * Gradients of convolutions that TensorFlow's C++ library does not know: the first ones in three
 * dimensions, and the second ones, but for one in two dimensions.
 *
 * <p>A convolution {@code y = x * w} is linear in x and in w, and so are its two gradients: that in
 * x is {@code input(w, dy)}, that in w is {@code filter(x, dy)}. Each of the three has gradients
 * that are the other two.
 */
final class ConvolutionGradients {
  private final String forward;
  private final String input;
  private final String filter;

  private ConvolutionGradients(String forward, String input, String filter) {
    this.forward = forward;
    this.input = input;
    this.filter = filter;
  }

  static void addTo(Map<String, OpGradient> gradients) {
    new ConvolutionGradients("Conv2D", "Conv2DBackpropInput", "Conv2DBackpropFilter")
        .add(gradients);
    new ConvolutionGradients("Conv3D", "Conv3DBackpropInputV2", "Conv3DBackpropFilterV2")
        .add(gradients);
  }

  private void add(Map<String, OpGradient> gradients) {
    // (x, w)
    gradients.put(
        forward,
        (tf, op, g) ->
            List.of(
                build(tf, op, input, tf.shape(op.input(0)), op.input(1), g.get(0)),
                build(tf, op, filter, op.input(0), tf.shape(op.input(1)), g.get(0))));
    // (shape of x, w, dy)
    gradients.put(
        input,
        (tf, op, g) ->
            List.of(
                tf.zerosLike(op.input(0)),
                build(tf, op, filter, g.get(0), tf.shape(op.input(1)), op.input(2)),
                build(tf, op, forward, g.get(0), op.input(1))));
    // (x, shape of w, dy)
    gradients.put(
        filter,
        (tf, op, g) ->
            List.of(
                build(tf, op, input, tf.shape(op.input(0)), g.get(0), op.input(2)),
                tf.zerosLike(op.input(1)),
                build(tf, op, forward, op.input(0), g.get(0))));
  }

  /** An op of another type with the attributes of {@code like}. */
  private static Output<?> build(Ops tf, GraphOperation like, String type, Operand<?>... inputs) {
    var builder = tf.scope().opBuilder(type, type);
    for (var each : inputs) {
      builder.addInput(each.asOutput());
    }
    var attributes = like.attributes();
    builder.setAttr("strides", attributes.getAttrIntList("strides"));
    builder.setAttr("dilations", attributes.getAttrIntList("dilations"));
    if (type.startsWith("Conv2D")) {
      builder.setAttr("explicit_paddings", attributes.getAttrIntList("explicit_paddings"));
    }
    builder.setAttr("padding", attributes.getAttrString("padding"));
    builder.setAttr("data_format", attributes.getAttrString("data_format"));
    return builder.build().output(0);
  }
}
