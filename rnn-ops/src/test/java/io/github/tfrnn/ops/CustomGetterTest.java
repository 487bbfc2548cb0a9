package io.github.tfrnn.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/** What a {@link VariableGetter} may do with what its scope was asked for. */
class CustomGetterTest {
  private final TestGraph test = new TestGraph();
  private final VariableScope root = test.scope();

  @AfterEach
  void close() {
    test.close();
  }

  private List<String> names() {
    return root.variables().stream().map(Variable::name).toList();
  }

  private static Operand<TFloat64> part(VariableSource next, VariableRequest request, String name) {
    return next.get(request.withName(request.name() + name), TFloat64.class);
  }

  private static Operand<TFloat64> sum(VariableSource next, VariableRequest request) {
    var first = part(next, request, "/sum_0");
    var second = part(next, request, "/sum_1");
    return next.tf().withSubScope("sum_getter").math.add(first, second);
  }

  private static Operand<TFloat64> product(VariableSource next, VariableRequest request) {
    var first = part(next, request, "/prod_0");
    var second = part(next, request, "/prod_1");
    return next.tf().withSubScope("prod_getter").math.mul(first, second);
  }

  /** testGetterThatCreatesTwoVariablesAndSumsThem of TensorFlow 1.15. */
  @Test
  void aGetterMayMakeTwoVariablesOfOne() {
    var scope =
        root.scope("scope")
            .withGetter(
                (next, request) ->
                    next.tf()
                        .withSubScope("custom_getter")
                        .math
                        .add(part(next, request, "/0"), part(next, request, "/1")));
    var v = scope.variable("v", Shape.of(1, 2, 3), TFloat64.class);
    assertEquals("[1, 2, 3]", Shapes.text(v.shape()));
    assertEquals(List.of("scope/v/0", "scope/v/1"), names());
    assertEquals("custom_getter/Add", v.op().name());
  }

  /** testNestedCustomGetters of TensorFlow 1.15. */
  @Test
  void anInnerGetterAsksTheOuterOneAndThatOneTheGraph() {
    var scope =
        root.scope("prod_scope")
            .withGetter(CustomGetterTest::product)
            .scope("sum_scope")
            .withGetter(CustomGetterTest::sum)
            .scope("inner_sum_scope")
            .withGetter(CustomGetterTest::sum);
    var v = scope.variable("v", Shape.of(1, 2, 3), TFloat64.class);
    assertEquals("[1, 2, 3]", Shapes.text(v.shape()));
    var expected =
        IntStream.range(0, 8)
            .mapToObj(
                i ->
                    "prod_scope/sum_scope/inner_sum_scope/v/sum_%d/sum_%d/prod_%d"
                        .formatted(i / 4, i / 2 % 2, i % 2))
            .toList();
    assertEquals(expected, names());

    var all = new ArrayList<Operand<?>>(List.of(v));
    root.variables().forEach(variable -> all.add(variable.value()));
    var values = test.values(all);
    double sum = 0;
    for (int i = 1; i <= 8; i += 2) {
      sum += values.get(i)[0] * values.get(i + 1)[0];
    }
    assertEquals(sum, values.get(0)[0], 1e-12);
  }

  /** testBasicRNNCellNotTrainable of TensorFlow 1.15, without a cell. */
  @Test
  void aGetterMayChangeHowAVariableIsMade() {
    var frozen =
        root.withGetter((next, request) -> next.get(request.with(o -> o.withTrainable(false))));
    frozen.scope("rnn").variable("kernel", Shape.of(1), TFloat32.class);
    assertEquals(List.of(), root.trainableVariables());
    assertEquals(List.of("rnn/kernel"), names());
  }

  @Test
  void aGetterMayRename() {
    var shared = root.variable("shared", Shape.of(2), TFloat64.class);
    var scope =
        root.withReuse(Reuse.ALWAYS)
            .withGetter((next, request) -> next.get(request.withName("shared")));
    var found = scope.scope("anywhere").variable("v", Shape.of(2), TFloat64.class);
    assertEquals(shared.asOutput(), found.asOutput());
    assertEquals(List.of("shared"), names());
  }

  /** testCustomGetterWithReuse of TensorFlow 1.15. */
  @Test
  void aGetterMayTellReuseFromCreation() {
    VariableGetter getter =
        (next, request) ->
            next.tf()
                .withName(request.options().reuse() == Reuse.NEVER ? "not_reused" : "reused")
                .identity(next.get(request));
    var scope = root.scope("scope").withGetter(getter);
    assertEquals("not_reused", scope.variable("v", Shape.of(1), TFloat32.class).op().name());
    var reuse = scope.reentered(root.tf()).withReuse(Reuse.ALWAYS);
    assertEquals("reused", reuse.variable("v", Shape.of(1), TFloat32.class).op().name());
  }

  @Test
  void aGetterSeesWhatWasAskedFor() {
    var seen = new ArrayList<VariableRequest>();
    var scope =
        root.scope("outer")
            .withTrainable(false)
            .withGetter(
                (next, request) -> {
                  seen.add(request);
                  return next.get(request);
                });
    var zeros = Initializers.zeros();
    scope.scope("inner").variable("v", Shape.of(2), TFloat32.class, zeros);
    var request = seen.get(0);
    assertEquals("outer/inner/v", request.name());
    assertEquals(Shape.of(2), request.shape());
    assertEquals(TFloat32.class, request.type());
    assertSame(zeros, request.options().initializer().orElseThrow());
    assertFalse(request.options().trainable());
    assertEquals(Reuse.NEVER, request.options().reuse());
  }

  @Test
  void aGetterMayKeepAnotherShapeAndType() {
    var scope =
        root.withGetter(
            (next, request) -> {
              var row = request.withShape(Shape.of(3)).withType(TFloat32.class);
              var wide = next.tf().dtypes.cast(next.get(row, TFloat32.class), TFloat64.class);
              return next.tf().reshape(wide, next.tf().constant(request.shape().asArray()));
            });
    var v = scope.variable("v", Shape.of(3, 1), TFloat64.class, Initializers.values(1, 2, 3));
    assertArrayEquals(new double[] {1, 2, 3}, test.value(v));
    assertEquals("[3]", Shapes.text(root.variables().get(0).shape()));
  }

  @Test
  void insideALoopBodyWhatAGetterComputesIsMadeOutside() {
    try (var scratch = new Graph()) {
      var body = new BodyEnvironment(scratch, root.tf());
      var inside = root.scope("rnn").withGetter(CustomGetterTest::sum).withOps(Ops.create(body));
      var value = inside.variable("w", Shape.of(2), TFloat64.class);
      assertSame(scratch, value.op().env());
      assertEquals("Placeholder", value.op().type());
      assertEquals(List.of("rnn/w/sum_0", "rnn/w/sum_1"), names());
    }
  }

  @Test
  void whatDoesNotFitTheRequestIsRefused() {
    var scope =
        root.scope("rnn").withGetter((next, request) -> next.get(request.withShape(Shape.of(3))));
    assertEquals(
        "rnn/v: getter must return a value of the graph, TFloat32[2], got TFloat32[3]",
        Refusals.argument(() -> scope.variable("v", Shape.of(2), TFloat32.class)));
    var other = root.withGetter((next, request) -> next.tf().constant(new int[2]));
    assertEquals(
        "u: getter must return a value of the graph, TFloat32[2], got TInt32[2]",
        Refusals.argument(() -> other.variable("u", Shape.of(2), TFloat32.class)));
    var typed = root.withGetter((next, request) -> next.get(request, TFloat64.class));
    assertEquals(
        "u: type must be TFloat64, got TFloat32",
        Refusals.argument(() -> typed.variable("u", Shape.of(2), TFloat32.class)));
  }
}
