package io.github.tfrnn.ops.spi;

import org.tensorflow.types.family.TFloating;

/** A cell of which an engine may run a whole sequence from its weights alone. */
public interface LayerCell<T extends TFloating, S> {

  /** What an engine must know of the cell; not for users. */
  PlainLayer<T, S> plainLayer();
}
