package io.github.tfrnn.rnn;

import io.github.tfrnn.cells.RnnCell;
import io.github.tfrnn.ops.VariableScope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Runs two cells over the same inputs, one forwards and one backwards. */
final class BothWays {
  private BothWays() {}

  /**
   * Adds two loops.
   *
   * @param scope the one that the driver entered
   */
  static <X, F, B, SF, SB> RnnResult<Directions<F, B>, Directions<SF, SB>> loop(
      VariableScope scope,
      RnnCell<X, F, SF> cellFw,
      RnnCell<X, B, SB> cellBw,
      X inputs,
      RnnOptions<Directions<SF, SB>> options) {
    requireTwo(scope.name(), cellFw, cellBw);
    var forward =
        DynamicRnn.run(
            scope.scope("fw"),
            cellFw,
            inputs,
            part(options, Directions::forward),
            Direction.FORWARD);
    var backward =
        DynamicRnn.run(
            scope.scope("bw"),
            cellBw,
            inputs,
            part(options, Directions::backward),
            Direction.BACKWARD);
    return new RnnResult<>(
        new Directions<>(forward.outputs(), backward.outputs()),
        new Directions<>(forward.state(), backward.state()));
  }

  /**
   * Unrolls both cells and lays their outputs side by side.
   *
   * @param scope the one that the driver entered
   */
  static <X, Y, SF, SB> RnnResult<List<Y>, Directions<SF, SB>> unroll(
      VariableScope scope,
      RnnCell<X, Y, SF> cellFw,
      RnnCell<X, Y, SB> cellBw,
      List<? extends X> inputs,
      RnnOptions<Directions<SF, SB>> options) {
    requireTwo(scope.name(), cellFw, cellBw);
    var forward =
        StaticRnn.run(
            scope.scope("fw"),
            cellFw,
            inputs,
            part(options, Directions::forward),
            Direction.FORWARD);
    var backward =
        StaticRnn.run(
            scope.scope("bw"),
            cellBw,
            inputs,
            part(options, Directions::backward),
            Direction.BACKWARD);
    var outputs = new ArrayList<Y>();
    for (int t = 0; t < inputs.size(); t++) {
      outputs.add(
          Layout.concat(
              scope.tf(),
              scope.name(),
              cellFw.outputSize(),
              forward.outputs().get(t),
              backward.outputs().get(t),
              1));
    }
    return new RnnResult<>(
        List.copyOf(outputs), new Directions<>(forward.state(), backward.state()));
  }

  private static <D, S> RnnOptions<S> part(RnnOptions<D> options, Function<D, S> direction) {
    return options.ofPart(options.state().map(direction));
  }

  /**
   * Refuses a cell that serves both directions.
   *
   * @throws IllegalArgumentException if both are one object
   */
  static void requireTwo(String who, RnnCell<?, ?, ?> cellFw, RnnCell<?, ?, ?> cellBw) {
    if (cellFw == cellBw) {
      throw new IllegalArgumentException(
          who
              + ": cellBw must be another object than cellFw, got one "
              + cellFw.getClass().getSimpleName()
              + " for both, whose weights would serve both directions. Build a second cell.");
    }
  }
}
