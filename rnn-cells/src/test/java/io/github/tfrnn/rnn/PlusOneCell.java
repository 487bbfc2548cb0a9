package io.github.tfrnn.rnn;

import io.github.tfrnn.cells.RnnCell;
import io.github.tfrnn.cells.Step;
import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Adds 1 to each part of its input and of its state: DummyMultiDimensionalLSTM and NestedRNNCell of
 * TensorFlow 1.15 in one.
 *
 * @param rows the shape of a row of each part
 */
record PlusOneCell(List<Shape> rows)
    implements RnnCell<List<Operand<TFloat32>>, List<Operand<TFloat32>>, List<Operand<TFloat32>>> {

  @Override
  public Structure<List<Operand<TFloat32>>> inputSize() {
    var leaves = new ArrayList<Leaf>();
    for (var row : rows) {
      leaves.add(Leaf.of("part" + leaves.size(), TFloat32.class, row));
    }
    return Structure.of(leaves, List::copyOf, PlusOneCell::typed);
  }

  @SuppressWarnings("unchecked") // all parts are of this type
  private static List<Operand<TFloat32>> typed(List<Operand<?>> parts) {
    var typed = new ArrayList<Operand<TFloat32>>();
    parts.forEach(part -> typed.add((Operand<TFloat32>) part));
    return typed;
  }

  @Override
  public Structure<List<Operand<TFloat32>>> outputSize() {
    return inputSize();
  }

  @Override
  public Structure<List<Operand<TFloat32>>> stateSize() {
    return inputSize();
  }

  @Override
  public Step<List<Operand<TFloat32>>, List<Operand<TFloat32>>> step(
      VariableScope scope, List<Operand<TFloat32>> x, List<Operand<TFloat32>> state) {
    return new Step<>(plusOne(scope.tf(), x), plusOne(scope.tf(), state));
  }

  private static List<Operand<TFloat32>> plusOne(Ops tf, List<Operand<TFloat32>> parts) {
    var sums = new ArrayList<Operand<TFloat32>>();
    parts.forEach(part -> sums.add(tf.math.add(part, tf.constant(1f))));
    return sums;
  }
}
