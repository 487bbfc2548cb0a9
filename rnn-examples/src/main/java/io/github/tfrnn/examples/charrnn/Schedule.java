package io.github.tfrnn.examples.charrnn;

/**
 * How a character model is trained.
 *
 * @param batch how many places of the text are read side by side
 * @param window how many characters gradients flow back through
 * @param learningRate that of Adam in the first epoch
 * @param decay what the learning rate is multiplied by over an epoch, a little at each step
 * @param clip the global norm that gradients are scaled down to
 * @param keep the probability that dropout keeps an output of a recurrent layer; 1 for no dropout
 * @param seed what the first weights and dropout are drawn with
 */
record Schedule(
    int batch, int window, double learningRate, double decay, double clip, double keep, long seed) {

  /**
   * Checks the numbers.
   *
   * @throws io.github.tfrnn.examples.UserError if one is out of range
   */
  Schedule {
    Range.whole("batch", batch, 1, 4096);
    Range.whole("window", window, 1, 10_000);
    Range.positive("learning-rate", learningRate, 1);
    Range.positive("decay", decay, 1);
    Range.positive("clip", clip, 1e6);
    Range.positive("keep", keep, 1);
  }

  /** Whether dropout is applied at all. */
  boolean drops() {
    return keep < 1;
  }
}
