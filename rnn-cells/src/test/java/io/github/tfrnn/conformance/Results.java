package io.github.tfrnn.conformance;

import io.github.tfrnn.ops.Gradients;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.types.family.TFloating;

/**
 * What a driver gave.
 *
 * @param outputs the tensors of all outputs, {@code [batch, time, ...]}
 * @param state the tensors of the last state
 */
record Results(List<Operand<?>> outputs, List<Operand<?>> state) {

  /** Which results a loss is made of. */
  enum Used {
    ALL,
    OUTPUTS,
    STATE
  }

  static boolean isFloating(Operand<?> value) {
    return TFloating.class.isAssignableFrom(value.type());
  }

  private List<Operand<?>> used(Used used) {
    var results = new ArrayList<Operand<?>>();
    if (used != Used.STATE) {
      results.addAll(outputs);
    }
    if (used != Used.OUTPUTS) {
      results.addAll(state);
    }
    return results;
  }

  /** Outputs, then the state. */
  List<Operand<?>> values() {
    return used(Used.ALL);
  }

  /** A scalar in which every floating point element counts. */
  <T extends TFloating> Operand<T> loss(TestGraph test, Class<T> type, Used used) {
    var terms = new ArrayList<Operand<T>>();
    for (var part : used(used)) {
      if (part.type() == type) {
        terms.add(test.weigh(Results.<T>typed(part), terms.size()));
      }
    }
    return test.total(terms);
  }

  @SuppressWarnings("unchecked") // compared
  private static <T extends TFloating> Operand<T> typed(Operand<?> part) {
    return (Operand<T>) part;
  }

  /** The values, and the gradients of a loss of some of them for each use. */
  List<Operand<?>> withGradients(
      TestGraph test, Class<? extends TFloating> type, List<Operand<?>> sources, Used... uses) {
    var all = new ArrayList<>(values());
    for (var used : uses) {
      all.addAll(Gradients.of(loss(test, type, used), sources));
    }
    return all;
  }
}
