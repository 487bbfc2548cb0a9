package io.github.tfrnn.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.github.tfrnn.testing.FiniteDifferences;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.types.TFloat64;

/** Compares an op in single precision with its formula in double precision. */
final class BlockAgreement {
  /** Single precision, where a gradient is a sum of some ten terms. */
  private static final double TOLERANCE = 3e-6;

  /** A step long enough for single precision, and its error in losses of this size. */
  private static final double STEP = 1e-2;

  private static final double SLOPE_TOLERANCE = 2e-3;

  private BlockAgreement() {}

  /** A loss that weighs each element of some of the outputs differently. */
  static Operand<TFloat64> loss(TestGraph test, List<Operand<TFloat64>> outputs, int... used) {
    var terms = new ArrayList<Operand<TFloat64>>();
    for (int output : used) {
      terms.add(test.weigh(outputs.get(output), terms.size()));
    }
    return test.total(terms);
  }

  /** Checks that two losses have the same value and the same gradient in every input. */
  static void assertSame(
      TestGraph test,
      Operand<TFloat64> expected,
      Operand<TFloat64> actual,
      List<Operand<TFloat64>> inputs) {
    var all = new ArrayList<Operand<?>>(List.of(expected, actual));
    all.addAll(Gradients.of(expected, inputs));
    all.addAll(Gradients.of(actual, inputs));
    var numbers = test.values(all);
    assertArrayEquals(numbers.get(0), numbers.get(1), TOLERANCE, "loss");
    for (int i = 0; i < inputs.size(); i++) {
      assertArrayEquals(
          numbers.get(2 + i), numbers.get(2 + inputs.size() + i), TOLERANCE, "gradient " + i);
    }
  }

  /** Checks that a gradient is the same once the graph is loaded into another one. */
  static void assertSameElsewhere(
      TestGraph test,
      Operand<TFloat64> loss,
      List<Operand<TFloat64>> inputs,
      Operand<TFloat64> input) {
    var expected = test.value(Gradients.of(loss, List.of(input)).get(0));
    try (var graph = new Graph()) {
      graph.importGraphDef(test.graph().toGraphDef());
      Operand<TFloat64> again = graph.operationOrThrow(loss.op().name()).output(0);
      Operand<TFloat64> there = graph.operationOrThrow(input.op().name()).output(0);
      var gradient = Gradients.of(again, List.of(there)).get(0);
      try (var session = new Session(graph)) {
        var runner = session.runner().fetch(gradient);
        inputs.forEach(each -> runner.feed(each.op().name(), test.fed(each)));
        try (var result = runner.run()) {
          assertArrayEquals(expected, TestGraph.elements(result.get(0)), 0);
        }
      }
    }
  }

  /** The functions of the graph that are called in place, one for each call. */
  static List<String> calls(TestGraph test) {
    return test.graph().toGraphDef().getNodeList().stream()
        .filter(node -> node.getOp().equals("PartitionedCall"))
        .map(node -> node.getAttrOrThrow("f").getFunc().getName())
        .toList();
  }

  /** Checks the gradient of a loss against finite differences, as far as its precision goes. */
  static void assertSlopes(TestGraph test, Operand<TFloat64> loss, List<Operand<TFloat64>> inputs) {
    var gradients = test.values(Gradients.of(loss, inputs));
    for (int i = 0; i < inputs.size(); i++) {
      var input = inputs.get(i);
      var slopes =
          IntStream.range(0, gradients.get(i).length)
              .mapToDouble(k -> FiniteDifferences.slope(test, loss, input, k, STEP))
              .toArray();
      assertArrayEquals(slopes, gradients.get(i), SLOPE_TOLERANCE, "input " + i);
    }
  }
}
