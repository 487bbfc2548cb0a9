package io.github.tfrnn.rnn;

import io.github.tfrnn.cells.RnnCell;
import io.github.tfrnn.ops.VariableScope;
import java.util.List;
import java.util.function.UnaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.types.TBool;

/**
 * Runs a cell over sequences.
 *
 * <p>{@link #dynamicRnn} adds one loop to the graph: it builds in the time of a few steps, and
 * number of steps and batch size may differ from run to run. {@link #staticRnn} adds the ops of
 * every step: for a few steps of a known number, where each step's output is wanted by itself, or
 * where other tools must see through the loop. Both give the same numbers and the same gradients,
 * and share variables through their names. {@link #rawRnn} begins a loop whose inputs are made from
 * its outputs; {@link BidirectionalRnn} goes through a sequence from both ends.
 *
 * <p>All enter the scope {@code rnn} inside the scope they are given, so that a variable is called
 * {@code rnn/basic_lstm_cell/kernel}. With a length n for each row ({@link
 * RnnOptions#sequenceLength}),
 *
 * <table>
 * <caption>What a row gives</caption>
 * <tr><th>step</th><th>output</th><th>state</th></tr>
 * <tr><td>t &lt; n</td><td>of the cell</td><td>of the cell</td></tr>
 * <tr><td>t &gt;= n</td><td>zeros</td><td>as after step n - 1; the initial one if n = 0</td></tr>
 * </table>
 *
 * <p>and nothing that inputs hold at t &gt;= n, not even NaN, changes a value or a gradient. Parts
 * of a state or output without a row for each member of the batch are not masked.
 */
public final class Rnn {
  private Rnn() {}

  /** As the other one, with the default options. */
  public static <X, Y, S> RnnResult<Y, S> dynamicRnn(
      VariableScope scope, RnnCell<X, Y, S> cell, X inputs) {
    return dynamicRnn(scope, cell, inputs, options -> options);
  }

  /**
   * Adds a loop that runs {@code cell} over {@code inputs}.
   *
   * <p>It takes as many steps as the inputs have, or as the longest row. A cell that begins with a
   * product of its input has that product made for all steps at once, before the loop. Source:
   * {@code tf.nn.dynamic_rnn} of TensorFlow 1.15.
   *
   * @param scope where to enter {@code rnn}, and whose ops to build with
   * @param inputs each tensor {@code [batch, time, depth...]}, or {@code [time, batch, depth...]}
   *     if asked for; batch and time may be unknown while the graph is built, depths not
   * @param options changes the defaults
   * @return outputs of all steps in the layout of the inputs, and the last state of each row,
   *     {@code [batch, ...]}. Of no steps, outputs of length 0 and the initial state. An output
   *     without a batch dimension is {@code [time, ...]}
   * @throws IllegalArgumentException if an input has fewer than three dimensions or an unknown
   *     depth; if inputs differ in batch or time; if lengths are not a vector of the batch; if
   *     inputs or state do not fit the cell; if a step changes the shape of its state. Lengths of
   *     another number than the rows, where this is known late, fail the run
   */
  public static <X, Y, S> RnnResult<Y, S> dynamicRnn(
      VariableScope scope, RnnCell<X, Y, S> cell, X inputs, UnaryOperator<RnnOptions<S>> options) {
    var chosen = options.apply(RnnOptions.defaults());
    return DynamicRnn.run(scope.scope(chosen.scope()), cell, inputs, chosen, Direction.FORWARD);
  }

  /** As the other one, with the default options. */
  public static <X, Y, S> RnnResult<List<Y>, S> staticRnn(
      VariableScope scope, RnnCell<X, Y, S> cell, List<? extends X> inputs) {
    return staticRnn(scope, cell, inputs, options -> options);
  }

  /**
   * Adds the ops of {@code cell} once for each of {@code inputs}.
   *
   * <p>Source: {@code tf.nn.static_rnn} of TensorFlow 1.15.
   *
   * @param scope where to enter {@code rnn}, and whose ops to build with
   * @param inputs one for each step, each tensor {@code [batch, depth...]}; the batch may be
   *     unknown while the graph is built
   * @param options changes the defaults
   * @return one output for each step, and the last state of each row
   * @throws IllegalArgumentException if there are no inputs; if an input has fewer than two
   *     dimensions or an unknown depth; if inputs differ in batch; if lengths are not a vector of
   *     the batch; if inputs or state do not fit the cell; if an option is one of the loop. Lengths
   *     of another number than the rows, where this is known late, fail the run
   */
  public static <X, Y, S> RnnResult<List<Y>, S> staticRnn(
      VariableScope scope,
      RnnCell<X, Y, S> cell,
      List<? extends X> inputs,
      UnaryOperator<RnnOptions<S>> options) {
    var chosen = options.apply(RnnOptions.defaults());
    return StaticRnn.run(scope.scope(chosen.scope()), cell, inputs, chosen, Direction.FORWARD);
  }

  /** As the other one, with the default options. */
  public static <X, Y, S> RnnResult<List<Y>, S> staticStateSavingRnn(
      VariableScope scope,
      RnnCell<X, Y, S> cell,
      List<? extends X> inputs,
      StateSaver saver,
      List<String> stateNames) {
    return staticStateSavingRnn(scope, cell, inputs, saver, stateNames, options -> options);
  }

  /**
   * As {@link #staticRnn(VariableScope, RnnCell, List, UnaryOperator)}, from the state that {@code
   * saver} kept, and saving the last one: a run goes on where the run before stopped.
   *
   * <p>Source: {@code tf.nn.static_state_saving_rnn} of TensorFlow 1.15.
   *
   * @param scope where to enter {@code rnn}, and whose ops to build with
   * @param inputs one for each step, each tensor {@code [batch, depth...]}
   * @param saver gives and takes each part of the state once
   * @param stateNames what the saver calls the parts of the state, in the order of {@link
   *     RnnCell#stateSize()}
   * @param options changes the defaults
   * @return one output for each step, and the last state of each row. Whatever uses the last output
   *     or the state saves all parts of the state
   * @throws IllegalArgumentException if there is not one name for each part of the state; if an
   *     initial state is given; and as {@link #staticRnn}
   */
  public static <X, Y, S> RnnResult<List<Y>, S> staticStateSavingRnn(
      VariableScope scope,
      RnnCell<X, Y, S> cell,
      List<? extends X> inputs,
      StateSaver saver,
      List<String> stateNames,
      UnaryOperator<RnnOptions<S>> options) {
    var chosen = options.apply(RnnOptions.defaults());
    return StateSavingRnn.run(scope.scope(chosen.scope()), cell, inputs, saver, stateNames, chosen);
  }

  /**
   * Begins a loop that a function steers, which makes each step's input from what the step before
   * left.
   *
   * <pre>{@code
   * var x0 = tf.gather(x, tf.constant(0), tf.constant(0));     // x: [time, batch, depth]
   * var result =
   *     Rnn.rawRnn(root, cell, tf.math.lessEqual(lengths, tf.constant(0)), x0, state)
   *         .run(
   *             (scope, after) -> {
   *               var ops = scope.tf();
   *               var at = ops.math.minimum(after.time(), ops.constant(lastStep));
   *               return after.next(
   *                   ops.math.greaterEqual(after.time(), lengths),
   *                   ops.gather(x, at, ops.constant(0)));
   *             });
   * }</pre>
   *
   * <p>Source: {@code tf.nn.raw_rnn} of TensorFlow 1.15.
   *
   * @param scope where to enter {@code rnn}, and whose ops to build with
   * @param finished {@code [batch]}: rows that take no step at all
   * @param input of the first step, each tensor {@code [batch, ...]}
   * @param state before the first step, such as {@code cell.zeroState(tf, batch)}
   */
  public static <X, Y, S> RawRnn<X, Y, S, Y, List<Operand<?>>> rawRnn(
      VariableScope scope, RnnCell<X, Y, S> cell, Operand<TBool> finished, X input, S state) {
    return RawRnn.of(scope, cell, finished, input, state);
  }
}
