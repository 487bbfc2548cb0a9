package io.github.tfrnn.conformance;

import io.github.tfrnn.conformance.Fed.Size;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;

/**
 * Two lists of tensors that must be equal when the graph runs.
 *
 * @param size of what is fed
 * @param reached the variables whose gradients are the last tensors, and must not be all zeros:
 *     equal zeros would prove nothing
 * @param tolerance for numbers around one
 */
record Comparison(
    Size size,
    List<Operand<?>> expected,
    List<Operand<?>> actual,
    List<String> reached,
    double tolerance) {

  Comparison {
    if (expected.size() != actual.size() || expected.isEmpty()) {
      throw new AssertionError(expected.size() + " tensors against " + actual.size());
    }
  }

  /** Returns the comparison whose last gradients are those of {@code variables}. */
  Comparison reaching(List<String> variables) {
    return new Comparison(size, expected, actual, variables, tolerance);
  }

  List<Operand<?>> fetches() {
    var all = new ArrayList<>(expected);
    all.addAll(actual);
    return all;
  }
}
