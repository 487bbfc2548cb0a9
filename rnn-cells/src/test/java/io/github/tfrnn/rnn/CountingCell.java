package io.github.tfrnn.rnn;

import io.github.tfrnn.cells.Step;
import io.github.tfrnn.cells.TensorCell;
import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/** A cell whose results are known by hand: adds 1 to its input and to its state. */
record CountingCell(int width) implements TensorCell<TFloat32, Operand<TFloat32>> {

  @Override
  public Class<TFloat32> type() {
    return TFloat32.class;
  }

  @Override
  public Structure<Operand<TFloat32>> outputSize() {
    return stateSize();
  }

  @Override
  public Structure<Operand<TFloat32>> stateSize() {
    return Structure.tensor(Leaf.of("count", TFloat32.class, Shape.of(width)));
  }

  @Override
  public Step<Operand<TFloat32>, Operand<TFloat32>> step(
      VariableScope scope, Operand<TFloat32> x, Operand<TFloat32> state) {
    var tf = scope.tf();
    var one = tf.constant(1f);
    return new Step<>(tf.math.add(x, one), tf.math.add(state, one));
  }
}
