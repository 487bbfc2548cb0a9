package io.github.tfrnn.rnn;

import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Scan;
import io.github.tfrnn.ops.ScanOptions;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.types.TInt32;

/** {@link Engine#LOOP}: the ops of a step in a loop of the graph, which runs every cell. */
final class LoopEngine implements SequenceEngine {

  @Override
  public Engine name() {
    return Engine.LOOP;
  }

  @Override
  public Optional<String> obstacle(SequenceRun<?, ?, ?> run) {
    return Optional.empty();
  }

  @Override
  public <X, Y, S> SequenceOutput<Y, S> run(SequenceRun<X, Y, S> run) {
    return run.masked(LoopEngine::unmasked);
  }

  /**
   * Runs as many steps as the longest row has, in segments if they are asked for.
   *
   * @param run with inputs that are zeros past the ends of rows
   * @return outputs that may hold anything there
   */
  static <X, Y, S> SequenceOutput<Y, S> unmasked(SequenceRun<X, Y, S> run) {
    var segments = run.options().segmentation();
    if (segments.isPresent()) {
      return segments.get().run(run);
    }
    var longest = run.padding().map(ends -> ends.longest(run.tf(), run.sizes().time()));
    return scan(run, Stepping.of(run), run.initial(), longest);
  }

  /** As {@link #unmasked}, but running all steps, also those that no row takes. */
  static <X, Y, S> SequenceOutput<Y, S> allSteps(SequenceRun<X, Y, S> run) {
    return scan(run, Stepping.of(run), run.initial(), Optional.empty());
  }

  /** As {@link #unmasked}, but running so many steps. */
  static <X, Y, S> SequenceOutput<Y, S> firstSteps(
      SequenceRun<X, Y, S> run, Operand<TInt32> steps) {
    return scan(run, Stepping.of(run), run.initial(), Optional.of(steps));
  }

  /**
   * Adds a loop over other sequences than those of the run.
   *
   * @param steps to take, if not all
   */
  static <P, Y, S> SequenceOutput<Y, S> scan(
      SequenceRun<?, Y, S> run,
      Stepping<P, Y, S> stepping,
      S initial,
      Optional<Operand<TInt32>> steps) {
    var tf = run.tf();
    var cell = run.cell();
    var scan =
        Scan.carrying(tf, cell.stateSize(), initial)
            .named(run.scope().name())
            .over(stepping.structure(), stepping.sequences())
            .batch(run.sizes().batch())
            .options(any -> options(run));
    if (steps.isPresent()) {
      scan = scan.steps(steps.get());
    }
    if (run.isBackward()) {
      scan = scan.reverse();
    }
    var result =
        scan.run(
            cell.outputSize(),
            (body, state, x) -> {
              var next = stepping.step().apply(body.tf(), x, state);
              var kept = run.kept(body.tf(), body.position(), next.state(), state);
              return new Scan.Next<>(kept, next.output());
            });
    return new SequenceOutput<>(result.outputs(), result.carry());
  }

  /** A part of the state that is no batch must not be taken for one. */
  static ScanOptions options(SequenceRun<?, ?, ?> run) {
    boolean shared = run.cell().stateSize().leaves().stream().anyMatch(LoopEngine::hasOwnSizes);
    var options = run.options().loop();
    return shared ? options.withIndependentRows() : options;
  }

  private static boolean hasOwnSizes(Leaf leaf) {
    return !leaf.batched() && leaf.shape().numDimensions() != 0;
  }
}
