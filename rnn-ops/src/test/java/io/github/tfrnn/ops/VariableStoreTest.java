package io.github.tfrnn.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Assign;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TType;

/** How variables stand in a graph: as ops, at their first run, after loading, and after closing. */
class VariableStoreTest {

  @Test
  void opsAreNamedAsInTensorFlow1() {
    try (var test = new TestGraph()) {
      var value = test.scope().scope("rnn/lstm").variable("kernel", Shape.of(2), TFloat32.class);
      assertEquals("VariableV2", test.graph().operation("rnn/lstm/kernel").type());
      assertEquals("rnn/lstm/kernel/read", value.op().name());
    }
  }

  @Test
  void theValueIsNeverAReference() {
    try (var test = new TestGraph()) {
      var value = test.scope().variable("w", Shape.of(2), TFloat32.class);
      var reference = test.graph().operation("w").output(0);
      assertTrue(VariableStore.isReference(reference.dataType()));
      assertFalse(VariableStore.isReference(value.asOutput().dataType()));
      var listed = test.scope().variables().get(0);
      assertEquals(value.asOutput(), listed.value(TFloat32.class).asOutput());
    }
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        TFloat32.class,
        TFloat64.class,
        TFloat16.class,
        TBfloat16.class,
        TInt32.class,
        TInt64.class,
        TBool.class
      })
  void everyTypeHasADefaultThatRuns(Class<? extends TType> type) {
    try (var test = new TestGraph()) {
      var value = test.scope().variable("w", Shape.of(2, 3), type);
      assertEquals(type, value.type());
      assertEquals("[2, 3]", Shapes.text(value.shape()));
      double[] got = test.value(value);
      boolean floating = type.getSimpleName().contains("loat");
      assertEquals(floating, got[0] != 0, "glorot for floating point types, zeros for others");
      assertEquals(Shape.of(2, 3), test.shapeOf(value));
    }
  }

  @Test
  void textVariablesBeginEmpty() {
    try (var test = new TestGraph()) {
      var value = test.scope().variable("names", Shape.of(2), TString.class);
      try (var got = test.session().runner().fetch(value).run()) {
        assertEquals("", ((TString) got.get(0)).getObject(1));
      }
    }
  }

  @Test
  void aVariableMadeAfterTheFirstRunIsInitializedAndTheOthersKeepTheirValues() {
    try (var test = new TestGraph()) {
      var scope = test.scope();
      var first = scope.variable("first", Shape.of(1), TFloat64.class, Initializers.constant(1));
      assertArrayEquals(new double[] {1}, test.value(first));
      var change = assign(test.tf(), test.graph(), "first", test.tf().constant(new double[] {5}));
      test.run(change);
      var second = scope.variable("second", Shape.of(1), TFloat64.class, Initializers.constant(2));
      assertArrayEquals(new double[] {2}, test.value(second));
      assertArrayEquals(new double[] {5}, test.value(first));
    }
  }

  private static Assign<TFloat64> assign(
      Ops tf, Graph graph, String variable, Operand<TFloat64> value) {
    return tf.assign(graph.operation(variable).output(0), value);
  }

  @Test
  void addingOpsOrVariablesChangesNoWeights() {
    double[] alone;
    try (var test = new TestGraph()) {
      alone = test.value(test.scope().scope("rnn").variable("w", Shape.of(3), TFloat64.class));
    }
    try (var test = new TestGraph()) {
      var tf = test.tf();
      tf.random.randomUniform(tf.constant(new int[] {2}), TFloat32.class);
      test.scope().variable("before", Shape.of(7, 2), TFloat64.class);
      var scope = VariableScope.of(tf.withSubScope("other")).scope("rnn").withTrainable(false);
      var w = scope.variable("w", Shape.of(3), TFloat64.class);
      assertArrayEquals(alone, test.value(w));
    }
  }

  @Test
  void seedsDifferByNameAndByScopeSeed() {
    try (var test = new TestGraph()) {
      var root = test.scope();
      var shape = Shape.of(3);
      var w = root.variable("w", shape, TFloat64.class);
      var v = root.variable("v", shape, TFloat64.class);
      var other = root.withSeed(1).scope("a").variable("w", shape, TFloat64.class);
      var same = root.withSeed(2).scope("b").variable("w", shape, TFloat64.class);
      var values = test.values(List.of(w, v, other, same));
      assertNotEquals(values.get(0)[0], values.get(1)[0]);
      try (var again = new TestGraph()) {
        var seeded = again.scope().withSeed(1);
        var reseeded = seeded.variable("w", shape, TFloat64.class);
        var repeated = seeded.scope("a").variable("w", shape, TFloat64.class);
        assertNotEquals(values.get(0)[0], again.value(reseeded)[0], "another seed");
        assertArrayEquals(values.get(2), again.value(repeated), "same name and seed");
      }
    }
  }

  @Test
  void seedsAreSpreadOverTheWholeRange() {
    assertNotEquals(VariableStore.seedOf("a", 1), VariableStore.seedOf("a", 2));
    assertNotEquals(VariableStore.seedOf("ab", 1), VariableStore.seedOf("ba", 1));
    long bits = 0;
    for (int i = 0; i < 64; i++) {
      bits |= VariableStore.seedOf("cell_" + i, 87654321L);
    }
    assertEquals(-1L, bits, "every bit is set in some seed");
  }

  @Test
  void aFirstValueOfAnotherTypeOrShapeLeavesNoVariable() {
    try (var test = new TestGraph()) {
      var scope = test.scope();
      var refusal =
          Refusals.argument(
              () ->
                  scope.variable(
                      "w",
                      Shape.of(2),
                      TFloat32.class,
                      (tf, shape, type, seed) -> tf.constant(new int[] {1, 2})));
      assertEquals("w: initial value must be TFloat32[2], got TInt32[2]", refusal);
      refusal =
          Refusals.argument(
              () ->
                  scope.variable(
                      "w",
                      Shape.of(2),
                      TFloat32.class,
                      (tf, shape, type, seed) -> tf.constant(new float[3])));
      assertEquals("w: initial value must be TFloat32[2], got TFloat32[3]", refusal);
      assertNull(test.graph().operation("w"));
      assertEquals("w/read", scope.variable("w", Shape.of(2), TFloat32.class).op().name());
    }
  }

  @Test
  void aFirstValueMadeOutsideTheInitializerIsRefused() {
    try (var test = new TestGraph()) {
      var outside = test.tf().constant(new float[2]);
      var scope = test.scope();
      var refusal =
          Refusals.argument(
              () ->
                  scope.variable(
                      "w", Shape.of(2), TFloat32.class, (tf, shape, type, seed) -> outside));
      assertEquals(
          "w: initial value must be made by the ops that the initializer is given, got Const",
          refusal);
    }
  }

  @Test
  void anotherScopeOfTheSameGraphKnowsTheVariablesAndWhereTheyWereMade() {
    try (var test = new TestGraph()) {
      test.scope().variable("w", Shape.of(2), TFloat32.class);
      var again = VariableScope.of(test.graph());
      assertEquals("w", again.variables().get(0).name());
      var refusal = Refusals.state(() -> again.variable("w", Shape.of(2), TFloat32.class));
      assertFalse(refusal.contains("loaded graph"), refusal);
    }
  }

  @Test
  void anImportedGraphIsAsGoodAsOneMadeHere() {
    try (var test = new TestGraph();
        var copy = new Graph()) {
      var scope = test.scope().scope("rnn");
      scope.variable("w", Shape.of(2), TFloat64.class, Initializers.values(1, 2));
      scope.withTrainable(false).variable("steps", Shape.scalar(), TInt64.class);
      var root = VariableScope.of(copy); // before the import, on purpose
      copy.importGraphDef(test.graph().toGraphDef());

      var names = root.variables().stream().map(Variable::name).toList();
      assertEquals(List.of("rnn/w", "rnn/steps"), names);
      assertEquals("rnn/w", root.trainableVariables().get(0).name());
      assertEquals(1, root.trainableVariables().size());
      var w = root.scope("rnn").withReuse(Reuse.ALWAYS).variable("w", Shape.of(2), TFloat64.class);
      try (var session = new Session(copy);
          var values = session.runner().fetch(w).run()) {
        assertEquals(2, ((TFloat64) values.get(0)).getDouble(1));
      }
      var refusal =
          Refusals.state(() -> root.scope("rnn").variable("w", Shape.of(2), TFloat64.class));
      assertTrue(refusal.endsWith("Originally defined at: a loaded graph"));
      assertEquals(
          "rnn/v/read", root.scope("rnn").variable("v", Shape.of(1), TFloat64.class).op().name());
    }
  }

  @Test
  void aSavedModelIsReadByItsNames(@TempDir Path folder) throws Exception {
    try (var test = new TestGraph()) {
      var tf = test.tf();
      var x = tf.placeholder(TFloat64.class, Placeholder.shape(Shape.of(2)));
      var w = test.scope().variable("w", Shape.of(2), TFloat64.class, Initializers.values(3, 4));
      var y = tf.math.mul(x, w);
      var signature = Signature.builder().input("x", x).output("y", y).build();
      test.run(assign(tf, test.graph(), "w", tf.constant(new double[] {5, 6})));
      SavedModelBundle.exporter(folder.toString())
          .withSession(test.session())
          .withSignature(signature)
          .export();
    }
    try (var model = SavedModelBundle.load(folder.toString())) {
      var scope = VariableScope.of(model.graph()).withReuse(Reuse.ALWAYS);
      var w = scope.variable("w", Shape.of(2), TFloat64.class);
      try (var values = model.session().runner().fetch(w).run()) {
        assertEquals(6, ((TFloat64) values.get(0)).getDouble(1));
      }
    }
  }

  @Test
  void variablesThatTensorFlowJavaMadeAreAdopted() {
    try (var test = new TestGraph()) {
      test.tf().withName("bare").variable(test.tf().constant(new float[] {7}));
      var scope = test.scope().withReuse(Reuse.AUTO);
      assertArrayEquals(
          new double[] {7}, test.value(scope.variable("bare", Shape.of(1), TFloat32.class)));
    }
  }

  @Test
  void aReadThatIsNoneIsRefused() {
    try (var test = new TestGraph()) {
      test.tf().withName("bare").variable(test.tf().constant(new float[] {7}));
      test.graph().opBuilder("NoOp", "bare/read", test.tf().scope()).build();
      var scope = test.scope();
      var refusal = Refusals.argument(scope::variables);
      assertEquals("bare/read: op must read the variable bare, got a NoOp", refusal);
    }
  }

  @Test
  void theTableOfStoresLetsAClosedGraphGo() throws InterruptedException {
    var graph = closedGraph();
    for (int i = 0; i < 50 && graph.get() != null; i++) {
      System.gc();
      Thread.sleep(20);
    }
    assertNull(graph.get());
  }

  private static WeakReference<Graph> closedGraph() {
    try (var graph = new Graph()) {
      var scope = VariableScope.of(graph).scope("rnn");
      scope.variable("w", Shape.of(2), TFloat32.class);
      scope.variables();
      return new WeakReference<>(graph);
    }
  }
}
