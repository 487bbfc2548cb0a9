package io.github.tfrnn.ops.spi;

/** The attribute of a loop node that says how to differentiate the loop. */
public final class LoopAttribute {
  /** Its name; the runtime keeps unknown attributes that begin with an underscore. */
  public static final String NAME = "_tfrnn_loop";

  private LoopAttribute() {}
}
