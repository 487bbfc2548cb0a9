package io.github.tfrnn.conformance;

/** What every cell of the list does. */
enum Suite {
  STATIC_EQUALS_DYNAMIC("both drivers give the same values and gradients"),
  LENGTHS("both drivers agree on rows of different lengths"),
  NAN_IN_PADDING("what stands behind the end of a row does not matter"),
  RECOMPUTE("a loop that recomputes has the same gradients"),
  FINITE_DIFFERENCES("the gradients of the loop are slopes"),
  BOTH_TYPES("single precision gives the numbers of double precision"),
  OPEN_SIZES("one graph serves another batch size and another length"),
  CHECKPOINT("a checkpoint restores it in a new graph"),
  SAVED_MODEL("a reloaded model answers the same at another size"),
  XLA("the whole loop, compiled, gives the same values and gradients"),
  ONE_TENSOR_STATE("its state fits in one tensor"),
  IN_STACK("as a layer of a stack it is what it is alone"),
  IN_WRAPPERS("inside");

  private final String sentence;

  Suite(String sentence) {
    this.sentence = sentence;
  }

  @Override
  public String toString() {
    return sentence;
  }
}
