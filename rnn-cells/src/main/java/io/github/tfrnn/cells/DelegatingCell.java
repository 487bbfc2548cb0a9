package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/** A cell that is another one with some of its settings fixed. */
abstract class DelegatingCell<T extends TFloating, S> implements ProjectsInput<T, S> {
  private final ProjectsInput<T, S> cell;

  DelegatingCell(ProjectsInput<T, S> cell) {
    this.cell = cell;
  }

  @Override
  public Class<T> type() {
    return cell.type();
  }

  @Override
  public Structure<Operand<T>> outputSize() {
    return cell.outputSize();
  }

  @Override
  public Structure<S> stateSize() {
    return cell.stateSize();
  }

  @Override
  public S zeroState(Ops tf, Operand<TInt32> batchSize) {
    return cell.zeroState(tf, batchSize);
  }

  @Override
  public Step<Operand<T>, S> step(VariableScope scope, Operand<T> x, S state) {
    return cell.step(scope, x, state);
  }

  @Override
  public Projection<T, S> project(VariableScope scope, Operand<T> inputs) {
    return cell.project(scope, inputs);
  }
}
