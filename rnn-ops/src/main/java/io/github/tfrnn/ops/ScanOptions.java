package io.github.tfrnn.ops;

/**
 * How a {@link Scan} runs and what its gradient may ask for. The defaults suit training; nothing
 * here changes a value.
 *
 * @param recompute whether the backward loop computes the values inside a step again instead of
 *     reading stored ones: about two tensors a step are kept instead of seven for an LSTM, for up
 *     to a fifth more time
 * @param gradientOrder how often the loop can be differentiated: 0, 1 or 2
 * @param parallelIterations how many steps may be in flight at once
 * @param sharedBatch whether all unknown first dimensions of the carry, of the inputs' steps and of
 *     what is made of them are one batch size, and an unknown size that meets it in a broadcast is
 *     too, which lets the gradient do without shape ops
 * @param hoistWeightGradients whether gradients of captured matrices and biases are formed by one
 *     product after the loop instead of being summed inside it
 * @param lowered whether the runtime turns the loop into its frames, which is faster than calling
 *     functions
 */
public record ScanOptions(
    boolean recompute,
    int gradientOrder,
    int parallelIterations,
    boolean sharedBatch,
    boolean hoistWeightGradients,
    boolean lowered) {

  private static final ScanOptions DEFAULTS = new ScanOptions(false, 1, 32, true, true, true);

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if the order is not 0, 1 or 2, or parallelIterations below 1
   */
  public ScanOptions {
    if (gradientOrder < 0 || gradientOrder > 2) {
      throw new IllegalArgumentException(
          "scan: gradientOrder must be 0, 1 or 2, got "
              + gradientOrder
              + ". For third order gradients unroll the loop.");
    }
    if (parallelIterations < 1) {
      throw new IllegalArgumentException(
          "scan: parallelIterations must be at least 1, got " + parallelIterations);
    }
  }

  /** Stores intermediates, first order gradients, 32 parallel iterations. */
  public static ScanOptions defaults() {
    return DEFAULTS;
  }

  /** Computes intermediates again in the backward loop instead of storing them. */
  public ScanOptions recomputing() {
    return new ScanOptions(
        true, gradientOrder, parallelIterations, sharedBatch, hoistWeightGradients, lowered);
  }

  /** Builds what gradients of gradients need: order 2; 0 builds no gradient at all. */
  public ScanOptions withGradientOrder(int order) {
    return new ScanOptions(
        recompute, order, parallelIterations, sharedBatch, hoistWeightGradients, lowered);
  }

  /** Lets {@code count} steps be in flight at once. */
  public ScanOptions withParallelIterations(int count) {
    return new ScanOptions(
        recompute, gradientOrder, count, sharedBatch, hoistWeightGradients, lowered);
  }

  /** Allows unknown first dimensions that differ from each other. */
  public ScanOptions withIndependentRows() {
    return new ScanOptions(
        recompute, gradientOrder, parallelIterations, false, hoistWeightGradients, lowered);
  }

  /** Sums weight gradients inside the loop. */
  public ScanOptions accumulatingWeightGradients() {
    return new ScanOptions(
        recompute, gradientOrder, parallelIterations, sharedBatch, false, lowered);
  }

  /** Runs the loop as calls of functions. */
  public ScanOptions notLowered() {
    return new ScanOptions(
        recompute, gradientOrder, parallelIterations, sharedBatch, hoistWeightGradients, false);
  }

  /** The options of the loop that is this loop's gradient. */
  ScanOptions ofGradient() {
    return withGradientOrder(gradientOrder - 1);
  }
}
