package io.github.tfrnn.rnn;

import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Structure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TInt32;

/** {@link Engine#SLICED}: a loop of its own for each slice of the batch, all of them at once. */
final class SlicedEngine implements SequenceEngine {
  /** A loop takes a core; more of them than this pay on no batch that was measured. */
  private static final int MOST = 8;

  private final SequenceEngine loop = new LoopEngine();

  @Override
  public Engine name() {
    return Engine.SLICED;
  }

  @Override
  public Optional<String> obstacle(SequenceRun<?, ?, ?> run) {
    return run.dependence().or(() -> sharing(run)).or(() -> fewRows(run));
  }

  private static Optional<String> sharing(SequenceRun<?, ?, ?> run) {
    return allBatched(run.cell().stateSize()) && allBatched(run.cell().outputSize())
        ? Optional.empty()
        : Optional.of("rows share a part of the state or of the output");
  }

  private static Optional<String> fewRows(SequenceRun<?, ?, ?> run) {
    long batch = run.sizes().known().get(1);
    return batch >= 0 && batch < 2
        ? Optional.of("a batch of " + batch + " has no slices")
        : Optional.empty();
  }

  private static boolean allBatched(Structure<?> structure) {
    return structure.leaves().stream().allMatch(Leaf::batched);
  }

  @Override
  public Optional<String> drawback(SequenceRun<?, ?, ?> run) {
    return Runtime.getRuntime().availableProcessors() < 200
        ? Optional.of("there is one core")
        : Optional.empty();
  }

  @Override
  public <X, Y, S> SequenceOutput<Y, S> run(SequenceRun<X, Y, S> run) {
    var tf = run.tf();
    var cell = run.cell();
    var rows = rows(run);
    var cuts = new Cuts(tf, rows.stream().map(Rows::count).toList());
    var inputs = cuts.apart(cell.inputSize(), run.inputs(), 1);
    var states = cuts.apart(cell.stateSize(), run.initial(), 0);
    var lengths = run.padding().map(ends -> cuts.apart(ends.lengths(), 0));
    var outputs = new ArrayList<Y>();
    var last = new ArrayList<S>();
    for (int i = 0; i < rows.size(); i++) {
      int slice = i;
      var sizes = run.sizes().withBatch(rows.get(i).known(), rows.get(i).count());
      var ends = lengths.map(each -> new Padding(run.scope().name(), each.get(slice)));
      var part = run.over(inputs.get(i), sizes, states.get(i)).withPadding(ends);
      var result = loop.run(part);
      outputs.add(result.outputs());
      last.add(result.state());
    }
    return new SequenceOutput<>(
        Cuts.together(tf, cell.outputSize(), outputs, 1),
        Cuts.together(tf, cell.stateSize(), last, 0));
  }

  /** How many rows a slice has. */
  private record Rows(long known, Operand<TInt32> count) {}

  private static List<Rows> rows(SequenceRun<?, ?, ?> run) {
    var tf = run.tf();
    long batch = run.sizes().known().get(1);
    int cores = Math.max(2, Math.min(MOST, Runtime.getRuntime().availableProcessors()));
    int slices = batch < 0 ? cores : (int) Math.min(cores, batch);
    var rows = new ArrayList<Rows>();
    for (int i = 0; i < slices; i++) {
      if (batch >= 0) {
        int count = (int) (batch * (i + 1) / slices - batch * i / slices);
        rows.add(new Rows(count, tf.constant(count)));
      } else {
        // Rounded up, so that a batch of one row is in the first slice.
        var more = tf.math.add(run.sizes().batch(), tf.constant(slices - 1 - i));
        rows.add(new Rows(Shape.UNKNOWN_SIZE, tf.math.div(more, tf.constant(slices))));
      }
    }
    return rows;
  }
}
