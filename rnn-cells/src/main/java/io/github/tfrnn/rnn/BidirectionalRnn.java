package io.github.tfrnn.rnn;

import io.github.tfrnn.cells.LayerStates;
import io.github.tfrnn.cells.RnnCell;
import io.github.tfrnn.cells.TensorCell;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import java.util.List;
import java.util.function.UnaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TType;

/**
 * Runs two cells over sequences, one from the first step to the last and one from the last to the
 * first.
 *
 * <p>Output t of the backward cell is what it gives after the steps {@code n - 1, ..., t}, and its
 * last state is that after step 0. With lengths, n is the length of each row: the backward cell
 * begins at the row's own last step, and what {@link Rnn} says about steps behind the end holds for
 * both. As the backward loop walks through the inputs as they lie, a part of the state that all
 * rows share sees row r at its own step t together with step t of the others; in TensorFlow 1.15,
 * which reverses each row first, it sees their last steps together.
 *
 * <p>The cells must be two objects, which may be of two kinds. The static drivers and the dynamic
 * ones give the same numbers and the same gradients, and share variables through their names.
 */
public final class BidirectionalRnn {
  /** The scope of one layer. */
  static final String SCOPE = "bidirectional_rnn";

  private static final String STACK_SCOPE = "stack_bidirectional_rnn";

  private BidirectionalRnn() {}

  /** As the other one, with the default options. */
  public static <X, F, B, SF, SB> RnnResult<Directions<F, B>, Directions<SF, SB>> dynamicRnn(
      VariableScope scope, RnnCell<X, F, SF> cellFw, RnnCell<X, B, SB> cellBw, X inputs) {
    return dynamicRnn(scope, cellFw, cellBw, inputs, options -> options);
  }

  /**
   * Adds two loops.
   *
   * <p>Variables are called {@code bidirectional_rnn/fw/lstm_cell/kernel} and {@code
   * bidirectional_rnn/bw/lstm_cell/kernel}, those of {@code cellFw} first. Source: {@code
   * tf.nn.bidirectional_dynamic_rnn} of TensorFlow 1.15.
   *
   * @param scope where to enter {@code bidirectional_rnn}, and whose ops to build with
   * @param inputs as for {@link Rnn#dynamicRnn(VariableScope, RnnCell, Object, UnaryOperator)}
   * @param options changes the defaults; an initial state is one for both
   * @return the outputs of both directions in the layout of the inputs, not concatenated ({@link
   *     #concat} does that), and both last states
   * @throws IllegalArgumentException if the cells are one object; and as {@link Rnn#dynamicRnn}
   */
  public static <X, F, B, SF, SB> RnnResult<Directions<F, B>, Directions<SF, SB>> dynamicRnn(
      VariableScope scope,
      RnnCell<X, F, SF> cellFw,
      RnnCell<X, B, SB> cellBw,
      X inputs,
      UnaryOperator<RnnOptions<Directions<SF, SB>>> options) {
    var chosen = options.apply(RnnOptions.defaults(SCOPE));
    return BothWays.loop(scope.scope(chosen.scope()), cellFw, cellBw, inputs, chosen);
  }

  /** As the other one, with the default options. */
  public static <X, Y, SF, SB> RnnResult<List<Y>, Directions<SF, SB>> staticRnn(
      VariableScope scope,
      RnnCell<X, Y, SF> cellFw,
      RnnCell<X, Y, SB> cellBw,
      List<? extends X> inputs) {
    return staticRnn(scope, cellFw, cellBw, inputs, options -> options);
  }

  /**
   * Adds the ops of both cells once for each of {@code inputs}.
   *
   * <p>Variables are called as those of {@link #dynamicRnn}. Source: {@code
   * tf.nn.static_bidirectional_rnn} of TensorFlow 1.15.
   *
   * @param scope where to enter {@code bidirectional_rnn}, and whose ops to build with
   * @param inputs as for {@link Rnn#staticRnn(VariableScope, RnnCell, List, UnaryOperator)}
   * @param options changes the defaults; an initial state is one for both
   * @return one output for each step, {@code [batch, depthFw + depthBw]}: that of the forward cell
   *     and that of the backward cell side by side, each part of an output by itself; and both last
   *     states
   * @throws IllegalArgumentException if the cells are one object; if a part of an output has no
   *     depth; and as {@link Rnn#staticRnn}
   */
  public static <X, Y, SF, SB> RnnResult<List<Y>, Directions<SF, SB>> staticRnn(
      VariableScope scope,
      RnnCell<X, Y, SF> cellFw,
      RnnCell<X, Y, SB> cellBw,
      List<? extends X> inputs,
      UnaryOperator<RnnOptions<Directions<SF, SB>>> options) {
    var chosen = options.apply(RnnOptions.defaults(SCOPE));
    return BothWays.unroll(scope.scope(chosen.scope()), cellFw, cellBw, inputs, chosen);
  }

  /**
   * Lays the outputs of both directions side by side: {@code tf.concat(outputs, 2)}.
   *
   * @param outputs each {@code [batch, time, depth]} or {@code [time, batch, depth]}
   * @return {@code [..., depthFw + depthBw]}
   * @throws IllegalArgumentException if they have fewer than three dimensions
   */
  public static <T extends TType> Operand<T> concat(
      Ops tf, Directions<Operand<T>, Operand<T>> outputs) {
    return concat(tf, Structure.tensor(), outputs);
  }

  /** As the other one, for outputs of many parts; each part is concatenated by itself. */
  public static <Y> Y concat(Ops tf, Structure<Y> structure, Directions<Y, Y> outputs) {
    return Layout.concat(
        tf, "bidirectional concat", structure, outputs.forward(), outputs.backward(), 2);
  }

  /** As the other one, with the default options. */
  public static <T extends TFloating>
      RnnResult<Operand<T>, Directions<LayerStates, LayerStates>> stackDynamicRnn(
          VariableScope scope,
          List<? extends TensorCell<T, ?>> cellsFw,
          List<? extends TensorCell<T, ?>> cellsBw,
          Operand<T> inputs) {
    return stackDynamicRnn(scope, cellsFw, cellsBw, inputs, options -> options);
  }

  /**
   * Adds layers of two loops each; a layer gets the outputs of both directions of the one below,
   * side by side.
   *
   * <p>Variables are called {@code stack_bidirectional_rnn/cell_0/bidirectional_rnn/fw/...}, layer
   * by layer. Source: {@code tf.contrib.rnn.stack_bidirectional_dynamic_rnn} of TensorFlow 1.15.
   *
   * @param scope where to enter {@code stack_bidirectional_rnn}, and whose ops to build with
   * @param cellsFw the forward cells, that of the first layer first
   * @param cellsBw as many backward cells
   * @param inputs {@code [batch, time, depth...]}, or {@code [time, batch, depth...]} if asked for
   * @param options changes the defaults; an initial state is one for each layer of both directions
   * @return the outputs of the last layer in the layout of the inputs, {@code [..., depthFw +
   *     depthBw]}, and the last states of all layers
   * @throws IllegalArgumentException if there is no cell; if there are not as many backward cells;
   *     if a cell serves both directions; if there is not a state for each layer; and as {@link
   *     #dynamicRnn}
   */
  public static <T extends TFloating>
      RnnResult<Operand<T>, Directions<LayerStates, LayerStates>> stackDynamicRnn(
          VariableScope scope,
          List<? extends TensorCell<T, ?>> cellsFw,
          List<? extends TensorCell<T, ?>> cellsBw,
          Operand<T> inputs,
          UnaryOperator<RnnOptions<Directions<LayerStates, LayerStates>>> options) {
    var chosen = options.apply(RnnOptions.defaults(STACK_SCOPE));
    var stack = new BidirectionalStack<T>(scope.scope(chosen.scope()), cellsFw, cellsBw, chosen);
    return stack.loop(inputs);
  }

  /** As the other one, with the default options. */
  public static <T extends TFloating>
      RnnResult<List<Operand<T>>, Directions<LayerStates, LayerStates>> stackStaticRnn(
          VariableScope scope,
          List<? extends TensorCell<T, ?>> cellsFw,
          List<? extends TensorCell<T, ?>> cellsBw,
          List<? extends Operand<T>> inputs) {
    return stackStaticRnn(scope, cellsFw, cellsBw, inputs, options -> options);
  }

  /**
   * As {@link #stackDynamicRnn}, with the ops of every step.
   *
   * <p>Variables are called {@code stack_bidirectional_rnn/cell_0/fw/...}: one scope fewer than in
   * the dynamic one, as in TensorFlow 1.15. Source: {@code tf.contrib.rnn.stack_bidirectional_rnn}
   * of TensorFlow 1.15.
   *
   * @param scope where to enter {@code stack_bidirectional_rnn}, and whose ops to build with
   * @param cellsFw the forward cells, that of the first layer first
   * @param cellsBw as many backward cells
   * @param inputs as for {@link #staticRnn}
   * @param options changes the defaults; an initial state is one for each layer of both directions
   * @return one output of the last layer for each step, {@code [batch, depthFw + depthBw]}, and the
   *     last states of all layers
   * @throws IllegalArgumentException if there is no cell; if there are not as many backward cells;
   *     if a cell serves both directions; if there is not a state for each layer; and as {@link
   *     #staticRnn}
   */
  public static <T extends TFloating>
      RnnResult<List<Operand<T>>, Directions<LayerStates, LayerStates>> stackStaticRnn(
          VariableScope scope,
          List<? extends TensorCell<T, ?>> cellsFw,
          List<? extends TensorCell<T, ?>> cellsBw,
          List<? extends Operand<T>> inputs,
          UnaryOperator<RnnOptions<Directions<LayerStates, LayerStates>>> options) {
    var chosen = options.apply(RnnOptions.defaults(STACK_SCOPE));
    var stack = new BidirectionalStack<T>(scope.scope(chosen.scope()), cellsFw, cellsBw, chosen);
    return stack.unroll(inputs);
  }
}
