package io.github.tfrnn.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** How scopes name ops, beside variables: the assertions of TensorFlow's variable_scope_test.py. */
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

  /** testVarScopeNameScope. */
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

  /** testVarOpScopeOuterScope. */
  @Test
  void everyJumpGetsANumberForItsOps() {
    var tower = root.scope("tower");
    var x = root.tf().withSubScope("X");
    assertEquals("X/tower/", opScope(tower.reentered(x).tf()));
    assertEquals("X/tower_1/", opScope(tower.reentered(x).tf()));
    assertEquals("X/tower_2/", opScope(tower.reentered(x).tf()));
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

  /** testVarScopeOriginalNameScope. */
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

  /** testAuxiliaryNameScopeIsFalse. */
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

  /** The second program in the doc of tf.variable_scope. */
  @Test
  void theValueOfAScopeIsTheScopeWithItsOriginalNames() {
    var foo = root.scope("foo");
    assertEquals("foo/w", w(foo));
    assertEquals("foo/c", foo.tf().withName("c").constant(1f).op().name());
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
