package io.github.tfrnn.cells;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.github.tfrnn.ops.Shapes;
import io.github.tfrnn.testing.TestGraph;
import org.junit.jupiter.api.Test;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** The state of zeros that every cell gives. */
class ZeroStateTest {
  private final LstmCell<TFloat32> cell = LstmCell.builder(TFloat32.class, 4).projection(2).build();

  @Test
  void aKnownBatchSizeGivesAKnownShape() {
    try (var test = new TestGraph()) {
      var zeros = cell.zeroState(test.tf(), test.tf().constant(3));
      assertEquals(Shape.of(3, 4), zeros.c().shape());
      assertEquals(Shape.of(3, 2), zeros.h().shape());
      assertArrayEquals(new double[12], test.value(zeros.c()), 0);
    }
  }

  @Test
  void aBatchSizeOfTheRunGivesAKnownWidth() {
    try (var test = new TestGraph()) {
      var batch = test.feedInt(3);
      var zeros = cell.zeroState(test.tf(), batch);
      assertEquals("[?, 4]", Shapes.text(zeros.c().shape()));
      assertEquals(Shape.of(3, 4), test.shapeOf(zeros.c()));
      test.refeed(batch, TInt32.scalarOf(1));
      assertEquals(Shape.of(1, 4), test.shapeOf(zeros.c()));
    }
  }

  /** A state that was returned may be fed, as scripts of TensorFlow 1.x do. */
  @Test
  void itsTensorsMayBeFed() {
    try (var test = new TestGraph()) {
      var zeros = cell.zeroState(test.tf(), test.tf().constant(1));
      var x = test.random32(Shape.of(1, 3), Shape.of(1, 3));
      var step = cell.step(test.scope(), x, zeros);
      double before = test.value(step.output())[0];
      test.refeed(zeros.h(), TFloat32.tensorOf(Shape.of(1, 2), t -> t.setFloat(1, 0, 0)));
      assertNotEquals(before, test.value(step.output())[0]);
    }
  }
}
