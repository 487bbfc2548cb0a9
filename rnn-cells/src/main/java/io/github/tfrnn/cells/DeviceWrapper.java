package io.github.tfrnn.cells;

import static java.util.Objects.requireNonNull;

import io.github.tfrnn.ops.VariableScope;
import org.tensorflow.DeviceSpec;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/**
 * Runs a cell on a device: the ops of its zero state and of its steps are placed there.
 *
 * <p>In a loop that holds for the steps in the loop's body and for the product of all inputs before
 * it. Ops that the gradient adds, and the variables, are where the runtime puts them. Variables and
 * their names are those of the cell.
 *
 * <p>Source: {@code tf.nn.rnn_cell.DeviceWrapper} of TensorFlow 1.15, which places variables that
 * the cell makes as well.
 */
public final class DeviceWrapper<T extends TFloating, S> extends CellWrapper<T, S> {
  private final DeviceSpec device;

  private DeviceWrapper(TensorCell<T, S> cell, DeviceSpec device) {
    super(requireNonNull(cell, "cell"));
    this.device = requireNonNull(device, "device");
  }

  /**
   * Returns {@code cell} on a device.
   *
   * @param device such as {@code
   *     DeviceSpec.newBuilder().deviceType(DeviceType.GPU).deviceIndex(0).build()}; one that the
   *     machine lacks fails the run
   */
  public static <T extends TFloating, S> DeviceWrapper<T, S> of(
      TensorCell<T, S> cell, DeviceSpec device) {
    return new DeviceWrapper<>(cell, device);
  }

  @Override
  public S zeroState(Ops tf, Operand<TInt32> batchSize) {
    return cell.zeroState(tf.withDevice(device), batchSize);
  }

  @Override
  public Step<Operand<T>, S> step(VariableScope scope, Operand<T> x, S state) {
    return cell.step(placed(scope), x, state);
  }

  @Override
  public Projection<T, S> project(VariableScope scope, Operand<T> inputs) {
    var projection = Projections.of(cell, placed(scope), inputs);
    return new Projection<>(
        projection.inputs(),
        (tf, projected, state) ->
            projection.recurrence().step(tf.withDevice(device), projected, state));
  }

  private VariableScope placed(VariableScope scope) {
    return scope.withOps(scope.tf().withDevice(device));
  }
}
