package io.github.tfrnn.onednn;

import io.github.tfrnn.onednn.PlanKey.Direction;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a layer over sequences.
 *
 * <p>What the gradient needs is kept only once a gradient has asked for it: a run that computes
 * outputs alone and one that trains have each a kernel of their own, so that the first training run
 * computes the forward pass twice, and no other run pays for what it does not need.
 */
final class ForwardKernel implements JavaKernel {
  private final Formula formula;
  private final boolean masked;
  private final float forgetBias;
  private final boolean recompute;
  private long number;
  private volatile boolean trains;

  ForwardKernel(Formula formula, KernelAttributes attributes) {
    this.formula = formula;
    masked = attributes.bool(RnnOps.MASKED);
    recompute = attributes.bool(RnnOps.RECOMPUTE);
    forgetBias = attributes.number(RnnOps.FORGET_BIAS);
  }

  @Override
  public void numbered(long number) {
    this.number = number;
  }

  /** Says that a gradient follows each run. */
  void train() {
    trains = !recompute;
  }

  @Override
  public void compute(KernelCall call) {
    var operands = Operands.of(formula, call, masked);
    var sizes = operands.sizes();
    var y = call.floats(0, sizes.time(), sizes.batch(), sizes.units());
    var states = new ArrayList<NativeTensor>();
    for (int i = 0; i < formula.states().size(); i++) {
      states.add(call.floats(1 + i, sizes.batch(), sizes.units()));
    }
    int workspace = 1 + states.size();
    call.number(workspace + 1, number);
    if (operands.rows().isEmpty()) {
      call.bytes(workspace, 0);
      operands.rows().clearOutside(y.floats(), (int) sizes.units());
      for (int i = 0; i < states.size(); i++) {
        states.get(i).floats().put(operands.states().get(i).floats());
      }
      return;
    }
    boolean keep = trains;
    var direction = keep ? Direction.TRAINING : formula.inference(sizes.batch());
    OneDnn.run(
        LayerForward.key(operands, direction),
        bench -> {
          var pass = LayerForward.of(operands, direction, bench);
          var kept = call.bytes(workspace, keep ? pass.plan().workspaceBytes() : 0);
          run(pass, keep, bench, y, states, kept.address());
          return pass;
        });
  }

  /**
   * Runs a pass.
   *
   * @param keep whether what the gradient needs goes to {@code workspace}
   */
  private void run(
      LayerForward pass,
      boolean keep,
      Workbench bench,
      NativeTensor y,
      List<NativeTensor> states,
      long workspace) {
    var operands = pass.operands();
    var plan = pass.plan();
    var rows = operands.rows();
    var slices = new Slices();
    var inputs = LayerForward.Inputs.of(operands, plan, slices);
    long scratch = slices.add(plan.bytes(Argument.SCRATCH));
    long lastStep = rows.allFull() ? 0 : slices.add(plan.bytes(Argument.H));
    long forgotten = keep ? 0 : slices.add(plan.workspaceBytes());
    long base = bench.reserve(slices);
    // Training changes the weights before they come again.
    var weights = bench.weights(number).of(pass, forgetBias, !keep);
    long x = inputs.fill(operands, pass.depth(), base);
    LayerForward.set(plan, operands, weights, base + scratch, x);
    var h = states.get(formula.h());
    pass.run(
        new LayerForward.Results(
            y.address(),
            rows.allFull() ? h.address() : base + lastStep,
            states.get(0).address(),
            keep ? workspace : base + forgotten));
    if (!rows.allFull()) {
      int units = (int) operands.sizes().units();
      var initial = operands.states().get(formula.h()).floats();
      rows.copyLast(y.floats(), initial, h.floats(), units);
      rows.clearOutside(y.floats(), units);
    }
  }
}
