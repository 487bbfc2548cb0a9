package io.github.tfrnn.onednn;

import com.sun.jna.Pointer;
import io.github.tfrnn.onednn.PlanKey.Direction;
import java.util.ArrayList;

/** Computes the gradients of all operands of a layer from those of its outputs and last state. */
final class BackwardKernel implements JavaKernel {
  private final Formula formula;
  private final boolean masked;
  private final float forgetBias;

  BackwardKernel(Formula formula, KernelAttributes attributes) {
    this.formula = formula;
    masked = attributes.bool(RnnOps.MASKED);
    forgetBias = attributes.number(RnnOps.FORGET_BIAS);
  }

  @Override
  public void compute(KernelCall call) {
    var operands = Operands.of(formula, call, masked);
    var given = given(call, operands.sizes());
    var wanted = wanted(call, operands);
    if (operands.rows().isEmpty()) {
      clear(wanted.dx());
      wanted.weights().forEach(BackwardKernel::clear);
      for (int i = 0; i < wanted.states().size(); i++) {
        var from = i == formula.h() ? given.dh() : given.dc();
        wanted.states().get(i).floats().put(from.floats());
      }
      return;
    }
    OneDnn.run(
        LayerForward.key(operands, Direction.BACKWARD),
        bench -> {
          new LayerBackward(operands, bench, forgetBias).run(given, wanted);
          return bench;
        });
  }

  private LayerBackward.Given given(KernelCall call, Sizes sizes) {
    int next = formula.operands().size();
    boolean memory = formula == Formula.LSTM;
    var y = call.input(next++);
    var c = memory ? call.input(next++) : y;
    var workspace = call.input(next++);
    long source = call.input(next++).longs().get(0);
    var dy = call.input(next++);
    var dc = memory ? call.input(next++) : dy;
    var dh = call.input(next);
    Operands.shape("y", y, sizes.time(), sizes.batch(), sizes.units());
    Operands.shape("dy", dy, sizes.time(), sizes.batch(), sizes.units());
    Operands.shape("dh", dh, sizes.batch(), sizes.units());
    if (memory) {
      Operands.shape("c", c, sizes.batch(), sizes.units());
      Operands.shape("dc", dc, sizes.batch(), sizes.units());
    }
    if (JavaKernels.find(source) instanceof ForwardKernel forward) {
      forward.train();
    }
    return new LayerBackward.Given(y, c, workspace, dy, dc, dh);
  }

  private LayerBackward.Wanted wanted(KernelCall call, Operands operands) {
    int next = 0;
    var dx = call.floats(next++, operands.x().dims());
    var states = new ArrayList<NativeTensor>();
    for (var state : operands.states()) {
      states.add(call.floats(next++, state.dims()));
    }
    var weights = new ArrayList<NativeTensor>();
    for (var weight : operands.weights()) {
      weights.add(call.floats(next++, weight.dims()));
    }
    return new LayerBackward.Wanted(dx, states, weights);
  }

  private static void clear(NativeTensor tensor) {
    if (tensor.elements() > 0) {
      new Pointer(tensor.address()).setMemory(0, tensor.elements() * Float.BYTES, (byte) 0);
    }
  }
}
