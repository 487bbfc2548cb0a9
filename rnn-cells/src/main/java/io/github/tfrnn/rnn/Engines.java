package io.github.tfrnn.rnn;

import io.github.tfrnn.cells.RnnCell;
import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.ops.spi.LayerCell;
import io.github.tfrnn.ops.spi.LayerEngine;
import io.github.tfrnn.ops.spi.LayerEngines;
import io.github.tfrnn.ops.spi.StackCell;
import java.util.List;
import java.util.Optional;
import org.tensorflow.Graph;
import org.tensorflow.Operand;

/** Chooses the engine of a driver, and says which and why. */
final class Engines {
  private static final System.Logger LOG = System.getLogger("io.github.tfrnn.rnn");

  private Engines() {}

  /**
   * Chooses.
   *
   * @param scope the one that the driver entered
   * @param inputs the parts of the inputs
   * @throws IllegalArgumentException if an engine is asked for by name that cannot run
   */
  static EngineUse choose(
      VariableScope scope, RnnCell<?, ?, ?> cell, List<Operand<?>> inputs, RnnOptions<?> options) {
    var use = choice(scope, cell, inputs, options);
    LOG.log(
        LayerEngines.all().isEmpty() ? System.Logger.Level.DEBUG : System.Logger.Level.INFO,
        () -> scope.name() + ": engine " + use);
    return use;
  }

  private static EngineUse choice(
      VariableScope scope, RnnCell<?, ?, ?> cell, List<Operand<?>> inputs, RnnOptions<?> options) {
    if (options.engine() == Engine.LOOP) {
      return new EngineUse(Engine.LOOP, "asked for");
    }
    var obstacle = obstacle(scope, cell, inputs, options);
    if (options.engine() == Engine.AUTO) {
      return obstacle
          .map(why -> new EngineUse(Engine.LOOP, "ONEDNN cannot run: " + why))
          .orElseGet(() -> new EngineUse(Engine.ONEDNN, "it can run the cell"));
    }
    if (obstacle.isPresent()) {
      throw new IllegalArgumentException(
          scope.name()
              + ": engine must be one that can run the cell here, got "
              + options.engine()
              + ", but "
              + obstacle.get()
              + ". Engine.AUTO runs the cell in a loop instead.");
    }
    return new EngineUse(options.engine(), "asked for");
  }

  private static Optional<String> obstacle(
      VariableScope scope, RnnCell<?, ?, ?> cell, List<Operand<?>> inputs, RnnOptions<?> options) {
    var engine = LayerEngines.named(Engine.ONEDNN.name());
    if (engine.isEmpty()) {
      return Optional.of(absence());
    }
    if (!(scope.tf().scope().env() instanceof Graph)) {
      return Optional.of("the driver is called inside a body of a loop or of a compiled piece");
    }
    if (options.loop().gradientOrder() > 1) {
      return Optional.of("gradients of second order are asked for");
    }
    if (inputs.size() != 1 || inputs.get(0).shape().numDimensions() != 3) {
      return Optional.of("the inputs are not one tensor of three dimensions");
    }
    return ofCell(engine.get(), cell).or(engine.get()::obstacle);
  }

  private static String absence() {
    var broken = LayerEngines.broken();
    return broken.isEmpty()
        ? "the module rnn-onednn is not on the class path"
        : "the module rnn-onednn could not be loaded: " + String.join("; ", broken);
  }

  private static Optional<String> ofCell(LayerEngine engine, Object cell) {
    if (cell instanceof StackCell stack) {
      return stack.layerStack().cells().stream()
          .map(layer -> ofCell(engine, layer))
          .flatMap(Optional::stream)
          .findFirst();
    }
    if (!(cell instanceof LayerCell<?, ?> layer)) {
      return Optional.of("a " + cell.getClass().getSimpleName() + " is none of its cells");
    }
    var plain = layer.plainLayer();
    return plain.deviation().or(() -> engine.obstacle(plain.kind(), plain.type()));
  }
}
