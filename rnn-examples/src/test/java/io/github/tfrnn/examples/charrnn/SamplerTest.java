package io.github.tfrnn.examples.charrnn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Draws of a character from logits. */
class SamplerTest {

  /** How often each number is drawn if the unit interval is walked through evenly. */
  private static double[] shares(float[] logits, double temperature) {
    int draws = 10_000;
    var shares = new double[logits.length];
    for (int i = 0; i < draws; i++) {
      shares[Sampler.draw(logits, temperature, (i + 0.5) / draws)] += 1.0 / draws;
    }
    return shares;
  }

  @Test
  void aCharacterIsDrawnAsOftenAsTheSoftmaxSays() {
    var logits = new float[] {0, (float) Math.log(1), (float) Math.log(2), (float) Math.log(5)};
    assertArrayEquals(new double[] {0, 0.125, 0.25, 0.625}, shares(logits, 1), 1e-3);
  }

  @Test
  void aLowTemperatureTakesFewerRisks() {
    var logits = new float[] {0, (float) Math.log(1), (float) Math.log(2), (float) Math.log(5)};
    assertArrayEquals(new double[] {0, 1 / 30.0, 4 / 30.0, 25 / 30.0}, shares(logits, 0.5), 1e-3);
  }

  @Test
  void theUnknownCharacterIsNeverDrawn() {
    assertEquals(0, shares(new float[] {100, 0, 0}, 1)[Vocabulary.UNKNOWN]);
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "0.4999, 1", "0.5, 2", "0.99999999, 2"})
  void theEndsOfTheIntervalBelongToTheFirstAndTheLast(double uniform, int drawn) {
    assertEquals(drawn, Sampler.draw(new float[] {0, 1, 1}, 1, uniform));
  }

  @Test
  void hugeLogitsDoNotOverflow() {
    assertEquals(2, Sampler.draw(new float[] {0, -1e30f, 1e30f}, 0.01, 0.5));
  }
}
