package io.github.tfrnn.cells;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.rnn.Engine;
import io.github.tfrnn.rnn.Rnn;
import io.github.tfrnn.testing.TestGraph;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.tensorflow.DeviceSpec;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TFloat64;

class DeviceWrapperTest {
  private static final DeviceSpec CPU =
      DeviceSpec.newBuilder().deviceType(DeviceSpec.DeviceType.CPU).deviceIndex(0).build();

  private static DeviceWrapper<TFloat64, LstmState<TFloat64>> onCpu() {
    return DeviceWrapper.of(BasicLstmCell.builder(TFloat64.class, 3).build(), CPU);
  }

  private static boolean placed(NodeDef node) {
    return node.getDevice().toLowerCase(Locale.ROOT).contains("cpu:0");
  }

  private static boolean placed(TestGraph test, String op) {
    return test.graph().toGraphDef().getNodeList().stream()
        .anyMatch(node -> node.getName().equals(op) && placed(node));
  }

  /** testDeviceWrapper of TensorFlow 1.15. */
  @Test
  void aStepIsOnTheDevice() {
    try (var test = new TestGraph()) {
      var cell = onCpu();
      var x = test.random64(Shape.of(2, 4), Shape.of(2, 4));
      var zeros = cell.zeroState(test.tf(), test.tf().constant(2));
      var step = cell.step(test.scope(), x, zeros);
      assertTrue(placed(test, zeros.c().op().name()), "zero state");
      assertTrue(placed(test, step.output().op().name()), "output");
      assertTrue(placed(test, step.state().c().op().name()), "state");
    }
  }

  @Test
  void theBodyOfALoopIsOnTheDevice() {
    try (var test = new TestGraph()) {
      var x = test.random64(Shape.of(2, 5, 4), Shape.of(2, 5, 4));
      Rnn.dynamicRnn(test.scope(), onCpu(), x, o -> o.engine(Engine.LOOP));
      var graph = test.graph().toGraphDef();
      var products =
          graph.getNodeList().stream().filter(node -> node.getOp().equals("MatMul")).toList();
      assertEquals(1, products.size(), "products outside of the loop");
      assertTrue(placed(products.get(0)));
      var sigmoids =
          graph.getLibrary().getFunctionList().stream()
              .flatMap(function -> function.getNodeDefList().stream())
              .filter(node -> node.getOp().equals("Sigmoid"))
              .toList();
      assertTrue(sigmoids.size() >= 3, "gates in the loop");
      sigmoids.forEach(node -> assertTrue(placed(node), node.getName()));
    }
  }

  @Test
  void theNumbersAreThoseOfTheCell() {
    try (var test = new TestGraph()) {
      var x = test.random64(Shape.of(2, 5, 4), Shape.of(2, 5, 4));
      var cell = BasicLstmCell.builder(TFloat64.class, 3).build();
      var plain = Rnn.dynamicRnn(test.scope(), cell, x);
      var wrapped = Rnn.dynamicRnn(test.scope(), DeviceWrapper.of(cell, CPU), x);
      var values = test.values(List.of(plain.outputs(), wrapped.outputs()));
      assertArrayEquals(values.get(0), values.get(1));
      assertEquals(2, test.scope().variables().size());
    }
  }

  @Test
  void handsOutTheCell() {
    var cell = new DecayCell(2);
    assertSame(cell, DeviceWrapper.of(cell, CPU).wrapped());
  }
}
