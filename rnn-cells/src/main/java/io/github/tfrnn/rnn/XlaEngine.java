package io.github.tfrnn.rnn;

import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.Xla;
import java.util.ArrayList;
import java.util.Optional;
import org.tensorflow.Operand;

/** {@link Engine#XLA}: the loop compiled as a whole. */
final class XlaEngine implements SequenceEngine {

  @Override
  public Engine name() {
    return Engine.XLA;
  }

  @Override
  public Optional<String> obstacle(SequenceRun<?, ?, ?> run) {
    var known = run.sizes().known();
    if (known.hasUnknownDimension()) {
      return Optional.of(
          (known.get(0) < 0 ? "the number of steps" : "the batch size")
              + " is not known while the graph is built");
    }
    if (run.dependence().isPresent()) {
      return run.dependence();
    }
    if (run.options().loop().gradientOrder() > 1) {
      return Optional.of("gradients of second order are asked for");
    }
    return run.options().segmentation().isPresent()
        ? Optional.of("segments are asked for")
        : Optional.empty();
  }

  @Override
  public <X, Y, S> SequenceOutput<Y, S> run(SequenceRun<X, Y, S> run) {
    return run.masked(XlaEngine::compiled);
  }

  private static <X, Y, S> SequenceOutput<Y, S> compiled(SequenceRun<X, Y, S> run) {
    var outputs = run.cell().outputSize();
    var state = run.cell().stateSize();
    int first = outputs.leaves().size();
    var parts =
        Xla.compile(
            run.tf(),
            "Layer",
            Structure.list(first + state.leaves().size()),
            inner -> {
              // Lists of XLA have a size that is known: all steps are taken.
              var result = LoopEngine.allSteps(run.within(inner));
              var all = new ArrayList<Operand<?>>(outputs.flatten(result.outputs()));
              all.addAll(state.flatten(result.state()));
              return all;
            });
    return new SequenceOutput<>(
        outputs.pack(parts.subList(0, first)), state.pack(parts.subList(first, parts.size())));
  }
}
