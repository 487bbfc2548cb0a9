package io.github.tfrnn.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.testing.FiniteDifferences;
import io.github.tfrnn.testing.TestGraph;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat64;

/** Compares gradients with finite differences. */
final class Slopes {
  private static final double TOLERANCE = 1e-6;

  private Slopes() {}

  /** Checks the gradient of a scalar in every element of what some placeholders are fed. */
  static void assertMatch(TestGraph test, Operand<TFloat64> loss, List<Operand<TFloat64>> inputs) {
    var gradients = test.values(Gradients.of(loss, inputs));
    for (int k = 0; k < inputs.size(); k++) {
      for (int i = 0; i < gradients.get(k).length; i++) {
        double slope = FiniteDifferences.slope(test, loss, inputs.get(k), i);
        assertEquals(slope, gradients.get(k)[i], TOLERANCE, "input " + k + ", element " + i);
      }
    }
  }
}
