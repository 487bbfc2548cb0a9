package io.github.tfrnn.model;

import static io.github.tfrnn.testing.Refusals.argument;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.testing.TestGraph;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/** Values go into the variables of a session, all or none. */
class VariableAssignmentTest {
  private static final WeightArray PAIR = WeightArray.of(Shape.of(2), 3, 4);

  @Test
  void valuesReplaceThoseOfVariablesBeforeTheFirstRunAndAfter() {
    try (var test = new TestGraph()) {
      var a = test.scope().variable("a", Shape.of(2), TFloat32.class);
      var b = test.scope().variable("b", Shape.of(2), TFloat64.class, Initializers.ones());
      int ops = count(test.graph());
      VariableAssignment.assign(test.session(), Map.of("a", PAIR));
      assertArrayEquals(new double[] {3, 4}, test.value(a));
      assertArrayEquals(new double[] {1, 1}, test.value(b), "b keeps its first value");
      VariableAssignment.assign(test.session(), Map.of("b", PAIR));
      assertArrayEquals(new double[] {3, 4}, test.value(a));
      assertArrayEquals(new double[] {3, 4}, test.value(b));
      assertEquals(ops, count(test.graph()), "no op is added");
    }
  }

  private static int count(Graph graph) {
    int[] count = {0};
    graph.operations().forEachRemaining(op -> count[0]++);
    return count[0];
  }

  @Test
  void variablesThatBeginWithOneValueGetTwo() {
    try (var test = new TestGraph()) {
      var shared = new org.tensorflow.Operand<?>[1];
      var scope =
          test.scope()
              .withInitializer(
                  (tf, shape, type, seed) -> {
                    if (shared[0] == null) {
                      shared[0] = tf.zeros(tf.constant(shape), type);
                    }
                    return shared[0].asOutput().expect(type);
                  });
      var a = scope.variable("a", Shape.of(2), TFloat32.class);
      var b = scope.variable("b", Shape.of(2), TFloat32.class);
      var other = WeightArray.of(Shape.of(2), 5, 6);
      VariableAssignment.assign(test.session(), Map.of("a", PAIR, "b", other));
      assertArrayEquals(new double[] {3, 4}, test.value(a));
      assertArrayEquals(new double[] {5, 6}, test.value(b));
    }
  }

  @Test
  void nothingChangesWhereOneDoesNotFit() {
    try (var test = new TestGraph()) {
      var a = test.scope().variable("a", Shape.of(2), TFloat32.class, Initializers.ones());
      test.scope().variable("wide", Shape.of(3), TFloat32.class);
      test.scope().variable("count", Shape.of(2), TInt32.class);
      var values = new LinkedHashMap<String, WeightArray>();
      values.put("a", PAIR);
      values.put("wide", PAIR);
      assertEquals(
          "wide: value must have the shape of the variable, [3], got [2]",
          argument(() -> VariableAssignment.assign(test.session(), values)));
      values.remove("wide");
      values.put("count", PAIR);
      assertEquals(
          "count: variable must be TFloat32 or TFloat64, got TInt32",
          argument(() -> VariableAssignment.assign(test.session(), values)));
      values.remove("count");
      values.put("b", PAIR);
      assertEquals(
          "assign: names must be those of variables of the graph, got b",
          argument(() -> VariableAssignment.assign(test.session(), values)));
      assertArrayEquals(new double[] {1, 1}, test.value(a));
    }
  }

  @Test
  void aVariableThatNothingSetsGetsAnOpOnce() {
    try (var graph = new Graph();
        var session = new Session(graph)) {
      var op = graph.opBuilder("VariableV2", "a", org.tensorflow.op.Ops.create(graph).scope());
      op.setAttr("shape", Shape.of(2));
      op.setAttr("dtype", org.tensorflow.proto.DataType.DT_FLOAT);
      op.build();
      VariableAssignment.assign(session, Map.of("a", PAIR));
      int ops = count(graph);
      VariableAssignment.assign(session, Map.of("a", WeightArray.of(Shape.of(2), 5, 6)));
      assertEquals(ops, count(graph));
      try (var result = session.runner().fetch("a").run()) {
        assertArrayEquals(new double[] {5, 6}, TestGraph.elements(result.get(0)));
      }
    }
  }
}
