package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;

/** Gives twice its input, rows of two by three, which it doubles for all steps at once. */
final class DoublingCell implements ProjectsInput<TFloat64, Operand<TFloat64>> {

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
    return Structure.tensor(Leaf.of("h", TFloat64.class, Shape.of(2, 3)));
  }

  @Override
  public Step<Operand<TFloat64>, Operand<TFloat64>> step(
      VariableScope scope, Operand<TFloat64> x, Operand<TFloat64> h) {
    var next = doubled(scope.tf(), x);
    return new Step<>(next, next);
  }

  @Override
  public Projection<TFloat64, Operand<TFloat64>> project(
      VariableScope scope, Operand<TFloat64> inputs) {
    return new Projection<>(doubled(scope.tf(), inputs), (tf, x, h) -> new Step<>(x, x));
  }

  private static Operand<TFloat64> doubled(Ops tf, Operand<TFloat64> x) {
    return tf.math.mul(x, tf.constant(2.0));
  }
}
