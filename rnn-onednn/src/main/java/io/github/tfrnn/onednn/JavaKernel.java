package io.github.tfrnn.onednn;

/** What an op does when it runs; called from many threads at once. */
@FunctionalInterface
interface JavaKernel {

  /**
   * Computes the outputs.
   *
   * @throws IllegalArgumentException for what the caller did wrong, which becomes the error of the
   *     run
   */
  void compute(KernelCall call);

  /** What the runtime's number for the kernel is, told once before the first call. */
  default void numbered(long number) {}

  /** Makes kernels. */
  @FunctionalInterface
  interface Factory {
    JavaKernel create(KernelAttributes attributes);
  }
}
