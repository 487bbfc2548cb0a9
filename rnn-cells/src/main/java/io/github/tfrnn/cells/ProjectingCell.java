package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Activation;
import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * A cell with H units and a state of one row, whose step is a projection of x and then what needs
 * the state. A single step is both, one after the other, so that it gives what a driver gives.
 */
abstract class ProjectingCell<T extends TFloating> implements ProjectsInput<T, Operand<T>> {
  final Class<T> type;
  final int units;
  final Activation<T> activation;
  final WeightInitializers initializers;
  private final String stateName;
  private final CellScope scope;

  /**
   * Takes over the common settings.
   *
   * @param stateName what the state is called, h or c
   */
  ProjectingCell(WeightsBuilder<T, ?> builder, String stateName) {
    this.type = builder.type;
    this.units = builder.units;
    this.activation = builder.activation;
    this.initializers = builder.initializers();
    this.stateName = stateName;
    this.scope = builder.scope();
  }

  /**
   * Makes or hands out the weights and splits the cell.
   *
   * @param own the scope of the cell; its ops stand outside of a loop, for what is made of weights
   *     alone
   * @param tf the ops to project x with
   * @param x shape {@code [rows, D]}
   * @param depth D
   */
  abstract Projection<T, Operand<T>> split(VariableScope own, Ops tf, Operand<T> x, long depth);

  /** Refuses a D that the cell cannot take. */
  void requireDepth(String who, long depth) {}

  @Override
  public final boolean hasIndependentRows() {
    return true;
  }

  @Override
  public final Class<T> type() {
    return type;
  }

  @Override
  public final Structure<Operand<T>> outputSize() {
    return Structure.tensor(Leaf.of("h", type, Shape.of(units)));
  }

  @Override
  public final Structure<Operand<T>> stateSize() {
    return Structure.tensor(Leaf.of(stateName, type, Shape.of(units)));
  }

  /**
   * {@inheritDoc}
   *
   * @param x shape {@code [B, D]}; D must be known while the graph is built
   * @param state shape {@code [B, H]}
   * @return the output and the new state, both of shape {@code [B, H]}
   */
  @Override
  public final Step<Operand<T>, Operand<T>> step(
      VariableScope scope, Operand<T> x, Operand<T> state) {
    return this.scope.within(
        scope,
        own -> {
          long depth = depth(own, x);
          Fit.state(own.name(), stateSize(), state, x);
          var both = split(own.withOps(Ops.create(own.graph())), own.tf(), x, depth);
          return both.recurrence().step(own.tf(), both.inputs(), state);
        });
  }

  @Override
  public final Projection<T, Operand<T>> project(VariableScope scope, Operand<T> inputs) {
    return this.scope.within(
        scope,
        own -> {
          var both = split(own, own.tf(), inputs, depth(own, inputs));
          return new Projection<>(
              both.inputs(),
              (tf, projected, state) -> {
                Fit.state(own.name(), stateSize(), state, projected.get(0));
                return both.recurrence().step(tf, projected, state);
              });
        });
  }

  private long depth(VariableScope own, Operand<T> x) {
    long depth = Fit.depth(own.name(), x, type);
    requireDepth(own.name(), depth);
    return depth;
  }
}
