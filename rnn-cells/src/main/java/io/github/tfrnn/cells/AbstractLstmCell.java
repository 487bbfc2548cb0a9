package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/** A cell with memory and output whose step begins with a product of its input. */
abstract class AbstractLstmCell<T extends TFloating> implements ProjectsInput<T, LstmState<T>> {
  private final Class<T> type;
  private final Structure<Operand<T>> outputSize;
  private final Structure<LstmState<T>> stateSize;
  private final CellScope scope;

  AbstractLstmCell(Class<T> type, CellScope scope, int units, int outputs) {
    this(type, scope, Shape.of(units), Shape.of(outputs), Shape.of(outputs));
  }

  /** A cell whose memory, state h and output have rows of these shapes. */
  AbstractLstmCell(Class<T> type, CellScope scope, Shape c, Shape h, Shape output) {
    this.type = type;
    this.scope = scope;
    outputSize = Structure.tensor(Leaf.of("h", type, output));
    stateSize = LstmState.structure(type, c, h);
  }

  @Override
  public final Class<T> type() {
    return type;
  }

  @Override
  public final Structure<Operand<T>> outputSize() {
    return outputSize;
  }

  @Override
  public final Structure<LstmState<T>> stateSize() {
    return stateSize;
  }

  @Override
  public boolean hasIndependentRows() {
    return true;
  }

  /**
   * {@inheritDoc}
   *
   * @param x shape {@code [B] + } a row of the input, whose width must be known while the graph is
   *     built
   * @param state c and h, each {@code [B] + } its row in {@link #stateSize()}
   * @return output {@code h'} and the state {@code (c', h')}
   */
  @Override
  public final Step<Operand<T>, LstmState<T>> step(
      VariableScope scope, Operand<T> x, LstmState<T> state) {
    return this.scope.within(
        scope,
        own -> {
          long depth = depth(own.name(), x);
          Fit.state(own.name(), stateSize, state, x);
          return weights(outside(own), depth).step(own.tf(), x, state);
        });
  }

  @Override
  public final Projection<T, LstmState<T>> project(VariableScope scope, Operand<T> inputs) {
    return this.scope.within(
        scope,
        own -> {
          long depth = depth(own.name(), inputs);
          var projection = weights(outside(own), depth).project(own.tf(), inputs);
          return new Projection<>(
              projection.inputs(),
              (tf, projected, state) -> {
                Fit.state(own.name(), stateSize, state, projected.get(0));
                return projection.recurrence().step(tf, projected, state);
              });
        });
  }

  /** Runs {@code build} in the scope of the cell. */
  final <R> R within(VariableScope scope, Function<VariableScope, R> build) {
    return this.scope.within(scope, build);
  }

  /** What is made of weights alone stays outside of a loop. */
  private static VariableScope outside(VariableScope own) {
    return own.withOps(Ops.create(own.graph()));
  }

  /** Returns D, the width of an input, once it is known to fit. */
  long depth(String who, Operand<T> x) {
    return Fit.depth(who, x, type);
  }

  /** Makes the weights in the scope of the cell, with ops outside of any loop. */
  abstract LstmWeights<T> weights(VariableScope own, long depth);
}
