package io.github.tfrnn.model;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/**
 * What single ops must not be told, because native code ends the process instead of refusing it.
 * Each rule was found by a model that did so.
 */
final class OpRules {
  /** A tensor has at most 254, and a loop puts one in front. */
  private static final int MAX_DIMENSIONS = 253;

  /** A loop reserves room for each; beyond memory the process ends. */
  private static final long MAX_PARALLEL = 1 << 16;

  /**
   * More than there are indices for is no error but a failed check, and their rank is not known.
   */
  private static final long MAX_BATCH_DIMENSIONS = 1;

  /** What ops call the operands that are shapes. */
  private static final Set<String> SHAPES = Set.of("shape", "element_shape", "dims", "size");

  /** Ops that hand a constant on, and how many in a row. */
  private static final Set<String> PASSING = Set.of("Identity", "StopGradient");

  private static final int MAX_PASSED = 8;

  private final ModelFile file;
  private final NodeDef node;
  private final Function<String, @Nullable NodeDef> producer;

  private OpRules(ModelFile file, NodeDef node, Function<String, @Nullable NodeDef> producer) {
    this.file = file;
    this.node = node;
    this.producer = producer;
  }

  /**
   * Looks at a node whose inputs were checked.
   *
   * @param inputs the arguments of its op
   * @param producer the node that an input comes from; null if none does
   */
  static void require(
      ModelFile file,
      NodeDef node,
      List<NodeCheck.Argument> inputs,
      Function<String, @Nullable NodeDef> producer) {
    new OpRules(file, node, producer).require(inputs);
  }

  private void require(List<NodeCheck.Argument> inputs) {
    int input = 0;
    for (NodeCheck.Argument argument : inputs) {
      if (SHAPES.contains(argument.name()) && argument.types().size() == 1) {
        constant(input).ifPresent(this::requireRank);
      }
      input += argument.types().size();
    }
    switch (node.getOp()) {
      case "Transpose", "ConjugateTranspose" -> constant(1).ifPresent(this::requirePermutation);
      case "GatherV2" -> requireAtMost("batch_dims", MAX_BATCH_DIMENSIONS);
      case "While", "StatelessWhile", "Enter", "RefEnter" ->
          requireAtMost("parallel_iterations", MAX_PARALLEL);
      default -> {}
    }
  }

  private void requireAtMost(String attribute, long most) {
    long number = node.getAttrOrDefault(attribute, AttrValue.getDefaultInstance()).getI();
    if (number > most || number < -MAX_DIMENSIONS) {
      throw file.refuse(
          "attribute " + attribute + " of node " + node.getName(), "be at most " + most, number);
    }
  }

  private void requireRank(TensorProto shape) {
    long dimensions = shape.getTensorShape().getDimCount() == 1 ? elements(shape) : 0;
    if (dimensions > MAX_DIMENSIONS) {
      throw file.refuse(
          "shape of node " + node.getName(),
          "have at most " + MAX_DIMENSIONS + " dimensions",
          dimensions);
    }
  }

  private void requirePermutation(TensorProto order) {
    if (order.getTensorShape().getDimCount() != 1 || elements(order) > MAX_DIMENSIONS) {
      throw file.refuse(
          "order of node " + node.getName(),
          "be a vector of at most " + MAX_DIMENSIONS + " axes",
          elements(order) + " elements");
    }
    long[] axes = integers(order);
    long[] sorted = axes.clone();
    Arrays.sort(sorted);
    for (int i = 0; i < sorted.length; i++) {
      if (sorted[i] != i) {
        throw file.refuse(
            "order of node " + node.getName(), "name every axis once", Arrays.toString(axes));
      }
    }
  }

  private static long elements(TensorProto tensor) {
    long elements = 1;
    for (var dim : tensor.getTensorShape().getDimList()) {
      elements *= dim.getSize();
    }
    return elements;
  }

  /** The constant that an input is, if it is one, handed on by other ops or not. */
  private Optional<TensorProto> constant(int input) {
    if (input >= node.getInputCount()) {
      return Optional.empty();
    }
    var source = producer.apply(node.getInput(input));
    for (int i = 0; i < MAX_PASSED && source != null && PASSING.contains(source.getOp()); i++) {
      source = source.getInputCount() == 0 ? null : producer.apply(source.getInput(0));
    }
    return source == null || !source.getOp().equals("Const")
        ? Optional.empty()
        : Optional.of(source.getAttrOrDefault("value", AttrValue.getDefaultInstance()).getTensor());
  }

  /** The elements of a small tensor of integers. */
  private static long[] integers(TensorProto tensor) {
    long[] numbers = new long[(int) elements(tensor)];
    boolean wide = tensor.getDtype() == DataType.DT_INT64;
    var content = tensor.getTensorContent().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    int written = wide ? tensor.getInt64ValCount() : tensor.getIntValCount();
    for (int i = 0; i < numbers.length; i++) {
      if (content.hasRemaining()) {
        numbers[i] = wide ? content.getLong() : content.getInt();
      } else if (written > 0) {
        int at = Math.min(i, written - 1); // the last one is repeated
        numbers[i] = wide ? tensor.getInt64Val(at) : tensor.getIntVal(at);
      }
    }
    return numbers;
  }
}
