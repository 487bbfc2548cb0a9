package io.github.tfrnn.onednn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Native code trusts sizes; what does not fit fails the run before, and only that run. */
@EnabledOnOs(OS.LINUX) // where the engine runs
class BadOperandsTest {
  private final TestGraph test = new TestGraph();

  @AfterEach
  void close() {
    test.close();
  }

  private static Stream<Arguments> misfits() {
    return Stream.of(
        Arguments.of(0, Shape.of(3, 2), "x must have a rank of 3, got shape [3, 2]"),
        Arguments.of(0, Shape.of(3, 2, 0), "x must have a depth of at least 1"),
        Arguments.of(0, Shape.of(3, 7, 4), "initial_c must have shape [7, 5], got shape [2, 5]"),
        Arguments.of(1, Shape.of(2, 6), "initial_c must have shape [2, 5], got shape [2, 6]"),
        Arguments.of(2, Shape.of(5), "initial_h must have a rank of 2, got shape [5]"),
        Arguments.of(2, Shape.of(2, 0), "initial_h must have at least one unit"),
        Arguments.of(3, Shape.of(8, 20), "kernel_0 must have shape [9, 20], got shape [8, 20]"),
        Arguments.of(3, Shape.scalar(), "kernel_0 must have shape [9, 20], got shape []"),
        Arguments.of(4, Shape.of(15), "bias_0 must have shape [20], got shape [15]"));
  }

  @ParameterizedTest(name = "{2}")
  @MethodSource("misfits")
  void aShapeThatDoesNotFitFailsTheRun(int operand, Shape shape, String message) {
    var shapes = new ArrayList<>(RawLayer.fitting());
    shapes.set(operand, shape);
    var op = RawLayer.lstm(test, shapes, 3, 1);
    var error = assertThrows(TFInvalidArgumentException.class, () -> test.value(op.y()));
    assertTrue(String.valueOf(error.getMessage()).contains(message), error.getMessage());
  }

  @Test
  void lengthsOfAnotherNumberThanTheRowsFailTheRunAndTheNextOneIsFine() {
    var op = RawLayer.lstm(test, RawLayer.fitting(), 3, 1, 2);
    var error = assertThrows(TFInvalidArgumentException.class, () -> test.value(op.y()));
    assertTrue(error.getMessage().contains("lengths must have shape [2], got shape [3]"));
    test.refeed(op.lengths(), TInt32.vectorOf(3, 1));
    assertEquals(30, test.value(op.y()).length);
  }

  @Test
  void weightsThatAreNoNumbersGiveNoNumbersAndNothingElse() {
    var op = RawLayer.lstm(test, RawLayer.fitting(), 3, 1);
    var bias = TFloat32.tensorOf(Shape.of(20));
    bias.scalars().forEach(value -> value.setFloat(Float.NaN));
    test.refeed(op.inputs().get(4), bias);
    var y = test.value(op.y());
    assertTrue(Double.isNaN(y[0]), "inside a row");
    assertEquals(0, y[y.length - 1], "past the end of the second row");
  }

  @Test
  void shapesAreKnownBeforeTheRunAsFarAsThoseOfTheOperandsAre() {
    var x = test.random32(Shape.of(-1, -1, 4), Shape.of(3, 2, 4));
    var h = test.random32(Shape.of(2, 5), Shape.of(2, 5));
    var tf = test.tf();
    RawLayer.lstm(test, RawLayer.fitting(), 3, 1); // registers the ops
    var op =
        test.graph()
            .opBuilder(Formula.TANH_RNN.op(), "rnn", tf.scope())
            .addInput(x.asOutput())
            .addInput(tf.constant(new int[0]).asOutput())
            .addInput(h.asOutput())
            .addInput(test.random32(Shape.of(9, 5), Shape.of(9, 5)).asOutput())
            .addInput(test.random32(Shape.of(5), Shape.of(5)).asOutput())
            .setAttr(RnnOps.MASKED, false)
            .setAttr(RnnOps.RECOMPUTE, false)
            .setAttr(RnnOps.FORGET_BIAS, 0f)
            .build();
    assertArrayEquals(new long[] {-1, 2, 5}, op.output(0).shape().asArray());
    assertEquals(Shape.of(2, 5), op.output(1).shape());
    assertEquals(Shape.scalar(), op.output(3).shape());
  }

  @Test
  void aMatrixForTheSequenceIsRefusedWhileTheGraphIsBuilt() {
    RawLayer.lstm(test, RawLayer.fitting(), 3, 1); // registers the ops
    var tf = test.tf();
    var matrix = test.random32(Shape.of(3, 4), Shape.of(3, 4)).asOutput();
    var builder =
        test.graph()
            .opBuilder(Formula.TANH_RNN.op(), "rnn", tf.scope())
            .addInput(matrix)
            .addInput(tf.constant(new int[0]).asOutput())
            .addInput(matrix)
            .addInput(matrix)
            .addInput(matrix)
            .setAttr(RnnOps.MASKED, false)
            .setAttr(RnnOps.RECOMPUTE, false)
            .setAttr(RnnOps.FORGET_BIAS, 0f);
    var error = assertThrows(TFInvalidArgumentException.class, builder::build);
    assertTrue(error.getMessage().contains("rank 3"), error.getMessage());
  }
}
