package io.github.tfrnn.onednn;

import io.github.tfrnn.onednn.PlanKey.Direction;
import java.util.List;

/**
 * A forward pass: prepares memory for it and runs it.
 *
 * @param depth width of what the plan runs over
 */
record LayerForward(Operands operands, Plan plan, long depth) {

  /** Where a pass writes. */
  record Results(long y, long h, long c, long workspace) {}

  /** The plan of a pass over operands that have steps. */
  static LayerForward of(Operands operands, Direction direction, Workbench workbench) {
    var key = key(operands, direction);
    return new LayerForward(operands, workbench.plan(key), key.depth());
  }

  static PlanKey key(Operands operands, Direction direction) {
    var sizes = operands.sizes();
    var formula = operands.formula();
    boolean ends = !operands.rows().allFull() && formula.hasEndInput();
    return new PlanKey(
        formula,
        direction,
        operands.rows().steps(),
        sizes.batch(),
        sizes.depth(),
        sizes.units(),
        ends);
  }

  /** Where weights are, in the order that the pass reads them in. */
  record Weights(long layer, long iteration, long bias) {}

  /** Offsets of weights in the order of a pass, and of what is written on the way there. */
  record Packed(long layer, long iteration, long bias, long ends) {
    static Packed of(Plan plan, Slices slices) {
      long bias = plan.bytes(Argument.BIAS);
      return new Packed(
          slices.add(plan.layer().bytes()),
          slices.add(plan.iteration().bytes()),
          slices.add(bias),
          slices.add(bias));
    }

    /** Begins to put the weights into the order of the pass. */
    Weights fill(Plan plan, Operands operands, float forgetBias, long base) {
      var weights = operands.weights();
      plan.layer().run(plan.queue(), weights, base + layer);
      if (!operands.rows().allFull()) {
        Biases.ends(operands, base + ends);
        plan.layer().runEnd(plan.queue(), base + ends, base + layer);
      }
      plan.iteration().run(plan.queue(), weights, base + iteration);
      Biases.gather(operands, forgetBias, base + bias);
      return new Weights(base + layer, base + iteration, base + bias);
    }
  }

  /**
   * Offsets of the memory for inputs where rows end early.
   *
   * @param x unused if all rows are full: they are read where they are
   */
  record Inputs(long x) {
    static Inputs of(Operands operands, Plan plan, Slices slices) {
      return new Inputs(operands.rows().allFull() ? 0 : slices.add(plan.bytes(Argument.X)));
    }

    /** Returns the address of the inputs, copied if need be. */
    long fill(Operands operands, long depth, long base) {
      if (operands.rows().allFull()) {
        return operands.x().address();
      }
      var sizes = operands.sizes();
      long count = operands.rows().steps() * sizes.batch() * depth;
      operands
          .rows()
          .copyInside(
              operands.x().floats(),
              (int) sizes.depth(),
              NativeTensor.floats(base + x, count),
              (int) depth);
      return base + x;
    }
  }

  /** Sets weights, inputs, initial state and scratch memory of a pass. */
  static void set(Plan plan, Operands operands, Weights weights, long scratch, long x) {
    plan.set(Argument.X, x);
    plan.set(Argument.BIAS, weights.bias());
    plan.set(Argument.SCRATCH, scratch);
    plan.set(Argument.LAYER, weights.layer());
    plan.set(Argument.ITERATION, weights.iteration());
    plan.set(Argument.H0, state(operands.states(), operands.formula().h()));
    plan.set(Argument.C0, state(operands.states(), 0));
  }

  private static long state(List<NativeTensor> states, int index) {
    return states.get(index).address();
  }

  /** Runs the pass once all else is set. */
  void run(Results results) {
    plan.set(Argument.Y, results.y());
    plan.set(Argument.H, results.h());
    plan.set(Argument.C, results.c());
    plan.set(Argument.WORKSPACE, results.workspace());
    plan.run();
  }
}
