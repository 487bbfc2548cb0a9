package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Initializers;
import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/**
 * A cell as a user writes one: {@code h' = sigmoid(rate) * h + tanh(x * kernel)}, with a state of
 * ones to begin with.
 */
final class DecayCell implements TensorCell<TFloat64, Operand<TFloat64>> {
  private final int units;
  private final CellScope weights = CellScope.named("decay_cell");

  DecayCell(int units) {
    this.units = units;
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
    return Structure.tensor(Leaf.of("h", TFloat64.class, Shape.of(units)));
  }

  @Override
  public Operand<TFloat64> zeroState(Ops tf, Operand<TInt32> batchSize) {
    return tf.fill(tf.stack(List.of(batchSize, tf.constant(units))), tf.constant(1.0));
  }

  @Override
  public Step<Operand<TFloat64>, Operand<TFloat64>> step(
      VariableScope scope, Operand<TFloat64> x, Operand<TFloat64> h) {
    return weights.within(
        scope,
        own -> {
          var tf = own.tf();
          var kernel = own.variable("kernel", Shape.of(x.shape().get(1), units), TFloat64.class);
          var rate =
              own.variable("rate", Shape.of(units), TFloat64.class, Initializers.constant(2));
          var next =
              tf.math.add(
                  tf.math.mul(h, tf.math.sigmoid(rate)), tf.math.tanh(tf.linalg.matMul(x, kernel)));
          return new Step<>(next, next);
        });
  }
}
