package io.github.tfrnn.conformance;

import io.github.tfrnn.cells.CellScope;
import io.github.tfrnn.cells.Step;
import io.github.tfrnn.cells.TensorCell;
import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.family.TFloating;

/** {@code h' = tanh(x * input + h * kernel)}, as a user would write it: without a projection. */
final class ElmanCell<T extends TFloating> implements TensorCell<T, Operand<T>> {
  private static final int UNITS = 3;

  private final CellScope weights = CellScope.named("elman_cell");
  private final Class<T> type;

  ElmanCell(Class<T> type) {
    this.type = type;
  }

  @Override
  public Class<T> type() {
    return type;
  }

  @Override
  public Structure<Operand<T>> outputSize() {
    return stateSize();
  }

  @Override
  public Structure<Operand<T>> stateSize() {
    return Structure.tensor(Leaf.of("h", type, Shape.of(UNITS)));
  }

  @Override
  public Step<Operand<T>, Operand<T>> step(VariableScope scope, Operand<T> x, Operand<T> h) {
    return weights.within(
        scope,
        own -> {
          var tf = own.tf();
          var input = own.variable("input", Shape.of(x.shape().get(1), UNITS), type);
          var kernel = own.variable("kernel", Shape.of(UNITS, UNITS), type);
          var next =
              tf.math.tanh(tf.math.add(tf.linalg.matMul(x, input), tf.linalg.matMul(h, kernel)));
          return new Step<>(next, next);
        });
  }
}
