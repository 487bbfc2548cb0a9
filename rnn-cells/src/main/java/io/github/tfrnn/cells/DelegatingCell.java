package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.ops.spi.LayerCell;
import io.github.tfrnn.ops.spi.PlainLayer;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/** A cell that is another one with some of its settings fixed. */
abstract class DelegatingCell<T extends TFloating, S>
    implements ProjectsInput<T, S>, LayerCell<T, S> {
  private final ProjectsInput<T, S> cell;
  private final LayerCell<T, S> layer;

  <C extends ProjectsInput<T, S> & LayerCell<T, S>> DelegatingCell(C cell) {
    this.cell = cell;
    layer = cell;
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
  public boolean hasIndependentRows() {
    return cell.hasIndependentRows();
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

  @Override
  @SuppressWarnings("exports") // not for users
  public PlainLayer<T, S> plainLayer() {
    return layer.plainLayer();
  }
}
