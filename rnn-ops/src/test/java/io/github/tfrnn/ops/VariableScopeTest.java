package io.github.tfrnn.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.testing.Refusals;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.EagerSession;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Names, reuse, settings and messages of {@link VariableScope}; only initializers are run. */
class VariableScopeTest {
  private final Graph graph = new Graph();
  private final VariableScope root = VariableScope.of(graph);

  @AfterEach
  void close() {
    graph.close();
  }

  /** Makes w in {@code scope} and returns its full name. */
  private static String w(VariableScope scope) {
    scope.variable("w", Shape.of(2), TFloat32.class);
    var all = scope.variables();
    return all.get(all.size() - 1).name();
  }

  private List<String> names() {
    return names(root);
  }

  private static List<String> names(VariableScope scope) {
    return scope.variables().stream().map(Variable::name).toList();
  }

  // Names.

  @Test
  void variableNamesAreTheScopesJoinedBySlashes() {
    assertEquals("w", w(root));
    assertEquals("tower/w", w(root.scope("tower")));
    assertEquals("tower/rnn/lstm_cell/w", w(root.scope("tower").scope("rnn").scope("lstm_cell")));
    assertEquals("a/b/w", w(root.scope("a/b")));
    root.scope("lstm").variable("projection/kernel", Shape.of(1), TFloat32.class);
    assertEquals(
        List.of("w", "tower/w", "tower/rnn/lstm_cell/w", "a/b/w", "lstm/projection/kernel"),
        names());
  }

  @Test
  void opNamesDoNotTouchVariableNames() {
    root.tf().withSubScope("tower").withName("add").constant(1f);
    var scope = root.scope("tower").withOps(root.tf().withSubScope("elsewhere"));
    assertEquals("tower/w", w(scope));
    assertEquals("elsewhere/Const", scope.tf().constant(1f).op().name());
  }

  @Test
  void aScopeValueIsAJumpFromAnywhere() {
    var tower4 = root.scope("tower4");
    var tower6 = root.scope("tower6");
    assertEquals("tower6", tower6.name());
    assertEquals("tower4/w", w(tower4));
  }

  @Test
  void opScopesOfAReenteredScopeAreNumbered() {
    assertEquals("tower/Const", root.scope("tower").tf().constant(1f).op().name());
    assertEquals("tower_1/Const", root.scope("tower").tf().constant(1f).op().name());
    var inner = root.scope("tower").scope("cell");
    assertEquals("tower_2/cell/Const", inner.tf().constant(1f).op().name());
    assertEquals("tower/cell", inner.name());
  }

  @Test
  void defaultNamesAreMadeUnique() {
    assertEquals("default/w", w(root.uniqueScope("default")));
    assertEquals("default_1/w", w(root.uniqueScope("default")));
    assertEquals("default_2/w", w(root.uniqueScope("default")));
  }

  @Test
  void defaultNamesThatBeginAlikeAreCountedApart() {
    assertEquals(
        "defaultScope1/layer/w", w(root.uniqueScope("defaultScope1").uniqueScope("layer")));
    assertEquals(
        "defaultScope1_1/layer/w", w(root.uniqueScope("defaultScope1").uniqueScope("layer")));
    assertEquals("defaultScope/layer/w", w(root.uniqueScope("defaultScope").uniqueScope("layer")));
    assertEquals(
        "defaultScope1_2/layer/w", w(root.uniqueScope("defaultScope1").uniqueScope("layer")));
  }

  @Test
  void aNameGivenOutrightCountsForDefaultNames() {
    root.scope("layer");
    root.scope("layer_2");
    assertEquals("layer_1", root.uniqueScope("layer").name());
    assertEquals("layer_3", root.uniqueScope("layer").name());
  }

  @Test
  void enteringAScopeAgainCountsFromNothing() {
    var scope = root.scope("default");
    assertEquals("default/layer/w", w(scope.uniqueScope("layer")));
    assertEquals("default/layer_1/w", w(scope.uniqueScope("layer")));
    assertEquals("default/layer", root.scope("default").uniqueScope("layer").name());
    assertEquals("default/layer_2/w", w(scope.uniqueScope("layer")));
  }

  @Test
  void aJumpLeavesNoTraceInTheCounts() {
    var scope = root.scope("default");
    assertEquals("default/layer/w", w(scope.uniqueScope("layer")));
    assertEquals("default/layer_1/w", w(scope.uniqueScope("layer")));
    assertEquals("default/layer_2", scope.reopened().uniqueScope("layer").name());
    assertEquals("default/layer_2/w", w(scope.uniqueScope("layer")));
  }

  @Test
  void copiesWithOtherSettingsShareTheCounts() {
    var scope = root.scope("outer");
    assertEquals("outer/layer", scope.uniqueScope("layer").name());
    assertEquals("outer/layer_1", scope.withReuse(Reuse.AUTO).uniqueScope("layer").name());
    assertEquals("outer/layer_2", scope.withTrainable(false).uniqueScope("layer").name());
    assertEquals("outer/layer_3", scope.withOps(root.tf()).uniqueScope("layer").name());
  }

  @Test
  void aSecondLayerInAReenteredScopeMeetsTheFirst() {
    w(root.scope("rnn").uniqueScope("basic_lstm_cell"));
    var again = root.scope("rnn").uniqueScope("basic_lstm_cell");
    var refusal = Refusals.state(() -> w(again));
    assertTrue(refusal.startsWith("Variable rnn/basic_lstm_cell/w already exists"));
  }

  @Test
  void aScopeListsItsOwnVariablesInOrderOfCreation() {
    w(root.scope("foo_"));
    var foo = root.scope("foo");
    foo.variable("kernel", Shape.of(1, 1), TFloat32.class);
    w(root.scope("bar"));
    foo.scope("a").variable("bias", Shape.of(1), TFloat32.class);
    foo.variable("another", Shape.of(1), TFloat32.class);
    assertEquals(List.of("foo/kernel", "foo/a/bias", "foo/another"), names(foo));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "a/", "/a", "a//b", "_a", "a b", "a:0", "ä"})
  void aBadNameIsRefused(String name) {
    var scope = root.scope("tower");
    var refusal = Refusals.argument(() -> scope.scope(name));
    assertEquals(
        "tower: name must be letters, digits, '_', '.', '-' and '/', not beginning with '_', got \""
            + name
            + "\"",
        refusal);
    Refusals.argument(() -> scope.uniqueScope(name));
    Refusals.argument(() -> scope.variable(name, Shape.of(1), TFloat32.class));
  }

  @Test
  void aNameThatAnOpHasIsRefused() {
    root.tf().withName("kernel").constant(1f);
    var refusal = Refusals.argument(() -> root.variable("kernel", Shape.of(1), TFloat32.class));
    assertEquals("kernel: name must not be that of another op, got the name of a Const", refusal);
  }

  @Test
  void anOpThatAsksForTheNameOfAVariableGetsTheNextOne() {
    w(root.scope("rnn"));
    w(root);
    assertEquals("w_1", root.tf().withName("w").constant(1f).op().name());
    var scope = root.scope("w");
    assertEquals("w_2/Const", scope.tf().constant(1f).op().name());
    assertEquals("w/w", w(scope));
  }

  // Reuse.

  @ParameterizedTest(name = "{0} around {1} gives {2}")
  @CsvSource({
    "NEVER, NEVER, NEVER",
    "NEVER, ALWAYS, ALWAYS",
    "NEVER, AUTO, AUTO",
    "ALWAYS, NEVER, ALWAYS",
    "ALWAYS, ALWAYS, ALWAYS",
    "ALWAYS, AUTO, AUTO",
    "AUTO, NEVER, AUTO",
    "AUTO, ALWAYS, ALWAYS",
    "AUTO, AUTO, AUTO"
  })
  void reuseIsInheritedAndNotSwitchedOffInside(Reuse outer, Reuse asked, Reuse expected) {
    var scope = root.withReuse(outer).scope("inner").withReuse(asked);
    assertEquals(expected, scope.reuse());
    assertEquals(expected, scope.uniqueScope("deep").reuse());
    assertEquals(expected, scope.reopened().reuse());
    assertEquals(Reuse.NEVER, root.reuse());
  }

  @Test
  void anExistingVariableIsRefusedWithoutReuse() {
    var scope = root.scope("rnn");
    w(scope);
    var refusal = Refusals.state(() -> w(scope));
    assertEquals(
        "Variable rnn/w already exists, disallowed. Did you mean Reuse.ALWAYS or Reuse.AUTO, a"
            + " scope of another name, or the same cell object? Originally defined at: "
            + VariableStore.of(graph).origin("rnn/w"),
        refusal);
  }

  @Test
  void anUnknownVariableIsRefusedUnderReuse() {
    var refusal = Refusals.state(() -> w(root.scope("rnn").withReuse(Reuse.ALWAYS)));
    assertEquals(
        "Variable rnn/w does not exist. Did you mean Reuse.AUTO, or a scope of another name? The"
            + " graph holds no variable.",
        refusal);
    assertEquals(List.of(), names());
  }

  @Test
  void theMessageListsTenNamesOfAllThatThereAre() {
    for (int i = 0; i < 12; i++) {
      w(root.scope("cell_" + i));
    }
    var refusal = Refusals.state(() -> w(root.withReuse(Reuse.ALWAYS)));
    assertTrue(
        refusal.endsWith(
            "The graph holds cell_0/w, cell_1/w, cell_2/w, cell_3/w, cell_4/w,"
                + " cell_5/w, cell_6/w, cell_7/w, cell_8/w, cell_9/w and 2 more."));
  }

  @ParameterizedTest
  @CsvSource({"ALWAYS", "AUTO"})
  void reuseHandsOutTheSameValue(Reuse reuse) {
    var made = root.scope("rnn").variable("w", Shape.of(2), TFloat32.class);
    var found = root.scope("rnn").withReuse(reuse).variable("w", Shape.of(2), TFloat32.class);
    assertEquals(made.asOutput(), found.asOutput());
    assertEquals(List.of("rnn/w"), names());
  }

  @Test
  void autoMakesWhatIsMissing() {
    assertEquals("rnn/w", w(root.scope("rnn").withReuse(Reuse.AUTO)));
  }

  @Test
  void anyPartOfTheShapeMayBeLeftOutUnderReuse() {
    w(root);
    var value = root.withReuse(Reuse.ALWAYS).variable("w", Shape.of(-1), TFloat32.class);
    assertEquals("[2]", Shapes.text(value.shape()));
  }

  @Test
  void anotherShapeIsRefusedUnderReuse() {
    w(root);
    var reuse = root.withReuse(Reuse.AUTO);
    var refusal = Refusals.argument(() -> reuse.variable("w", Shape.of(3), TFloat32.class));
    assertEquals(
        "Trying to share variable w, but specified shape [3] and found shape [2]. Originally"
            + " defined at: "
            + VariableStore.of(graph).origin("w"),
        refusal);
  }

  @Test
  void anotherTypeIsRefusedUnderReuse() {
    w(root);
    var reuse = root.withReuse(Reuse.ALWAYS);
    var refusal = Refusals.argument(() -> reuse.variable("w", Shape.of(2), TInt32.class));
    assertEquals(
        "Trying to share variable w, but specified dtype TInt32 and found dtype TFloat32."
            + " Originally defined at: "
            + VariableStore.of(graph).origin("w"),
        refusal);
  }

  @Test
  void anUnknownShapeIsRefusedForANewVariable() {
    var scope = root.scope("rnn");
    var refusal = Refusals.argument(() -> scope.variable("w", Shape.of(-1, 2), TFloat32.class));
    assertEquals("rnn/w: shape must be fully known, got [?, 2]", refusal);
    refusal = Refusals.argument(() -> scope.variable("w", Shape.unknown(), TFloat32.class));
    assertEquals("rnn/w: shape must be fully known, got an unknown shape", refusal);
  }

  // Settings.

  @Test
  void initializersAreInheritedReplacedAndIgnoredUnderReuse() {
    var tower = root.scope("tower").withInitializer(Initializers.constant(0.3));
    var inherited = tower.scope("foo").variable("v", Shape.of(1), TFloat32.class);
    var inner = tower.scope("bar").withInitializer(Initializers.constant(0.4));
    var replaced = inner.variable("v", Shape.of(1), TFloat32.class);
    var own = tower.variable("own", Shape.of(1), TFloat32.class, Initializers.constant(0.5));
    var again =
        tower
            .withReuse(Reuse.ALWAYS)
            .variable("own", Shape.of(1), TFloat32.class, Initializers.constant(9));
    assertEquals(own.asOutput(), again.asOutput());
    try (var session = new Session(graph);
        var values = session.runner().fetch(inherited).fetch(replaced).fetch(own).run()) {
      assertEquals(0.3f, ((TFloat32) values.get(0)).getFloat(0));
      assertEquals(0.4f, ((TFloat32) values.get(1)).getFloat(0));
      assertEquals(0.5f, ((TFloat32) values.get(2)).getFloat(0));
    }
  }

  @Test
  void scopesThatDoNotTrainKeepTheirVariablesFromOptimizers() {
    var frozen = root.scope("frozen").withTrainable(false);
    w(frozen.scope("inner"));
    w(root.scope("rnn"));
    w(frozen.scope("other").withTrainable(true));
    assertEquals(List.of("frozen/inner/w", "rnn/w", "frozen/other/w"), names());
    assertEquals(
        List.of("rnn/w", "frozen/other/w"),
        root.trainableVariables().stream().map(Variable::name).toList());
    assertEquals(List.of(), root.scope("frozen/inner").trainableVariables());
  }

  // The graph.

  @Test
  void theGraphOfTheOpsIsTheGraphOfTheScope() {
    var tf = Ops.create(graph).withSubScope("mine");
    var scope = VariableScope.of(tf);
    assertSame(graph, scope.graph());
    assertSame(tf, scope.tf());
  }

  @Test
  void opsOfAnotherGraphAreRefused() {
    try (var other = new Graph()) {
      var tf = Ops.create(other);
      var scope = root.scope("rnn");
      var refusal = Refusals.argument(() -> scope.withOps(tf));
      assertEquals(
          "rnn: tf must build the graph of the scope, got the ops of another graph", refusal);
    }
  }

  @Test
  void eagerOpsAreRefused() {
    try (var eager = EagerSession.create()) {
      var tf = Ops.create(eager);
      var refusal = Refusals.argument(() -> VariableScope.of(tf));
      assertEquals(
          "variable scope: tf must build a graph, got an eager environment. Make it with"
              + " Ops.create(new Graph()).",
          refusal);
      refusal = Refusals.argument(() -> root.withOps(tf));
      assertTrue(refusal.startsWith("root scope: tf must build a graph"));
    }
  }

  @Test
  void insideALoopBodyAVariableIsMadeOutsideAndCaptured() {
    try (var scratch = new Graph()) {
      var body = new BodyEnvironment(scratch, root.tf());
      var inside = root.scope("rnn").withOps(Ops.create(body));
      var value = inside.variable("w", Shape.of(2), TFloat32.class);
      assertSame(scratch, value.op().env());
      assertEquals("[2]", Shapes.text(value.shape()));
      assertEquals(List.of("rnn/w"), names());
      var again = inside.withReuse(Reuse.ALWAYS).variable("w", Shape.of(2), TFloat32.class);
      assertEquals(value.asOutput(), again.asOutput(), "one stand-in for one variable");
      assertEquals(1, body.captures().size());
    }
  }

  @Test
  void itsTextSaysWhereItIs() {
    assertEquals("VariableScope[root scope, NEVER]", root.toString());
    assertEquals("VariableScope[rnn, AUTO]", root.scope("rnn").withReuse(Reuse.AUTO).toString());
  }
}
