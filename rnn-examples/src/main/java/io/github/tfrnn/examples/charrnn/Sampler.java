package io.github.tfrnn.examples.charrnn;

import java.util.SplittableRandom;

/** Writes text with a model: draws a character, feeds it back, draws the next one. */
final class Sampler {
  private Sampler() {}

  /**
   * Goes on with {@code prime} for {@code length} characters.
   *
   * @param prime what the model reads first, at least one character; not part of the result
   * @param temperature above zero: below 1 the model takes fewer risks, above 1 more
   * @param seed equal seeds give equal texts
   */
  static String sample(CharModel model, String prime, int length, double temperature, long seed) {
    var vocabulary = model.vocabulary();
    var random = new SplittableRandom(seed);
    var text = new StringBuilder();
    model.reset();
    int[] characters = vocabulary.encode(prime);
    for (int i = 0; i < length; i++) {
      int next = draw(model.next(characters), temperature, random.nextDouble());
      text.append(vocabulary.decode(next));
      characters = new int[] {next};
    }
    return text.toString();
  }

  /**
   * Draws from {@code softmax(logits / temperature)}, of the characters that are known.
   *
   * @param logits one for each number of the vocabulary
   * @param uniform in [0, 1): where in the distribution to draw
   */
  static int draw(float[] logits, double temperature, double uniform) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = Vocabulary.UNKNOWN + 1; i < logits.length; i++) {
      largest = Math.max(largest, logits[i]);
    }
    double[] below = new double[logits.length]; // the weight of i and all before
    double total = 0;
    for (int i = Vocabulary.UNKNOWN + 1; i < logits.length; i++) {
      total += Math.exp((logits[i] - largest) / temperature);
      below[i] = total;
    }
    int drawn = Vocabulary.UNKNOWN + 1;
    while (drawn < logits.length - 1 && below[drawn] <= uniform * total) {
      drawn++;
    }
    return drawn;
  }
}
