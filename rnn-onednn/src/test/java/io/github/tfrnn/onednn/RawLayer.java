package io.github.tfrnn.onednn;

import io.github.tfrnn.ops.spi.LayerEngines;
import io.github.tfrnn.testing.TestGraph;
import java.util.List;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The op of an LSTM with operands of any shapes, as a damaged graph might have it.
 *
 * @param inputs x, c, h, kernel and bias
 */
record RawLayer(GraphOperation op, List<Operand<TFloat32>> inputs, Operand<TInt32> lengths) {

  /**
   * Adds the op.
   *
   * @param fed shapes of x, c, h, kernel and bias when it runs; none is known before
   * @param lengths of the rows
   */
  static RawLayer lstm(TestGraph test, List<Shape> fed, int... lengths) {
    if (LayerEngines.named("ONEDNN").orElseThrow().obstacle().isPresent()) {
      throw new IllegalStateException("oneDNN must be there");
    }
    var inputs = fed.stream().map(s -> test.random32(Shape.unknown(), s)).toList();
    var rows = test.feedInts(lengths);
    var builder = test.graph().opBuilder(Formula.LSTM.op(), "lstm", test.tf().scope());
    builder.addInput(inputs.get(0).asOutput()).addInput(rows.asOutput());
    inputs.subList(1, 5).forEach((Operand<?> input) -> builder.addInput(input.asOutput()));
    var op =
        builder
            .setAttr(RnnOps.MASKED, true)
            .setAttr(RnnOps.RECOMPUTE, false)
            .setAttr(RnnOps.FORGET_BIAS, 1f)
            .build();
    return new RawLayer(op, inputs, rows);
  }

  /** The outputs of all steps. */
  Operand<TFloat32> y() {
    return op.<TFloat32>output(0);
  }

  /** Shapes that fit each other: three steps, two rows, four inputs, five units. */
  static List<Shape> fitting() {
    return List.of(
        Shape.of(3, 2, 4), Shape.of(2, 5), Shape.of(2, 5), Shape.of(9, 20), Shape.of(20));
  }
}
