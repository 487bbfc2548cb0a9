package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.testing.TestGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/**
 * One step of a cell as the tests of TensorFlow 1.15 make it: in a scope whose initializer is 0.5
 * everywhere, with inputs that are the same in each column.
 */
final class ConstantWeights {
  private ConstantWeights() {}

  /**
   * Runs the step.
   *
   * @param depth the width of the input
   * @param state what all elements of the state are
   * @param rows what all elements of each row of the input are
   * @return the elements of the output, then those of each part of the new state
   */
  static <S> List<double[]> step(
      TensorCell<TFloat32, S> cell, int depth, float state, float... rows) {
    try (var test = new TestGraph()) {
      var scope = test.scope().scope("root").withInitializer(Initializers.constant(0.5));
      var elements = new float[rows.length * depth];
      for (int row = 0; row < rows.length; row++) {
        Arrays.fill(elements, row * depth, (row + 1) * depth, rows[row]);
      }
      var shape = Shape.of(rows.length, depth);
      var parts = new ArrayList<Operand<TFloat32>>();
      for (var leaf : cell.stateSize().leaves()) {
        parts.add(filled(test, leaf.withBatch(rows.length), state));
      }
      var step =
          cell.step(scope, test.feed32(shape, shape, elements), cell.stateSize().pack(parts));
      var results = new ArrayList<Operand<?>>();
      results.add(step.output());
      results.addAll(cell.stateSize().flatten(step.state()));
      return test.values(results);
    }
  }

  private static Operand<TFloat32> filled(TestGraph test, Shape shape, float value) {
    var elements = new float[(int) shape.size()];
    Arrays.fill(elements, value);
    return test.feed32(shape, shape, elements);
  }
}
