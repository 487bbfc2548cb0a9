package io.github.tfrnn.cells;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.ops.Reuse;
import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.testing.TestGraph;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat64;

/** How cells find, name and share their weights. */
class CellScopeTest {

  private static GruCell.Builder<TFloat64> gru() {
    return GruCell.builder(TFloat64.class, 2);
  }

  private static Operand<TFloat64> x(TestGraph test) {
    return test.random64(Shape.of(1, 2), Shape.of(1, 2));
  }

  private static List<String> kernels(VariableScope scope) {
    return scope.variables().stream()
        .map(variable -> variable.name())
        .filter(name -> name.endsWith("candidate/kernel"))
        .toList();
  }

  @Test
  void siblingsOfOneKindAreNumbered() {
    try (var test = new TestGraph()) {
      var scope = test.scope().scope("rnn");
      var x = x(test);
      gru().build().step(scope, x, x);
      gru().build().step(scope, x, x);
      assertEquals(
          List.of("rnn/gru_cell/candidate/kernel", "rnn/gru_cell_1/candidate/kernel"),
          kernels(scope));
    }
  }

  @Test
  void aGivenNameIsADefaultNameToo() {
    try (var test = new TestGraph()) {
      var scope = test.scope();
      var x = x(test);
      gru().name("reader").build().step(scope, x, x);
      gru().name("reader").build().step(scope, x, x);
      assertEquals(List.of("reader/candidate/kernel", "reader_1/candidate/kernel"), kernels(scope));
    }
  }

  /** The famous error of TensorFlow 1.x: a new cell where an old one already is. */
  @Test
  void aNewCellInAReenteredScopeIsToldThatTheWeightsExist() {
    try (var test = new TestGraph()) {
      var x = x(test);
      gru().build().step(test.scope().scope("rnn"), x, x);
      var second = gru().build();
      var e =
          assertThrows(
              IllegalStateException.class, () -> second.step(test.scope().scope("rnn"), x, x));
      assertTrue(
          e.getMessage()
              .startsWith("Variable rnn/gru_cell/gates/kernel already exists, disallowed."),
          e.getMessage());
      var again =
          assertThrows(
              IllegalStateException.class,
              () -> second.step(test.scope().scope("rnn"), x, x),
              "a cell without weights of its own must not take those of another at its next step");
      assertEquals(e.getMessage(), again.getMessage());
    }
  }

  /** testSharingWeightsWithReuse of TensorFlow 1.15. */
  @ParameterizedTest
  @EnumSource(
      value = Reuse.class,
      names = {"ALWAYS", "AUTO"})
  void aNewCellSharesWeightsWhereTheScopeAllowsIt(Reuse reuse) {
    try (var test = new TestGraph()) {
      var x = x(test);
      var first = gru().build().step(test.scope().scope("rnn"), x, x);
      var shared = gru().build().step(test.scope().scope("rnn").withReuse(reuse), x, x);
      var other = gru().build().step(test.scope().scope("other"), x, x);
      assertArrayEquals(test.value(first.output()), test.value(shared.output()), 0);
      assertNotEquals(test.value(first.output())[0], test.value(other.output())[0]);
    }
  }

  @Test
  void aCellThatReusesTakesExactlyItsName() {
    try (var test = new TestGraph()) {
      var scope = test.scope();
      var x = x(test);
      gru().build().step(scope, x, x);
      gru().reuse(Reuse.ALWAYS).build().step(scope, x, x);
      assertEquals(List.of("gru_cell/candidate/kernel"), kernels(scope));
    }
  }

  @Test
  void aCellThatReusesWhatIsNotThereIsRefused() {
    try (var test = new TestGraph()) {
      var x = x(test);
      var cell = gru().reuse(Reuse.ALWAYS).build();
      var e = assertThrows(IllegalStateException.class, () -> cell.step(test.scope(), x, x));
      assertTrue(
          e.getMessage().startsWith("Variable gru_cell/gates/kernel does not exist."),
          e.getMessage());
    }
  }

  @Test
  void aCellKeepsItsWeightsWhereverItIsCalled() {
    try (var test = new TestGraph()) {
      var x = x(test);
      var cell = gru().build();
      var here = cell.step(test.scope().scope("here"), x, x);
      var there = cell.step(test.scope().scope("there"), x, x);
      assertArrayEquals(test.value(here.output()), test.value(there.output()), 0);
      assertEquals(List.of("here/gru_cell/candidate/kernel"), kernels(test.scope()));
    }
  }

  @Test
  void aCellIsRefusedInASecondGraph() {
    try (var first = new TestGraph();
        var second = new TestGraph()) {
      var cell = gru().build();
      cell.step(first.scope().scope("rnn"), x(first), x(first));
      var x = x(second);
      var e =
          assertThrows(
              IllegalStateException.class, () -> cell.step(second.scope().scope("rnn"), x, x));
      assertEquals(
          "rnn/gru_cell: cell must stay in the graph that holds its weights, got a scope of another"
              + " graph. Make a new cell for that graph.",
          e.getMessage());
    }
  }

  /** testSharingWeightsWithDifferentNamescope of TensorFlow 1.15. */
  @Test
  void namesOfOpsDoNotReachTheVariables() {
    try (var test = new TestGraph()) {
      var x = x(test);
      var inside = test.scope().withOps(test.tf().withSubScope("tower"));
      gru().build().step(inside, x, x);
      assertEquals(List.of("gru_cell/candidate/kernel"), kernels(test.scope()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a/b"})
  void aNameThatIsNotOneNameIsRefused(String name) {
    var e = assertThrows(IllegalArgumentException.class, () -> CellScope.named(name));
    assertEquals(
        "cell: name must be one name without a slash, got \"" + name + "\"", e.getMessage());
  }
}
