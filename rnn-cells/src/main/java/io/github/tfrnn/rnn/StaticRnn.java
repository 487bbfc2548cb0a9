package io.github.tfrnn.rnn;

import io.github.tfrnn.cells.RnnCell;
import io.github.tfrnn.ops.Reuse;
import io.github.tfrnn.ops.VariableScope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;

/** Unrolls a cell: one copy of its ops for each step. */
final class StaticRnn {
  private StaticRnn() {}

  /**
   * Adds the steps.
   *
   * @param scope the one that the driver entered
   */
  static <X, Y, S> RnnResult<List<Y>, S> run(
      VariableScope scope,
      RnnCell<X, Y, S> cell,
      List<? extends X> inputs,
      RnnOptions<S> options,
      Direction direction) {
    requireNoLoop(scope.name(), options);
    var tf = scope.tf();
    var parts = flatten(scope.name(), cell, inputs);
    var known = require(scope.name(), cell, parts);
    var batch = Layout.size(tf, parts.get(0), known, 0);
    var padding =
        options
            .lengths()
            .map(lengths -> Padding.of(tf, scope.name(), lengths, batch, known.get(0)));
    S state = Layout.initialState(scope, cell, options, batch);
    var outputs = new ArrayList<Y>();
    for (int i = 0; i < inputs.size(); i++) {
      int t = direction == Direction.FORWARD ? i : inputs.size() - 1 - i;
      var at = i == 0 ? scope : scope.withReuse(Reuse.ALWAYS);
      var step = step(at, cell, t, inputs.get(t), state, padding);
      outputs.add(step.outputs());
      state = step.state();
    }
    if (direction == Direction.BACKWARD) {
      Collections.reverse(outputs);
    }
    return new RnnResult<>(List.copyOf(outputs), state);
  }

  private static <X, Y, S> RnnResult<Y, S> step(
      VariableScope scope, RnnCell<X, Y, S> cell, int t, X x, S state, Optional<Padding> padding) {
    if (padding.isEmpty()) {
      var step = cell.step(scope, x, state);
      return new RnnResult<>(step.output(), step.state());
    }
    var tf = scope.tf();
    var position = tf.constant(t);
    var going = padding.get().going(tf, position);
    var clean = padding.get().clear(tf, "inputs", going, cell.inputSize(), x);
    var step = cell.step(scope, clean, state);
    return new RnnResult<>(
        padding.get().clear(tf, "output", going, cell.outputSize(), step.output()),
        padding.get().hold(tf, tf, position, cell.stateSize(), step.state(), state));
  }

  private static void requireNoLoop(String who, RnnOptions<?> options) {
    var defaults = RnnOptions.defaults();
    if (options.isTimeMajor()
        || !options.loop().equals(defaults.loop())
        || options.engine() != defaults.engine()
        || options.segmentation().isPresent()) {
      throw new IllegalArgumentException(
          who
              + ": options must be those of an unrolled cell, got timeMajor, an engine or a setting of the loop,"
              + " which dynamicRnn has");
    }
  }

  private static <X> List<List<Operand<?>>> flatten(
      String who, RnnCell<X, ?, ?> cell, List<? extends X> inputs) {
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException(who + ": inputs must not be empty, got no step");
    }
    return inputs.stream().map(x -> cell.inputSize().flatten(x)).toList();
  }

  private static Shape require(String who, RnnCell<?, ?, ?> cell, List<List<Operand<?>>> parts) {
    var names = new ArrayList<String>();
    var all = new ArrayList<Operand<?>>();
    for (int t = 0; t < parts.size(); t++) {
      names.addAll(Layout.names("inputs[" + t + "]", cell.inputSize()));
      all.addAll(parts.get(t));
    }
    return Layout.require(who, names, all, List.of("batch"));
  }
}
