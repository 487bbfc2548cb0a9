package io.github.tfrnn.onednn;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tensorflow.TensorFlow;
import org.tensorflow.proto.OpDef;

/**
 * The ops of the layers.
 *
 * <p>An op takes x {@code [T, B, D]}, lengths {@code [B]}, the initial state, and kernels and
 * biases; it gives y {@code [T, B, H]}, the last state, what the gradient needs, which may be
 * nothing, and the number of its kernel. The gradient's op takes all of these and the gradients of
 * y and the state, and gives one for each operand but the lengths.
 */
final class RnnOps {
  /** Whether rows have lengths; without, the operand is empty. */
  static final String MASKED = "masked";

  /** Whether the gradient computes the forward pass again. */
  static final String RECOMPUTE = "recompute";

  /** What is added to the forget gate. */
  static final String FORGET_BIAS = "forget_bias";

  private static final List<String> ATTRIBUTES =
      List.of(MASKED + ": bool", RECOMPUTE + ": bool", FORGET_BIAS + ": float");

  static {
    // Registering a type twice ends the process; another class loader may have been here before.
    var known =
        TensorFlow.registeredOpList().getOpList().stream()
            .map(OpDef::getName)
            .collect(Collectors.toSet());
    for (var formula : Formula.values()) {
      Stream.of(forward(formula), backward(formula))
          .filter(op -> !known.contains(op.name()))
          .forEach(JavaOp::register);
    }
  }

  private RnnOps() {}

  /** Registers the ops, if they are not. */
  static void register() {
    // The class is initialized, and that was it.
  }

  private static JavaOp forward(Formula formula) {
    return new JavaOp(
        formula.op(),
        ATTRIBUTES,
        operands(formula),
        outputs(formula),
        context -> forwardShapes(context, formula),
        attributes -> new ForwardKernel(formula, attributes));
  }

  private static List<String> operands(Formula formula) {
    return formula.operands().stream()
        .map(name -> name + (name.equals("lengths") ? ": int32" : ": float"))
        .toList();
  }

  private static List<String> outputs(Formula formula) {
    var outputs = new ArrayList<String>(List.of("y: float"));
    formula.states().forEach(state -> outputs.add(state + ": float"));
    outputs.addAll(List.of("workspace: uint8", "kernel: int64"));
    return outputs;
  }

  private static JavaOp backward(Formula formula) {
    var inputs = new ArrayList<>(operands(formula));
    var outputs = outputs(formula);
    outputs.remove("h: float"); // it is the last of y
    inputs.addAll(outputs);
    inputs.add("dy: float");
    formula.states().forEach(state -> inputs.add("d" + state + ": float"));
    return new JavaOp(
        formula.gradientOp(),
        ATTRIBUTES,
        inputs,
        formula.operands().stream()
            .filter(name -> !name.equals("lengths"))
            .map(name -> "d" + name + ": float")
            .toList(),
        context -> backwardShapes(context, formula),
        attributes -> new BackwardKernel(formula, attributes));
  }

  /** y is {@code [T, B, H]}, the state {@code [B, H]}, with B of x or, if it is not known, of h. */
  private static void forwardShapes(ShapeContext context, Formula formula) {
    context.allUnknown();
    int states = formula.states().size();
    context.scalar(2 + states);
    context.input(
        0,
        3,
        x ->
            context.input(
                2 + formula.h(),
                2,
                h ->
                    context.part(
                        x,
                        0,
                        1,
                        time ->
                            context.part(
                                context.isKnown(x, 1) ? x : h,
                                context.isKnown(x, 1) ? 1 : 0,
                                context.isKnown(x, 1) ? 2 : 1,
                                batch ->
                                    context.part(
                                        h,
                                        1,
                                        2,
                                        units ->
                                            context.joined(
                                                batch,
                                                units,
                                                state -> {
                                                  for (int i = 0; i < states; i++) {
                                                    context.output(1 + i, state);
                                                  }
                                                  context.joined(
                                                      time, state, y -> context.output(0, y));
                                                }))))));
  }

  /** The shapes of the operands, without that of the lengths. */
  private static void backwardShapes(ShapeContext context, Formula formula) {
    int operands = formula.operands().size();
    for (int i = 0, output = 0; i < operands; i++) {
      if (i != 1) {
        int at = output++;
        context.input(i, -1, shape -> context.output(at, shape));
      }
    }
  }
}
