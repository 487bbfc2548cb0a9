package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/** What wrappers share that have the state of the cell they wrap. */
abstract class CellWrapper<T extends TFloating, S> implements ProjectsInput<T, S> {
  final TensorCell<T, S> cell;

  CellWrapper(TensorCell<T, S> cell) {
    this.cell = cell;
  }

  /** The cell inside. */
  public final TensorCell<T, S> wrapped() {
    return cell;
  }

  @Override
  public final Class<T> type() {
    return cell.type();
  }

  @Override
  public Structure<Operand<T>> outputSize() {
    return cell.outputSize();
  }

  @Override
  public final Structure<S> stateSize() {
    return cell.stateSize();
  }

  /** Whether those of the cell inside are. */
  @Override
  public boolean hasIndependentRows() {
    return cell.hasIndependentRows();
  }

  /** The state that the cell inside begins with. */
  @Override
  public S zeroState(Ops tf, Operand<TInt32> batchSize) {
    return cell.zeroState(tf, batchSize);
  }

  /** What a message begins with, for a wrapper without a scope of its own. */
  static String who(VariableScope scope, String kind) {
    return scope.name().isEmpty() ? kind : scope.name() + "/" + kind;
  }
}
