package io.github.tfrnn.rnn;

import io.github.tfrnn.cells.RnnCell;
import io.github.tfrnn.ops.VariableScope;
import java.util.Optional;

/** Runs a cell over sequences whose sizes are known when the graph runs, on an engine. */
final class DynamicRnn {
  private DynamicRnn() {}

  /**
   * Adds the ops.
   *
   * @param scope the one that the driver entered
   */
  static <X, Y, S> RnnResult<Y, S> run(
      VariableScope scope,
      RnnCell<X, Y, S> cell,
      X inputs,
      RnnOptions<S> options,
      Direction direction) {
    var run = prepared(scope, cell, inputs, options, direction);
    var choice = Engines.choose(run);
    var result = choice.engine().run(run);
    var outputs =
        options.isTimeMajor()
            ? result.outputs()
            : Layout.exchange(scope.tf(), cell.outputSize(), result.outputs());
    return new RnnResult<>(outputs, result.state(), choice.use());
  }

  private static <X, Y, S> SequenceRun<X, Y, S> prepared(
      VariableScope scope,
      RnnCell<X, Y, S> cell,
      X inputs,
      RnnOptions<S> options,
      Direction direction) {
    var tf = scope.tf();
    var parts = cell.inputSize().flatten(inputs);
    var known =
        Layout.require(
            scope.name(),
            Layout.names("inputs", cell.inputSize()),
            parts,
            Layout.order(options.isTimeMajor()));
    var sizes = SequenceSizes.of(tf, parts, known, options.isTimeMajor());
    Optional<Padding> padding =
        options
            .lengths()
            .map(
                lengths ->
                    Padding.of(tf, scope.name(), lengths, sizes.batch(), sizes.known().get(1)));
    var x = options.isTimeMajor() ? inputs : Layout.exchange(tf, cell.inputSize(), inputs);
    S initial = Layout.initialState(scope, cell, options, sizes.batch());
    return new SequenceRun<>(scope, cell, x, sizes, initial, padding, direction, options);
  }
}
