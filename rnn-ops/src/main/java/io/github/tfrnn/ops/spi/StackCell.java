package io.github.tfrnn.ops.spi;

/** A cell that is a stack of other cells. */
public interface StackCell {

  /** Its layers, for an engine to run one by one. */
  LayerStack layerStack();
}
