package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat64;

/** Gives out what comes in, as output and as state: it shows what a wrapper does to them. */
final class EchoCell implements TensorCell<TFloat64, Operand<TFloat64>> {
  private final int width;

  EchoCell(int width) {
    this.width = width;
  }

  @Override
  public Class<TFloat64> type() {
    return TFloat64.class;
  }

  @Override
  public Structure<Operand<TFloat64>> outputSize() {
    return stateSize();
  }

  @Override
  public Structure<Operand<TFloat64>> stateSize() {
    return Structure.tensor(Leaf.of("h", TFloat64.class, Shape.of(width)));
  }

  @Override
  public Step<Operand<TFloat64>, Operand<TFloat64>> step(
      VariableScope scope, Operand<TFloat64> x, Operand<TFloat64> state) {
    return new Step<>(x, x);
  }
}
