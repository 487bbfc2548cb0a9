package io.github.tfrnn.ops;

import org.jspecify.annotations.Nullable;
import org.tensorflow.Graph;

/** Makes the loop that is the gradient of a loop, and where asked for the gradient of that one. */
final class GradientLoop {
  private static final String SECOND_ONLY =
      "it is the gradient of a loop that was built with this gradient order. Build the first loop"
          + " with ScanOptions.withGradientOrder(2) for second order; third order is not available,"
          + " unroll the loop for that";

  private GradientLoop() {}

  /**
   * Differentiates {@code step}, traced in {@code graph}; its outputs grow by what the gradient
   * needs.
   *
   * @return null if there is nothing to differentiate
   */
  static LoopPlan.@Nullable Gradient of(
      Graph graph,
      TracedStep step,
      SymbolicShapes shapes,
      LoopPlan.Mode mode,
      ScanOptions options) {
    var result = new StepGradient(graph, step, shapes, options).build();
    if (result == null) {
      return null;
    }
    var loop = loop(result.step(), mode.ofGradient(), options.ofGradient());
    return new LoopPlan.Gradient(result.wiring().with(loop.layout()), loop.functions());
  }

  private static LoopPlan loop(TracedStep step, LoopPlan.Mode mode, ScanOptions options) {
    if (options.gradientOrder() == 0) {
      return LoopPlan.of(step, mode, null, SECOND_ONLY);
    }
    try (Graph graph = new Graph()) {
      var lifted = LiftedStep.into(graph, step);
      var gradient = of(graph, lifted.step(), lifted.shapes(), mode, options);
      return LoopPlan.of(lifted.step(), mode, gradient, SECOND_ONLY);
    }
  }
}
