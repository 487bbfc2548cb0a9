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
        sizes.depth() + (ends ? 1 : 0),
        sizes.units());
  }

  /**
   * Offsets of the memory for plain weights and inputs, which both directions need.
   *
   * @param x of the inputs, where rows end early
   */
  record Staging(long layer, long iteration, long bias, long x) {

    static Staging of(Operands operands, Plan plan, Slices slices) {
      return new Staging(
          slices.add(plan.layer().fromBytes()),
          slices.add(plan.iteration().fromBytes()),
          slices.add(plan.bytes(Argument.BIAS)),
          operands.rows().allFull() ? 0 : slices.add(plan.bytes(Argument.X)));
    }

    /** Fills the memory; returns the address of the inputs. */
    long fill(Operands operands, long depth, long base, float forgetBias) {
      WeightBlocks.at(operands, depth, base + layer, base + iteration, base + bias)
          .gather(forgetBias);
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

  /** Offsets of what the pass alone needs. */
  record Own(long layer, long iteration, long scratch) {
    static Own of(Plan plan, Slices slices) {
      return new Own(
          plan.layer().copies() ? slices.add(plan.layer().toBytes()) : 0,
          plan.iteration().copies() ? slices.add(plan.iteration().toBytes()) : 0,
          slices.add(plan.bytes(Argument.SCRATCH)));
    }
  }

  /** Sets weights, bias, inputs, initial state and scratch memory of a pass. */
  static void set(Plan plan, Operands operands, Staging staging, Own own, long base, long x) {
    plan.set(Argument.X, x);
    plan.set(Argument.BIAS, base + staging.bias());
    plan.set(Argument.SCRATCH, base + own.scratch());
    plan.set(Argument.LAYER, packed(plan, plan.layer(), base, staging.layer(), own.layer()));
    plan.set(
        Argument.ITERATION,
        packed(plan, plan.iteration(), base, staging.iteration(), own.iteration()));
    plan.set(Argument.H0, state(operands.states(), operands.formula().h()));
    plan.set(Argument.C0, state(operands.states(), 0));
  }

  private static long packed(Plan plan, Repack repack, long base, long plain, long inner) {
    if (!repack.copies()) {
      return base + plain;
    }
    repack.run(plan.queue(), base + plain, base + inner);
    return base + inner;
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
