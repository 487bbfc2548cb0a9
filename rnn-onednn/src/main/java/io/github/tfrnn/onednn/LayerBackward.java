package io.github.tfrnn.onednn;

import com.sun.jna.Pointer;
import io.github.tfrnn.onednn.PlanKey.Direction;
import java.util.List;

/**
 * A backward pass over operands that have steps.
 *
 * <p>Rows that end early: what reaches a row's last h through the state joins what reaches its last
 * output, steps past the end get zeros, and the steps that hold c let its gradient through.
 */
record LayerBackward(Operands operands, Workbench bench, float forgetBias) {

  /**
   * What the forward pass gave, and the gradients of it.
   *
   * @param c the last memory of an LSTM; anything else without memory
   * @param workspace empty if the forward pass did not keep it
   * @param dc as c
   */
  record Given(
      NativeTensor y,
      NativeTensor c,
      NativeTensor workspace,
      NativeTensor dy,
      NativeTensor dc,
      NativeTensor dh) {}

  /** The gradients to compute, in the order of the operands; there is none of the lengths. */
  record Wanted(NativeTensor dx, List<NativeTensor> states, List<NativeTensor> weights) {}

  /** Offsets of what the pass alone needs. */
  private record Own(long dLayer, long dIteration, long dBias) {
    static Own of(Plan plan, Slices slices) {
      return new Own(
          slices.add(plan.layerGradient().bytes()),
          slices.add(plan.iterationGradient().bytes()),
          slices.add(plan.bytes(Argument.DBIAS)));
    }
  }

  /** Offsets of copies of sequences where rows end early. */
  private record Ends(long dx, long dy, long zeros) {
    static Ends of(Plan plan, boolean needed, Slices slices) {
      return needed
          ? new Ends(
              slices.add(plan.bytes(Argument.DX)),
              slices.add(plan.bytes(Argument.DY)),
              slices.add(plan.bytes(Argument.DH)))
          : new Ends(0, 0, 0);
    }
  }

  /** Offsets for a forward pass that is run again. */
  private record Again(
      LayerForward pass,
      LayerForward.Packed packed,
      long scratch,
      long y,
      long h,
      long c,
      long workspace) {
    static Again of(LayerForward pass, Slices slices) {
      return new Again(
          pass,
          LayerForward.Packed.of(pass.plan(), slices),
          slices.add(pass.plan().bytes(Argument.SCRATCH)),
          slices.add(pass.plan().bytes(Argument.Y)),
          slices.add(pass.plan().bytes(Argument.H)),
          slices.add(pass.plan().bytes(Argument.H)),
          slices.add(pass.plan().workspaceBytes()));
    }

    LayerForward.Results results(long base) {
      return new LayerForward.Results(base + y, base + h, base + c, base + workspace);
    }
  }

  /** Computes all gradients. */
  void run(Given given, Wanted wanted) {
    boolean kept = given.workspace().elements() > 0;
    boolean ends = !operands.rows().allFull();
    var key = LayerForward.key(operands, Direction.BACKWARD);
    var plan = bench.plan(key);
    var slices = new Slices();
    var packed = LayerForward.Packed.of(plan, slices);
    var inputs = LayerForward.Inputs.of(operands, plan, slices);
    long scratch = slices.add(plan.bytes(Argument.SCRATCH));
    var own = Own.of(plan, slices);
    var copies = Ends.of(plan, ends, slices);
    var again =
        kept ? null : Again.of(LayerForward.of(operands, Direction.TRAINING, bench), slices);
    long base = bench.reserve(slices);

    long x = inputs.fill(operands, key.depth(), base);
    LayerForward.Results forward;
    if (again == null) {
      Operands.shape("workspace", given.workspace(), plan.workspaceBytes());
      forward =
          new LayerForward.Results(
              given.y().address(), 0, given.c().address(), given.workspace().address());
    } else {
      forward = again.results(base);
      var ordered = again.packed().fill(again.pass().plan(), operands, forgetBias, base);
      LayerForward.set(again.pass().plan(), operands, ordered, base + again.scratch(), x);
      again.pass().run(forward);
    }
    var weights = packed.fill(plan, operands, forgetBias, base);
    LayerForward.set(plan, operands, weights, base + scratch, x);
    setForward(plan, forward);
    setGradients(plan, given, wanted, copies, base);
    setWeightGradients(plan, own, base);
    plan.run();
    finish(plan, key.depth(), given, wanted, own, copies, base);
  }

  private void setForward(Plan plan, LayerForward.Results forward) {
    plan.set(Argument.Y, forward.y());
    // The last step of y is the last h, of rows that have not ended; the others do not matter.
    long last = (operands.rows().steps() - 1) * operands.sizes().batch() * operands.sizes().units();
    plan.set(Argument.H, forward.y() + last * Float.BYTES);
    plan.set(Argument.C, forward.c());
    plan.set(Argument.WORKSPACE, forward.workspace());
  }

  private void setGradients(Plan plan, Given given, Wanted wanted, Ends copies, long base) {
    var rows = operands.rows();
    plan.set(Argument.DC, given.dc().address());
    plan.set(Argument.DH0, wanted.states().get(operands.formula().h()).address());
    plan.set(Argument.DC0, wanted.states().get(0).address());
    if (rows.allFull()) {
      plan.set(Argument.DX, wanted.dx().address());
      plan.set(Argument.DY, given.dy().address());
      plan.set(Argument.DH, given.dh().address());
      return;
    }
    int units = (int) operands.sizes().units();
    var dy = NativeTensor.floats(base + copies.dy(), plan.bytes(Argument.DY) / Float.BYTES);
    rows.copyInside(given.dy().floats(), units, dy, units);
    rows.addToLast(dy, given.dh().floats(), units);
    clear(base + copies.zeros(), plan.bytes(Argument.DH));
    plan.set(Argument.DX, base + copies.dx());
    plan.set(Argument.DY, base + copies.dy());
    plan.set(Argument.DH, base + copies.zeros());
  }

  /** They are added to what is there. */
  private static void setWeightGradients(Plan plan, Own own, long base) {
    clear(base + own.dLayer(), plan.layerGradient().bytes());
    clear(base + own.dIteration(), plan.iterationGradient().bytes());
    clear(base + own.dBias(), plan.bytes(Argument.DBIAS));
    plan.set(Argument.DLAYER, base + own.dLayer());
    plan.set(Argument.DITERATION, base + own.dIteration());
    plan.set(Argument.DBIAS, base + own.dBias());
  }

  private void finish(
      Plan plan, long depth, Given given, Wanted wanted, Own own, Ends copies, long base) {
    plan.layerGradient().run(plan.queue(), wanted.weights(), base + own.dLayer());
    plan.iterationGradient().run(plan.queue(), wanted.weights(), base + own.dIteration());
    plan.await();
    Biases.scatter(operands, base + own.dBias(), wanted.weights());
    var rows = operands.rows();
    if (!rows.allFull()) {
      var dx = NativeTensor.floats(base + copies.dx(), plan.bytes(Argument.DX) / Float.BYTES);
      rows.copyBack(dx, (int) depth, wanted.dx().floats(), (int) operands.sizes().depth());
      var dh0 = wanted.states().get(operands.formula().h()).floats();
      rows.addToUntouched(dh0, given.dh().floats(), (int) operands.sizes().units());
    }
  }

  private static void clear(long address, long bytes) {
    new Pointer(address).setMemory(0, bytes, (byte) 0);
  }
}
