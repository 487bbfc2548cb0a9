package io.github.tfrnn.ops;

import static io.github.tfrnn.ops.OpGradients.int32;
import static io.github.tfrnn.ops.OpGradients.number;
import static io.github.tfrnn.ops.OpGradients.shaped;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;

/** Gradients of the recurrent networks of cuDNN and of the conversions of their weights. */
final class CudnnGradients {
  private static final int OUTPUTS = 3;

  private CudnnGradients() {}

  static void addTo(Map<String, OpGradient> gradients) {
    gradients.put("CudnnRNNV3", CudnnGradients::network);
    gradients.put("CudnnRNNCanonicalToParamsV2", CudnnGradients::toParams);
    gradients.put("CudnnRNNParamsToCanonicalV2", CudnnGradients::toCanonical);
  }

  /** Whether no gradient comes through this output of a network. */
  static boolean isFlat(GraphOperation network, int output) {
    return network.type().equals("CudnnRNNV3") && output >= OUTPUTS;
  }

  /** Whether the network keeps nothing for the way back. */
  static boolean isForInference(GraphOperation op) {
    return op.type().equals("CudnnRNNV3") && !op.attributes().getAttrBool("is_training");
  }

  /**
   * Inputs are input, input_h, input_c, params, sequence_lengths; outputs output, output_h,
   * output_c, reserve_space, host_reserved.
   */
  private static List<Operand<?>> network(Ops tf, GraphOperation op, List<Output<?>> dy) {
    if (isForInference(op)) {
      throw OpGradients.refused(op, "has a gradient only with is_training");
    }
    var builder = tf.scope().opBuilder("CudnnRNNBackpropV3", "CudnnRNNBackpropV3");
    for (int i = 0; i < 5; i++) {
      builder.addInput(op.input(i));
    }
    for (int i = 0; i < OUTPUTS; i++) {
      builder.addInput(op.output(i));
    }
    for (int i = 0; i < OUTPUTS; i++) {
      builder.addInput(shaped(tf, dy.get(i), op.output(i)).asOutput());
    }
    builder.addInput(op.output(OUTPUTS)).addInput(op.output(OUTPUTS + 1));
    copySettings(op, builder);
    builder.setAttr("time_major", op.attributes().getAttrBool("time_major"));
    var back = builder.build();
    return List.of(
        back.output(0), back.output(1), back.output(2), back.output(3), tf.zerosLike(op.input(4)));
  }

  private static void copySettings(GraphOperation from, OperationBuilder to) {
    for (String name : List.of("rnn_mode", "input_mode", "direction")) {
      to.setAttr(name, from.attributes().getAttrString(name));
    }
    to.setAttr("dropout", from.attributes().getAttrFloat("dropout"));
    for (String name : List.of("seed", "seed2", "num_proj")) {
      to.setAttr(name, from.attributes().getAttrInt(name));
    }
  }

  /**
   * Puts weights and biases into one vector; the way back takes a vector apart. Inputs are
   * num_layers, num_units, input_size, weights..., biases...
   */
  private static List<Operand<?>> toParams(Ops tf, GraphOperation op, List<Output<?>> dy) {
    var builder =
        tf.scope().opBuilder("CudnnRNNParamsToCanonicalV2", "CudnnRNNParamsToCanonicalV2");
    List<Operand<?>> gradients = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      builder.addInput(op.input(i));
      gradients.add(tf.zerosLike(op.input(i)));
    }
    builder.addInput(dy.get(0));
    copySettings(op, builder);
    for (String count : List.of("num_params_weights", "num_params_biases")) {
      builder.setAttr(count, op.attributes().getAttrInt(count));
    }
    var parts = builder.build();
    for (int i = 3; i < op.numInputs(); i++) {
      gradients.add(shaped(tf, parts.output(i - 3), op.input(i)));
    }
    return gradients;
  }

  /** The way back of {@link #toParams}, and forth again. */
  private static List<Operand<?>> toCanonical(Ops tf, GraphOperation op, List<Output<?>> dy) {
    var ints = new ArrayList<Operand<?>>();
    for (int i = 0; i < 3; i++) {
      ints.add(int32(op.input(i)));
    }
    int weights = (int) op.attributes().getAttrInt("num_params_weights");
    var parts = new ArrayList<Operand<TNumber>>();
    for (Output<?> part : dy) {
      parts.add(number(part));
    }
    var builder =
        tf.scope().opBuilder("CudnnRNNCanonicalToParamsV2", "CudnnRNNCanonicalToParamsV2");
    ints.forEach(size -> builder.addInput(size.asOutput()));
    builder.addInputList(outputs(parts.subList(0, weights)));
    builder.addInputList(outputs(parts.subList(weights, parts.size())));
    copySettings(op, builder);
    List<Operand<?>> gradients = new ArrayList<>();
    ints.forEach(size -> gradients.add(tf.zerosLike(size)));
    gradients.add(builder.build().output(0));
    return gradients;
  }

  private static Output<?>[] outputs(List<Operand<TNumber>> parts) {
    return parts.stream().map(Operand::asOutput).toArray(Output<?>[]::new);
  }
}
