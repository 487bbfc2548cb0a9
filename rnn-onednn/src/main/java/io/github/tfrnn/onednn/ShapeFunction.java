package io.github.tfrnn.onednn;

/** Tells the shapes of an op's outputs while a graph is built. */
@FunctionalInterface
interface ShapeFunction {
  /**
   * Sets the shapes.
   *
   * @throws IllegalArgumentException if those of the inputs cannot be
   */
  void infer(ShapeContext context);
}
