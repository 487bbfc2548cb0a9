package io.github.tfrnn.rnn;

import io.github.tfrnn.ops.spi.LayerEngines;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Chooses the engine of a driver, and says which and why. */
final class Engines {
  /** Names the property with what {@link Engine#AUTO} means where it can run. */
  static final String PROPERTY = "io.github.tfrnn.engine";

  private static final System.Logger LOG = System.getLogger("io.github.tfrnn.rnn");

  private static final SequenceEngine FUSED = new WholeLayerEngine(Engine.FUSED, new BlockEngine());

  /** Those that {@link Engine#AUTO} looks at, in this order. */
  private static final List<SequenceEngine> FASTEST_FIRST =
      List.of(
          new WholeLayerEngine(Engine.CUDNN, new CudnnEngine()),
          found(Engine.ONEDNN, "rnn-onednn"),
          new SlicedEngine(FUSED),
          FUSED,
          new LoopEngine());

  /** Those that are faster for some cases only, or take long to begin. */
  private static final List<SequenceEngine> BY_NAME =
      List.of(new XlaEngine(), new UnrolledStepsEngine());

  private Engines() {}

  /** An engine of another module. */
  private static SequenceEngine found(Engine name, String module) {
    return LayerEngines.named(name.name())
        .<SequenceEngine>map(layers -> new WholeLayerEngine(name, layers))
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
    var choice =
        run.options().engine() == Engine.AUTO
            ? preferred(run).orElseGet(() -> fastest(run))
            : named(run);
    LOG.log(
        LayerEngines.all().isEmpty() ? System.Logger.Level.DEBUG : System.Logger.Level.INFO,
        () -> run.scope().name() + ": engine " + choice.use());
    return choice;
  }

  /** The engine that the property asks for, where it can run the case. */
  private static Optional<Choice> preferred(SequenceRun<?, ?, ?> run) {
    var text = System.getProperty(PROPERTY, Engine.AUTO.name());
    if (Arrays.stream(Engine.values()).noneMatch(engine -> engine.name().equals(text))) {
      throw new IllegalArgumentException(
          "engines: the property "
              + PROPERTY
              + " must be one of "
              + Arrays.toString(Engine.values())
              + ", got "
              + text);
    }
    return all()
        .filter(engine -> engine.name().name().equals(text) && engine.obstacle(run).isEmpty())
        .findFirst()
        .map(engine -> new Choice(engine, new EngineUse(engine.name(), "a property asks for it")));
  }

  private static Stream<SequenceEngine> all() {
    return Stream.concat(FASTEST_FIRST.stream(), BY_NAME.stream());
  }

  private static Choice fastest(SequenceRun<?, ?, ?> run) {
    var others = new ArrayList<String>();
    for (var engine : FASTEST_FIRST) {
      var against =
          engine
              .obstacle(run)
              .map(why -> engine.name() + " cannot run: " + why)
              .or(() -> engine.drawback(run).map(why -> engine.name() + " does not pay: " + why));
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
    var engine = all().filter(each -> each.name() == name).findFirst().orElseThrow();
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
