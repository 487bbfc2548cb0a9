package io.github.tfrnn.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.testing.Refusals;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.DeviceSpec;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;

/** Op names of {@link NamingScope}, alone and beside those that TensorFlow-Java gives. */
class NamingScopeTest {
  private final Graph graph = new Graph();
  private final Ops tf = NamingScope.ops(graph);

  @AfterEach
  void close() {
    graph.close();
  }

  private static String constant(Ops tf) {
    return tf.constant(1f).op().name();
  }

  @Test
  void namesAreCountedInEachScope() {
    var rnn = tf.withSubScope("rnn");
    assertEquals(
        List.of("Const", "Const_1", "rnn/Const", "rnn/Const_1", "rnn/cell/Const", "rnn_1/Const"),
        List.of(
            constant(tf),
            constant(tf),
            constant(rnn),
            constant(rnn),
            constant(rnn.withSubScope("cell")),
            constant(tf.withSubScope("rnn"))));
  }

  @Test
  void aGivenNameReplacesTheDefaultOnce() {
    var named = tf.withSubScope("rnn").withName("one");
    assertEquals("rnn/one", constant(named));
    assertEquals("rnn/one_1", constant(named));
    assertEquals("rnn/one_2/Const", constant(named.withSubScope("ignored")));
  }

  @Test
  void namesDoNotMeetThoseOfTensorFlowJava() {
    var theirs = Ops.create(graph);
    assertEquals("Const", constant(theirs));
    assertEquals("Const_1", constant(tf));
    assertEquals("Const_2", constant(theirs));
    assertEquals("rnn/Const", constant(tf.withSubScope("rnn")));
    assertEquals("rnn_1/Const", constant(theirs.withSubScope("rnn")));
  }

  @Test
  void namesDoNotMeetThoseOfAnImportedGraph() {
    try (var other = new Graph()) {
      constant(NamingScope.ops(other).withSubScope("rnn"));
      constant(NamingScope.ops(other));
      graph.importGraphDef(other.toGraphDef());
      assertEquals("Const_1", constant(tf));
      assertEquals("rnn/Const_1", constant(tf.withSubScope("rnn")));
    }
  }

  @Test
  void devicesControlsAndInitializersAreThoseOfTensorFlowJava() {
    var first = tf.withSubScope("a").constant(1f);
    var cpu = DeviceSpec.newBuilder().deviceType(DeviceSpec.DeviceType.CPU).deviceIndex(0).build();
    var after = tf.withSubScope("b").withDevice(cpu).withControlDependencies(List.<Op>of(first));
    var second = after.withSubScope("c").constant(2f);
    assertEquals("b/c/Const", second.op().name());
    assertTrue(((GraphOperation) second.op()).device().endsWith("CPU:0"));
    assertEquals(
        List.of("^a/Const"),
        graph.toGraphDef().getNodeList().stream()
            .filter(node -> node.getName().equals("b/c/Const"))
            .findFirst()
            .orElseThrow()
            .getInputList());

    var init = tf.withSubScope("d").withInitScope();
    assertTrue(init.scope().isInit());
    assertTrue(graph.isInitializer(init.withSubScope("e").constant(1f).op()));
    assertSame(graph, init.scope().env());
  }

  @Test
  void aBadNameIsRefused() {
    assertEquals(
        "op: name must be letters, digits, '_', '.' and '-', not beginning with '_' or '-', got"
            + " \"a/b\"",
        Refusals.argument(() -> tf.withSubScope("a/b")));
    Refusals.argument(() -> tf.withName("_a"));
  }

  @Test
  void openingScopesTakesTheSameTimeInALargeGraph() {
    for (int i = 0; i < 5000; i++) {
      tf.constant(1f);
    }
    // TensorFlow-Java's own scope takes some milliseconds for each.
    assertTimeout(
        Duration.ofSeconds(5),
        () -> {
          for (int i = 0; i < 2000; i++) {
            tf.withSubScope("rnn").withSubScope("cell");
          }
        });
  }
}
