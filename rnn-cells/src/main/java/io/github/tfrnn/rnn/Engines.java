package io.github.tfrnn.rnn;

import io.github.tfrnn.ops.spi.LayerEngines;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Chooses the engine of a driver, and says which and why. */
final class Engines {
  private static final System.Logger LOG = System.getLogger("io.github.tfrnn.rnn");

  /** All that are part of this module, in the order in which {@link Engine#AUTO} looks at them. */
  private static final List<SequenceEngine> ALL =
      List.of(
          new WholeLayerEngine(Engine.CUDNN, new CudnnEngine(), true, Optional.empty()),
          found(Engine.ONEDNN, "rnn-onednn"),
          new SlicedEngine(),
          new XlaEngine(),
          new WholeLayerEngine(
              Engine.FUSED, new BlockEngine(), true, Optional.of("its gradient takes longer")),
          new UnrolledStepsEngine(),
          new LoopEngine());

  private Engines() {}

  /** An engine of another module. */
  private static SequenceEngine found(Engine name, String module) {
    return LayerEngines.named(name.name())
        .<SequenceEngine>map(layers -> new WholeLayerEngine(name, layers, false, Optional.empty()))
        .orElseGet(() -> new AbsentEngine(name, module));
  }

  /** An engine, and what is said of it. */
  record Choice(SequenceEngine engine, EngineUse use) {}

  /**
   * Chooses.
   *
   * @throws IllegalArgumentException if an engine is asked for by name that cannot run
   */
  static Choice choose(SequenceRun<?, ?, ?> run) {
    var choice = run.options().engine() == Engine.AUTO ? fastest(run) : named(run);
    LOG.log(
        LayerEngines.all().isEmpty() ? System.Logger.Level.DEBUG : System.Logger.Level.INFO,
        () -> run.scope().name() + ": engine " + choice.use());
    return choice;
  }

  private static Choice fastest(SequenceRun<?, ?, ?> run) {
    var others = new ArrayList<String>();
    for (var engine : ALL) {
      var against =
          engine
              .obstacle(run)
              .map(why -> engine.name() + " cannot run: " + why)
              .or(() -> engine.drawback(run).map(why -> engine.name() + " is slower: " + why));
      if (against.isEmpty()) {
        var why = others.isEmpty() ? "it can run the cell" : String.join("; ", others);
        return new Choice(engine, new EngineUse(engine.name(), why));
      }
      others.add(against.get());
    }
    throw new IllegalStateException("engines: the loop runs every case");
  }

  private static Choice named(SequenceRun<?, ?, ?> run) {
    var name = run.options().engine();
    var engine = ALL.stream().filter(each -> each.name() == name).findFirst().orElseThrow();
    engine
        .obstacle(run)
        .ifPresent(
            why -> {
              throw new IllegalArgumentException(
                  run.scope().name()
                      + ": engine must be one that can run the cell here, got "
                      + name
                      + ", but "
                      + why
                      + ". Engine.AUTO chooses one that can.");
            });
    return new Choice(engine, new EngineUse(name, "asked for"));
  }
}
