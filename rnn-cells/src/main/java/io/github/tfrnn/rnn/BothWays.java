package io.github.tfrnn.rnn;

import io.github.tfrnn.cells.RnnCell;
import io.github.tfrnn.ops.VariableScope;
import java.util.ArrayList;
import java.util.List;

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
    var fw = options.ofPart(options.state().map(Directions::forward));
    var bw = options.ofPart(options.state().map(Directions::backward));
    return joined(
        DynamicRnn.run(scope.scope("fw"), cellFw, inputs, fw, Direction.FORWARD),
        DynamicRnn.run(scope.scope("bw"), cellBw, inputs, bw, Direction.BACKWARD));
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
    var fw = options.ofPart(options.state().map(Directions::forward));
    var bw = options.ofPart(options.state().map(Directions::backward));
    var both =
        joined(
            StaticRnn.run(scope.scope("fw"), cellFw, inputs, fw, Direction.FORWARD),
            StaticRnn.run(scope.scope("bw"), cellBw, inputs, bw, Direction.BACKWARD));
    var outputs = new ArrayList<Y>();
    for (int t = 0; t < inputs.size(); t++) {
      var left = both.outputs().forward().get(t);
      var right = both.outputs().backward().get(t);
      outputs.add(Layout.concat(scope.tf(), scope.name(), cellFw.outputSize(), left, right, 1));
    }
    return new RnnResult<>(List.copyOf(outputs), both.state());
  }

  private static <F, B, SF, SB> RnnResult<Directions<F, B>, Directions<SF, SB>> joined(
      RnnResult<F, SF> forward, RnnResult<B, SB> backward) {
    return new RnnResult<>(
        new Directions<>(forward.outputs(), backward.outputs()),
        new Directions<>(forward.state(), backward.state()),
        EngineUse.both(forward.engine(), backward.engine()));
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
