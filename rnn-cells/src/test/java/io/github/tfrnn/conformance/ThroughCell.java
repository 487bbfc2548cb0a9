package io.github.tfrnn.conformance;

import io.github.tfrnn.cells.Step;
import io.github.tfrnn.cells.TensorCell;
import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.family.TFloating;

/** {@code h' = tanh(x + h)}: a layer without weights for rows of any shape. */
record ThroughCell<T extends TFloating>(Class<T> type, Shape row)
    implements TensorCell<T, Operand<T>> {

  @Override
  public Structure<Operand<T>> outputSize() {
    return stateSize();
  }

  @Override
  public Structure<Operand<T>> stateSize() {
    return Structure.tensor(Leaf.of("h", type, row));
  }

  @Override
  public Step<Operand<T>, Operand<T>> step(VariableScope scope, Operand<T> x, Operand<T> h) {
    var next = scope.tf().math.tanh(scope.tf().math.add(x, h));
    return new Step<>(next, next);
  }
}
