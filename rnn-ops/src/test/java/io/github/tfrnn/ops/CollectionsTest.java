package io.github.tfrnn.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.testing.Refusals;
import io.github.tfrnn.testing.TestGraph;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TType;

/** Which list a variable is in, what checkpoints hold, and what a copy of the graph still knows. */
class CollectionsTest {
  private final TestGraph test = new TestGraph();
  private final VariableScope root = test.scope();

  @AfterEach
  void close() {
    test.close();
  }

  private static void w(VariableScope scope, String name) {
    scope.variable(name, Shape.of(1), TFloat32.class);
  }

  private static List<String> names(List<Variable> variables) {
    return variables.stream().map(Variable::name).toList();
  }

  private static void into(VariableScope scope, String name, String... collections) {
    scope.variable(
        name, Shape.of(1), TFloat32.class, options -> options.withCollections(collections));
  }

  /** testGetCollection of TensorFlow 1.15. */
  @Test
  void aScopeListsItsOwnAndNotThoseOfANameThatBeginsAlike() {
    w(root, "a");
    root.withTrainable(false).variable("b", Shape.of(1), TFloat32.class);
    for (String name : List.of("testGetCollection_foo_", "testGetCollection_foo")) {
      var scope = root.scope(name);
      w(scope, "a");
      w(scope.withTrainable(false), "b");
    }
    var foo = root.scope("testGetCollection_foo");
    assertEquals(List.of("testGetCollection_foo/a"), names(foo.trainableVariables()));
    assertEquals(
        List.of("testGetCollection_foo/a", "testGetCollection_foo/b"),
        names(foo.collection(GraphKeys.GLOBAL_VARIABLES)));
    assertEquals(
        List.of("a", "testGetCollection_foo_/a", "testGetCollection_foo/a"),
        names(root.collection(GraphKeys.TRAINABLE_VARIABLES)));
    assertEquals(6, root.variables().size());
  }

  @Test
  void ownCollectionsReplaceThatOfGlobalVariables() {
    into(root, "mine", "moments");
    into(root, "both", GraphKeys.GLOBAL_VARIABLES, "moments");
    w(root, "plain");
    assertEquals(List.of("mine", "both"), names(root.collection("moments")));
    assertEquals(List.of("both", "plain"), names(root.variables()));
    assertEquals(List.of("mine", "both", "plain"), names(root.trainableVariables()));
    assertEquals(List.of(), root.collection("unknown"));
    assertEquals(
        List.of(GraphKeys.GLOBAL_VARIABLES, "moments", GraphKeys.TRAINABLE_VARIABLES),
        root.collection("moments").get(1).collections());
  }

  @Test
  void scopesHandCollectionsDown() {
    var scope = root.scope("stats").with(options -> options.withCollections("moments"));
    w(scope.scope("inner"), "mean");
    assertEquals(List.of("stats/inner/mean"), names(root.collection("moments")));
  }

  /** testGetLocalVariables and testGetLocalVar of TensorFlow 1.15. */
  @Test
  void localVariablesAreListedApart() {
    var scope = root.scope("outer");
    w(scope, "w");
    root.localVariable("count", Shape.of(2), TInt64.class, Initializers.zeros());
    scope.localVariable("count", Shape.of(2), TInt64.class, Initializers.zeros());
    scope.variable(
        "foo",
        Shape.of(1),
        TFloat32.class,
        options -> options.withTrainable(false).withCollections("foo", GraphKeys.LOCAL_VARIABLES));
    assertEquals(List.of("outer/foo"), names(scope.collection("foo")));
    assertEquals(List.of("outer/w"), names(scope.variables()));
    assertEquals(List.of("outer/w"), names(scope.trainableVariables()));
    assertEquals(List.of("outer/count", "outer/foo"), names(scope.localVariables()));
    assertEquals(
        List.of("outer/count", "outer/foo"), names(scope.collection(GraphKeys.LOCAL_VARIABLES)));
  }

  @Test
  void localVariablesHaveTheirShapeAndAreShared() {
    var count = root.localVariable("count", Shape.scalar(), TInt64.class, Initializers.constant(3));
    assertEquals("[]", Shapes.text(count.shape()));
    assertEquals("[]", Shapes.text(root.localVariables().get(0).shape()));
    assertArrayEquals(new double[] {3}, test.value(count));
    var refusal =
        Refusals.state(
            () -> root.localVariable("count", Shape.scalar(), TInt64.class, Initializers.zeros()));
    assertEquals("Variable count already exists", refusal.substring(0, 29));
    var again =
        root.withReuse(Reuse.ALWAYS)
            .localVariable("count", Shape.scalar(), TInt64.class, Initializers.zeros());
    assertEquals(count.asOutput(), again.asOutput());
    var wide = root.localVariable("wide", Shape.of(2, 3), TFloat64.class, Initializers.ones());
    assertEquals("[2, 3]", Shapes.text(wide.shape()));
    assertArrayEquals(new double[] {1, 1, 1, 1, 1, 1}, test.value(wide));
  }

  @Test
  void checkpointsLeaveLocalVariablesOut(@TempDir Path folder) {
    root.variable("w", Shape.of(1), TFloat64.class, Initializers.constant(5));
    root.localVariable("count", Shape.scalar(), TInt64.class, Initializers.constant(3));
    into(root, "mine", "moments");
    test.session().initialize();
    test.session().save(folder.resolve("all").toString());
    assertTrue(holds(folder, "w", TFloat64.class));
    assertFalse(holds(folder, "count", TInt64.class));
    assertFalse(holds(folder, "mine", TFloat32.class));

    try (var session = new Session(test.graph())) {
      session.initialize();
      session.restore(folder.resolve("all").toString());
      try (var values = session.runner().fetch("w/read").fetch("count/read").run()) {
        assertEquals(5, ((TFloat64) values.get(0)).getDouble(0));
        assertEquals(3, ((TInt64) values.get(1)).getLong());
      }
    }
  }

  /** Whether the checkpoint holds a tensor of this name. */
  private static boolean holds(Path folder, String name, Class<? extends TType> type) {
    try (var graph = new Graph();
        var session = new Session(graph)) {
      var tf = Ops.create(graph);
      var prefix = tf.constant(folder.resolve("all").toString());
      var read = tf.train.restore(prefix, text(tf, name), text(tf, ""), List.of(type));
      session.runner().fetch(read.tensors().get(0)).run().close();
      return true;
    } catch (TensorFlowException e) {
      assertTrue(e.getMessage().contains("not found in checkpoint"), e.getMessage());
      return false;
    }
  }

  private static Operand<TString> text(Ops tf, String value) {
    return tf.constant(StandardCharsets.UTF_8, new String[] {value});
  }

  @Test
  void aCopyOfTheGraphKnowsThemAll() {
    into(root, "mine", "moments");
    into(root, "both", GraphKeys.GLOBAL_VARIABLES, "moments");
    root.localVariable("count", Shape.scalar(), TInt64.class, Initializers.zeros());
    try (var copy = new Graph()) {
      copy.importGraphDef(test.graph().toGraphDef());
      var scope = VariableScope.of(copy);
      assertEquals(List.of("mine", "both"), names(scope.collection("moments")));
      assertEquals(List.of("both"), names(scope.variables()));
      assertEquals(List.of("count"), names(scope.localVariables()));
      assertEquals("[]", Shapes.text(scope.localVariables().get(0).shape()));
      assertEquals(List.of("mine", "both"), names(scope.trainableVariables()));
    }
  }

  @Test
  void whatIsAskedForElsewhereIsRefused() {
    assertEquals(
        "collection: name must be that of a list of variables, got regularization_losses. Call"
            + " regularizationLosses().",
        Refusals.argument(() -> root.collection(GraphKeys.REGULARIZATION_LOSSES)));
    assertEquals(
        "variable: collections must not hold trainable_variables, got [trainable_variables]. Say"
            + " withTrainable.",
        Refusals.argument(() -> root.options().withCollections(GraphKeys.TRAINABLE_VARIABLES)));
  }
}
