package io.github.tfrnn.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.DeviceSpec;
import org.tensorflow.framework.constraints.Constraint;
import org.tensorflow.framework.constraints.NonNeg;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/** The options of variables: constants, devices, what is inherited, and threads. */
class VariableOptionsTest {
  private final TestGraph test = new TestGraph();
  private final VariableScope root = test.scope();

  @AfterEach
  void close() {
    test.close();
  }

  // First values from tensors.

  /** testInitFromNonTensorValue of TensorFlow 1.15. */
  @Test
  void aTensorGivesTypeShapeAndFirstValue() {
    try (var first = TInt32.vectorOf(4, 5);
        var other = TInt32.vectorOf(6, 7)) {
      var v = root.variable("v", first);
      assertEquals(TInt32.class, v.type());
      assertEquals("[2]", Shapes.text(v.shape()));
      assertArrayEquals(new double[] {4, 5}, test.value(v));
      var again = root.withReuse(Reuse.ALWAYS).variable("v", other);
      assertEquals(v.asOutput(), again.asOutput(), "ignored under reuse");
    }
  }

  @Test
  void anInitializerOfAnotherTypeIsRefused() {
    assertEquals(
        "v: initial value must be TFloat32[2], got TInt32[2]",
        Refusals.argument(
            () ->
                root.variable(
                    "v",
                    Shape.of(2),
                    TFloat32.class,
                    (tf, shape, type, seed) -> tf.constant(new int[] {1, 2}))));
  }

  // Devices.

  /** testVarScopeCachingDevice of TensorFlow 1.15, with a device that is there. */
  @Test
  void theCachingDeviceIsWhereTheValueIsReadTo() {
    var cpu =
        DeviceSpec.newBuilder()
            .job("localhost")
            .deviceType(DeviceSpec.DeviceType.CPU)
            .deviceIndex(0)
            .build();
    var scope = root.scope("rnn").with(options -> options.withCachingDevice(cpu));
    var w = scope.scope("cell").variable("w", Shape.of(1), TFloat32.class, Initializers.ones());
    scope
        .scope("not_cached")
        .with(VariableOptions::withoutCachingDevice)
        .variable("w", Shape.of(1), TFloat32.class);
    root.variable("plain", Shape.of(1), TFloat32.class);
    assertTrue(test.graph().operation("rnn/cell/w/read").device().contains("job:localhost"));
    assertEquals("", test.graph().operation("rnn/not_cached/w/read").device());
    assertEquals("", test.graph().operation("rnn/cell/w").device());
    assertEquals("", test.graph().operation("plain/read").device());
    assertArrayEquals(new double[] {1}, test.value(w));
  }

  // Inheritance.

  private Optional<Constraint> constraint(VariableScope scope) {
    scope.variable("w", Shape.of(1), TFloat32.class);
    return scope.variables().get(0).constraint();
  }

  @Test
  void constraintsAreNotInheritedAllElseIs() {
    var constraint = new NonNeg();
    var scope = root.scope("outer").withConstraint(constraint).withTrainable(false).withSeed(3);
    assertEquals(Optional.of(constraint), constraint(scope.withReuse(Reuse.AUTO)));
    assertEquals(Optional.empty(), constraint(scope.scope("inner")));
    assertEquals(Optional.empty(), constraint(scope.uniqueScope("unique")));
    assertEquals(Optional.empty(), constraint(scope.pureScope("pure")));
    assertEquals(Optional.empty(), scope.reopened().options().constraint());
    assertEquals(Optional.empty(), scope.reentered(root.tf()).options().constraint());
    assertEquals(
        scope.options().inside(), scope.scope("inner").options(), "everything but the constraint");
    assertNotEquals(VariableOptions.DEFAULTS, scope.options().inside());
  }

  @Test
  void otherScopesOfTheGraphKnowTheConstraint() {
    var constraint = new NonNeg();
    root.withConstraint(constraint).variable("w", Shape.of(1), TFloat32.class);
    var again = VariableScope.of(test.graph()).variables().get(0);
    assertEquals(Optional.of(constraint), again.constraint());
  }

  /** testVarScopeObjectReuse of TensorFlow 1.15. */
  @Test
  void aScopeCapturedUnderReuseStaysSo() {
    var scope = root.scope("jump").withReuse(Reuse.ALWAYS);
    assertEquals(Reuse.ALWAYS, scope.reentered(root.tf()).withReuse(Reuse.NEVER).reuse());
    assertEquals(Reuse.NEVER, root.scope("jump").reuse());
    assertEquals(Reuse.ALWAYS, root.scope("jump").withReuse(Reuse.ALWAYS).reopened().reuse());
  }

  @Test
  void changesOfOneVariableLeaveTheScopeAsItIs() {
    var scope = root.scope("rnn");
    scope.variable("w", Shape.of(1), TFloat64.class, options -> options.withTrainable(false));
    scope.variable("v", Shape.of(1), TFloat64.class);
    assertEquals("rnn/v", scope.trainableVariables().get(0).name());
    assertEquals(VariableOptions.DEFAULTS, scope.options());
  }

  // Threads.

  /** testTwoThreadsDisjointScopeEntry of TensorFlow 1.15: each thread starts at the root. */
  @Test
  void aThreadThatStartsAtTheRootMeetsTheVariablesOfOthers() {
    CompletableFuture.runAsync(() -> foo(Reuse.NEVER)).join();
    var second = CompletableFuture.runAsync(() -> foo(Reuse.NEVER));
    var e = assertThrows(CompletionException.class, second::join);
    assertTrue(e.getMessage().contains("Variable foo/v already exists"), e.getMessage());
    CompletableFuture.runAsync(() -> foo(Reuse.ALWAYS)).join();
    assertEquals(1, root.variables().size());
  }

  private void foo(Reuse reuse) {
    var thread = VariableScope.of(test.graph());
    assertEquals("", thread.name());
    thread.scope("foo").withReuse(reuse).variable("v", Shape.of(1), TFloat32.class);
  }
}
