package io.github.tfrnn.onednn;

import io.github.tfrnn.onednn.PlanKey.Direction;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.jspecify.annotations.Nullable;

/** What a pass reads and writes, under the numbers that oneDNN gives to arguments. */
enum Argument {
  X(dnnl.DNNL_ARG_SRC_LAYER, false),
  H0(dnnl.DNNL_ARG_SRC_ITER, false),
  C0(dnnl.DNNL_ARG_SRC_ITER_C, false),
  LAYER(dnnl.DNNL_ARG_WEIGHTS_LAYER, false),
  ITERATION(dnnl.DNNL_ARG_WEIGHTS_ITER, false),
  BIAS(dnnl.DNNL_ARG_BIAS, false),
  Y(dnnl.DNNL_ARG_DST_LAYER, false),
  H(dnnl.DNNL_ARG_DST_ITER, false),
  C(dnnl.DNNL_ARG_DST_ITER_C, false),
  WORKSPACE(dnnl.DNNL_ARG_WORKSPACE, false),
  SCRATCH(dnnl.DNNL_ARG_SCRATCHPAD, false),
  DY(dnnl.DNNL_ARG_DIFF_DST_LAYER, true),
  DH(dnnl.DNNL_ARG_DIFF_DST_ITER, true),
  DC(dnnl.DNNL_ARG_DIFF_DST_ITER_C, true),
  DX(dnnl.DNNL_ARG_DIFF_SRC_LAYER, true),
  DH0(dnnl.DNNL_ARG_DIFF_SRC_ITER, true),
  DC0(dnnl.DNNL_ARG_DIFF_SRC_ITER_C, true),
  DLAYER(dnnl.DNNL_ARG_DIFF_WEIGHTS_LAYER, true),
  DITERATION(dnnl.DNNL_ARG_DIFF_WEIGHTS_ITER, true),
  DBIAS(dnnl.DNNL_ARG_DIFF_BIAS, true);

  private final int number;
  private final boolean gradient;

  Argument(int number, boolean gradient) {
    this.number = number;
    this.gradient = gradient;
  }

  int number() {
    return number;
  }

  /** Whether a pass has such an argument. */
  boolean isOf(PlanKey key) {
    boolean memory = this == C0 || this == C || this == DC || this == DC0;
    return (!memory || key.formula() == Formula.LSTM)
        && (!gradient || key.direction() == Direction.BACKWARD);
  }

  /** How it lies in memory; null if the pass does not have it. */
  memory.@Nullable desc layout(PlanShapes shapes, Primitives made) {
    return switch (this) {
      case X, DX -> shapes.x();
      case Y, DY -> shapes.y();
      case H0, C0, H, C, DH, DC, DH0, DC0 -> shapes.state();
      case BIAS, DBIAS -> shapes.bias();
      case LAYER -> made.layer();
      case ITERATION -> made.iteration();
      case DLAYER -> made.layerGradient();
      case DITERATION -> made.iterationGradient();
      case WORKSPACE -> made.workspace();
      case SCRATCH -> made.scratch();
    };
  }
}
