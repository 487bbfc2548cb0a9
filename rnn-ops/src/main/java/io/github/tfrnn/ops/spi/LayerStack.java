package io.github.tfrnn.ops.spi;

import io.github.tfrnn.ops.VariableScope;
import java.util.List;

/** A cell that is a stack of other cells, each fed the output of the one before. */
public interface LayerStack {

  /** The first layer first. */
  List<?> cells();

  /**
   * The scope of a layer, as a step enters it.
   *
   * @param scope as for a step
   */
  VariableScope scopeOf(VariableScope scope, int layer);

  /** Says that all layers have made their weights. */
  void finish();
}
