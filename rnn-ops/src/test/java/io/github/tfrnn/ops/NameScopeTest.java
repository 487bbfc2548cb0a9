package io.github.tfrnn.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** How scopes name ops, beside variables: assertions of variable_scope_test.py, TensorFlow 1.15. */
class NameScopeTest {
  private final Graph graph = new Graph();
  private final VariableScope root = VariableScope.of(graph);

  @AfterEach
  void close() {
    graph.close();
  }

  /** What {@code with tf.name_scope(name) as s} would give for s. */
  private static String opScope(Ops tf, String name) {
    return opScope(tf.withSubScope(name));
  }

  private static String opScope(Ops tf) {
    String constant = tf.constant(1f).op().name();
    return constant.substring(0, constant.lastIndexOf('/') + 1);
  }

  private static String w(VariableScope scope) {
    return scope.variable("w", Shape.of(1), TFloat32.class).op().name().replace("/read", "");
  }

  /** testVarScope. */
  @Test
  void aJumpNamesVariablesByItsTargetAndOpsByWhereItIs() {
    var tower4 = root.scope("tower4");
    assertEquals("tower4/scope/", opScope(tower4.tf(), "scope"));
    var tower6 = root.scope("tower6");
    var jumped = tower4.reentered(tower6.tf());
    assertEquals("tower4", jumped.name());
    assertEquals("tower6/tower4/scope/", opScope(jumped.tf(), "scope"));
    assertEquals("tower4/w", w(jumped));
  }

  /** testVarScopeNameScope. */
  @Test
  void everyJumpGetsANumberForItsOps() {
    var tower = root.scope("tower");
    var x = root.tf().withSubScope("X");
    assertEquals("X/tower/", opScope(tower.reentered(x).tf()));
    assertEquals("X/tower_1/", opScope(tower.reentered(x).tf()));
    assertEquals("X/tower_2/", opScope(tower.reentered(x).tf()));
    assertEquals("X/scope2/", opScope(root.reentered(x).tf(), "scope2"), "the root adds none");
    assertEquals("tower/w", w(tower.reentered(x)));
  }

  @Test
  void aJumpIntoAnInnerScopeNamesOpsByTheLastPart() {
    var cell = root.scope("rnn").scope("cell");
    assertEquals("cell/", opScope(cell.reentered(root.tf()).tf()));
    assertEquals("rnn/cell", cell.reentered(root.tf()).name());
    assertEquals("X/", opScope(root.reentered(root.tf().withSubScope("X")).tf()));
  }

  /** testVarOpScopeReuse. */
  @Test
  void reuseOfAScopeThatWasLeftCountsDefaultNamesAgain() {
    var outer = root.scope("outer");
    assertEquals("outer/tower/w", w(outer.scope("tower")));
    var first = outer.uniqueScope("default");
    assertEquals("outer/default/w", w(first));
    assertEquals("outer/default/scope2/", opScope(first.tf(), "scope2"));

    var again = outer.reentered(root.tf()).withReuse(Reuse.ALWAYS);
    var tower = again.scope("tower");
    assertEquals("outer/tower/w", w(tower));
    assertEquals("outer_1/tower/scope2/", opScope(tower.tf(), "scope2"));
    var inner = again.uniqueScope("default");
    assertEquals("outer/default/w", w(inner));
    assertEquals("outer_1/default/scope2/", opScope(inner.tf(), "scope2"));
  }

  /** testVarScopeNestedOuterScope. */
  @Test
  void aScopeMayBeEnteredAgainInsideItself() {
    var outer = root.scope("outer");
    var again = outer.reentered(outer.tf());
    assertEquals("outer/w", w(again));
    assertEquals("outer/outer/scope2/", opScope(again.tf(), "scope2"));
    var inner = outer.scope("default");
    assertEquals("outer/default/w", w(inner));
    assertEquals("outer/default/scope2/", opScope(inner.tf(), "scope2"));

    var third = outer.reentered(outer.tf()).withReuse(Reuse.ALWAYS);
    assertEquals("outer/w", w(third));
    assertEquals("outer/outer_1/scope2/", opScope(third.tf(), "scope2"));
    var reused = outer.scope("default").withReuse(Reuse.ALWAYS);
    assertEquals("outer/default/w", w(reused));
    assertEquals("outer/default_1/scope2/", opScope(reused.tf(), "scope2"));
  }

  /** testVarScopeOriginalNameScope. */
  @Test
  void enteringAgainKeepsTheOriginalNameScope() {
    var tower = VariableScope.of(Ops.create(graph).withSubScope("scope1")).scope("tower");
    assertEquals("scope1/tower/", tower.originalNameScope());
    assertEquals("scope1/tower/scope2/", opScope(tower.tf(), "scope2"));
    var again = tower.reentered(root.tf().withSubScope("scope2"));
    assertEquals("scope1/tower/", again.originalNameScope());
    assertEquals("scope2/tower/foo/", opScope(again.tf(), "foo"));
    assertEquals("scope1/tower/bar/", opScope(tower.tf(), "bar"));
    assertEquals("scope1/tower/bar_1/", opScope(tower.tf(), "bar"));
  }

  @Test
  void theOriginalNameScopeIsThatOfTheFirstEntry() {
    assertEquals("", root.originalNameScope());
    var scope = root.scope("testname");
    assertEquals("testname/", scope.originalNameScope());
    var foo = VariableScope.of(Ops.create(graph).withSubScope("foo")).scope("testname");
    assertEquals("foo/testname/", foo.originalNameScope());
    assertEquals("testname/", scope.reentered(foo.tf()).originalNameScope());
    assertEquals("testname/", scope.reopened().withTrainable(false).originalNameScope());
    assertEquals("testname_1/", root.scope("testname").originalNameScope());
    assertEquals("testname_2/inner/", root.scope("testname").scope("inner").originalNameScope());
  }

  /** testBasicWhenAuxiliaryNameScopeIsFalse. */
  @Test
  void aPureScopeLeavesTheNamesOfOps() {
    var scope = root.pureScope("scope");
    assertEquals("scope/w", w(scope));
    assertEquals("c", scope.tf().withName("c").constant(1f).op().name());
    assertEquals("", scope.originalNameScope());

    var outer = root.scope("outer");
    var inner = outer.pureScope("inner");
    assertEquals("outer/inner", inner.name());
    assertEquals("outer/", inner.originalNameScope());
    assertEquals("outer/inner/w", w(inner));
    assertEquals("outer/c", inner.tf().withName("c").constant(1f).op().name());
    assertEquals("outer/inner/", opScope(outer.scope("inner").tf()), "the name is still free");
  }

  /** testCreatedByDefaultNameWhenAuxiliaryNameScopeIsFalse. */
  @Test
  void aPureScopeMayHaveADefaultName() {
    var scope = root.pureUniqueScope("default");
    assertEquals("", scope.originalNameScope());
    assertEquals("default/w", w(scope));
    assertEquals("c", scope.tf().withName("c").constant(1f).op().name());
    assertEquals("default/", opScope(root.tf(), "default"), "the name is still free");
    assertEquals("default_1/w", w(root.pureUniqueScope("default")));

    var outer = root.scope("outer");
    var inner = outer.pureUniqueScope("default");
    assertEquals("outer/", inner.originalNameScope());
    assertEquals("outer/default/w", w(inner));
    assertEquals("outer/c", inner.tf().withName("c").constant(1f).op().name());
  }

  /** testReenterRootScopeWhenAuxiliaryNameScopeIsFalse. */
  @Test
  void withOpsIsAJumpThatNamesNoOps() {
    var inside = root.withOps(root.scope("outer").tf());
    assertEquals("", inside.originalNameScope());
    assertEquals("w", w(inside));
    assertEquals("outer/c1", inside.tf().withName("c1").constant(1f).op().name());
  }

  /** testReuseScopeWithoutNameScopeCollision. */
  @Test
  void theValueOfAScopeIsTheScopeWithItsOriginalNames() {
    var inner = root.scope("outer").scope("inner");
    root.scope("another");
    assertEquals("outer/inner/w", w(inner));
    assertEquals("outer/inner/c", inner.tf().withName("c").constant(1f).op().name());
    assertEquals("inner/", opScope(root.tf(), "inner"), "the name is still free");
  }

  @Test
  void namesOfOpsThatAVariableBringsLeaveThoseOfScopesAlone() {
    root.scope("a")
        .withRegularizer(Regularizers.l2(1))
        .withPartitioner(Partitioner.fixedSize(2))
        .variable("b", Shape.of(2), TFloat32.class);
    assertEquals("a_1/", opScope(root.tf(), "a"), "only scope(\"a\") took the name");
  }
}
