package io.github.tfrnn.rnn;

import io.github.tfrnn.ops.spi.LayerEngines;
import java.util.Optional;

/**
 * Stands in for an engine of another module that is not there.
 *
 * @param name its constant
 * @param module that brings it
 */
record AbsentEngine(Engine name, String module) implements SequenceEngine {

  @Override
  public Optional<String> obstacle(SequenceRun<?, ?, ?> run) {
    var broken = LayerEngines.broken();
    return Optional.of(
        broken.isEmpty()
            ? "the module " + module + " is not on the class path"
            : "the module " + module + " could not be loaded: " + String.join("; ", broken));
  }

  @Override
  public <X, Y, S> SequenceOutput<Y, S> run(SequenceRun<X, Y, S> run) {
    throw new IllegalStateException("engines: " + name + " is not there");
  }
}
