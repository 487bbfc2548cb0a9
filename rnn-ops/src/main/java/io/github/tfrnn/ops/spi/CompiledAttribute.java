package io.github.tfrnn.ops.spi;

/** The attribute on the results of a compiled piece that says how to differentiate it. */
public final class CompiledAttribute {
  /** Its name; the runtime keeps unknown attributes that begin with an underscore. */
  public static final String NAME = "_tfrnn_compiled";

  /** What a value begins with that says why there is no gradient. */
  public static final String FAILURE = "!";

  private CompiledAttribute() {}
}
