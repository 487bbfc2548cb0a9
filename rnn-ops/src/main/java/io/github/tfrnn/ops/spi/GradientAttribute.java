package io.github.tfrnn.ops.spi;

/** The attribute of an op that names the function of its graph that computes its gradient. */
public final class GradientAttribute {
  /** Its name; the runtime keeps unknown attributes that begin with an underscore. */
  public static final String NAME = "_tfrnn_gradient";

  private GradientAttribute() {}
}
