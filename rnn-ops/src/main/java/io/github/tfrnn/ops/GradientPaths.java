package io.github.tfrnn.ops;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.GraphOperation;
import org.tensorflow.Output;
import org.tensorflow.op.core.Identity;
import org.tensorflow.op.nn.SoftmaxCrossEntropyWithLogits;
import org.tensorflow.proto.DataType;

/**
 * What a loss depends on through values that have a slope: found by walking back from it along
 * floating point tensors and lists of them, and no further than ops that are flat everywhere.
 *
 * <p>Native code must not meet what it cannot differentiate: depending on the op it fails, aborts
 * the process or reads memory that is not its own.
 */
final class GradientPaths {
  private static final Set<String> LOOPS = Set.of("While", "StatelessWhile");
  private static final Set<String> FRAMES =
      Set.of("Enter", "Exit", "Merge", "Switch", "NextIteration", "LoopCond");

  private final Set<Output<?>> values = new HashSet<>();

  /** Each op of the walk, the nearest to the loss first, with the ops that read its outputs. */
  private final Map<GraphOperation, List<GraphOperation>> readers = new LinkedHashMap<>();

  /** Asking native code takes longer than all the rest. */
  private final Map<GraphOperation, List<Output<?>>> inputs = new HashMap<>();

  private final Map<String, Boolean> haveGradient = new HashMap<>();

  GradientPaths(Output<?> loss) {
    var todo = new ArrayDeque<Output<?>>(List.of(loss));
    values.add(loss);
    readers.put((GraphOperation) loss.op(), new ArrayList<>());
    var walked = new HashSet<GraphOperation>();
    while (!todo.isEmpty()) {
      var op = (GraphOperation) todo.remove().op();
      if (!walked.add(op) || MissingGradients.isFlat(op.type())) {
        continue;
      }
      for (Output<?> input : inputs(op)) {
        if (isSmooth(input.dataType())) {
          readers.computeIfAbsent((GraphOperation) input.op(), any -> new ArrayList<>()).add(op);
          if (values.add(input)) {
            todo.add(input);
          }
        }
      }
    }
  }

  /** Whether the loss depends on {@code x}. */
  boolean reach(Output<?> x) {
    return values.contains(x);
  }

  /**
   * Refuses what native code cannot differentiate between {@code xs} and the loss.
   *
   * @param xs values that the loss depends on
   * @throws IllegalArgumentException if there is such an op
   */
  void requireGradients(Collection<Output<?>> xs) {
    var sources = new HashSet<GraphOperation>();
    xs.forEach(x -> sources.add((GraphOperation) x.op()));
    var between = downstream(sources);
    // In the order of the walk, so that the message names the op nearest to the loss.
    for (GraphOperation op : readers.keySet()) {
      if (between.contains(op)) {
        requireGradient(op);
      }
    }
  }

  private Set<GraphOperation> downstream(Set<GraphOperation> sources) {
    var found = new HashSet<GraphOperation>();
    var todo = new ArrayDeque<>(sources);
    while (!todo.isEmpty()) {
      for (GraphOperation reader : readers.getOrDefault(todo.remove(), List.of())) {
        if (found.add(reader)) {
          todo.add(reader);
        }
      }
    }
    return found;
  }

  /**
   * Gives a gradient of zero to ops that have none and need none, because everything that goes in,
   * or everything that comes out, is of integers and the like. Native code walks through them too.
   */
  void registerFlat() {
    var seen = new HashSet<>(readers.keySet());
    var todo = new ArrayDeque<>(seen);
    while (!todo.isEmpty()) {
      var op = todo.remove();
      if (!has(op.type()) && GradientRegistry.isFlat(op)) {
        GradientRegistry.registerFlat(op.type());
      }
      for (Output<?> input : inputs(op)) {
        if (seen.add((GraphOperation) input.op())) {
          todo.add((GraphOperation) input.op());
        }
      }
    }
  }

  private void requireGradient(GraphOperation op) {
    String type = op.type();
    if (FRAMES.contains(type) || FRAMES.contains(type.replaceFirst("^Ref", ""))) {
      throw refused(
          "not depend on xs through a loop of Graph.whileLoop",
          op,
          "TensorFlow cannot differentiate it. Build the loop with Scan or Rnn.dynamicRnn.");
    }
    if (LOOPS.contains(type)) {
      requireGradientOf(op);
    }
    if (type.equals("IdentityN")) {
      var failure = CompiledGradient.failureOf(op);
      if (failure != null) {
        throw refused(
            "depend on xs only through pieces of a graph that have a gradient",
            op,
            "There is none because: " + failure);
      }
    }
    if (!type.equals(Identity.OP_NAME)) {
      for (Output<?> input : inputs(op)) {
        if (VariableStore.isReference(input.dataType())) {
          throw refused(
              "read variables through an identity",
              op,
              "It reads the reference "
                  + input.op().name()
                  + ". Use VariableScope.variable, Variable.value or tf.identity.");
        }
      }
    }
    if (type.equals(SoftmaxCrossEntropyWithLogits.OP_NAME)
        && op.output(0).dataType() != DataType.DT_FLOAT) {
      throw refused(
          "depend on xs only through ops that have a gradient for their type",
          op,
          "TensorFlow has it for DT_FLOAT only. Use"
              + " SparseSoftmaxCrossEntropyWithLogits, or -sum(labels * logSoftmax(logits)).");
    }
    requireSmoothOutputs(op);
    if (!has(type)) {
      throw refused(
          "depend on xs only through ops that have a gradient",
          op,
          "Replace it, or cut it off with tf.stopGradient.");
    }
  }

  /** Some ops have a gradient for some of their outputs only, or only when built for training. */
  private void requireSmoothOutputs(GraphOperation op) {
    for (int i = 0; i < op.numOutputs(); i++) {
      boolean flat = LstmBlockGradients.isFlat(op, i) || CudnnGradients.isFlat(op, i);
      if (flat && values.contains(op.output(i))) {
        throw refused(
            "depend on xs only through outputs that have a gradient",
            op,
            "Its output " + i + " has none; use the others, or cut it off with tf.stopGradient.");
      }
    }
    if (CudnnGradients.isForInference(op)) {
      throw refused(
          "depend on xs through cuDNN only where it was built for training",
          op,
          "Build the layer with training switched on.");
    }
  }

  private static void requireGradientOf(GraphOperation loop) {
    var layout = LoopGradient.layoutOf(loop);
    if (layout == null) {
      throw refused(
          "depend on xs only through loops of this library",
          loop,
          "Build the loop with Scan or Rnn.dynamicRnn; one that was exported for inference has"
              + " left its gradient behind.");
    }
    if (layout.gradient() == null && LayerGradients.functionOf(loop) == null) {
      throw refused(
          "depend on xs only through loops that have a gradient",
          loop,
          "There is none because: " + layout.failure());
    }
  }

  private static IllegalArgumentException refused(String rule, GraphOperation op, String fix) {
    return new IllegalArgumentException(
        "gradients: loss must " + rule + ", got " + op.type() + " '" + op.name() + "'. " + fix);
  }

  private boolean has(String type) {
    return haveGradient.computeIfAbsent(type, GradientRegistry::has);
  }

  private List<Output<?>> inputs(GraphOperation op) {
    return inputs.computeIfAbsent(
        op,
        asked -> {
          var found = new ArrayList<Output<?>>();
          for (int i = 0; i < asked.numInputs(); i++) {
            found.add(asked.input(i));
          }
          return found;
        });
  }

  /** Whether values of this type have a slope, or are lists of values that have. */
  static boolean isSmooth(DataType type) {
    return switch (type) {
      case DT_FLOAT, DT_DOUBLE, DT_HALF, DT_BFLOAT16, DT_COMPLEX64, DT_COMPLEX128, DT_VARIANT ->
          true;
      case DT_FLOAT_REF, DT_DOUBLE_REF, DT_HALF_REF, DT_BFLOAT16_REF -> true;
      default -> false;
    };
  }
}
