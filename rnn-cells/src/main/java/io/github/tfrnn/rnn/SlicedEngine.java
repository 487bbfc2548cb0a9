package io.github.tfrnn.rnn;

import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Shapes;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.spi.Devices;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TInt32;

/**
 * {@link Engine#SLICED}: a loop of its own for each slice of the batch, all of them at once.
 *
 * @param oneOp what takes the place of a loop where it pays
 */
record SlicedEngine(SequenceEngine oneOp) implements SequenceEngine {
  /** However many cores there are: each loop makes the graph larger and slower to build. */
  private static final int MOST = 8;

  /** Rows of a slice; a loop over fewer takes as long as one over twice as many. */
  private static final int FEWEST = 4;

  @Override
  public Engine name() {
    return Engine.SLICED;
  }

  @Override
  public Optional<String> obstacle(SequenceRun<?, ?, ?> run) {
    return run.dependence().or(() -> sharing(run)).or(() -> fewRows(run)).or(() -> otherRows(run));
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

  /** A state that cannot be cut as the inputs are. */
  private static <S> Optional<String> otherRows(SequenceRun<?, ?, S> run) {
    long batch = run.sizes().known().get(1);
    var parts = run.cell().stateSize().flatten(run.initial());
    for (int i = 0; i < parts.size(); i++) {
      var shape = parts.get(i).shape();
      boolean rows = !shape.isUnknown() && shape.numDimensions() > 0;
      if (!rows || (batch >= 0 && shape.get(0) >= 0 && shape.get(0) != batch)) {
        return Optional.of(
            "state "
                + run.cell().stateSize().leaves().get(i).name()
                + " has shape "
                + Shapes.text(shape)
                + ", which is not one of a batch of "
                + batch);
      }
    }
    return Optional.empty();
  }

  private static boolean allBatched(Structure<?> structure) {
    return structure.leaves().stream().allMatch(Leaf::batched);
  }

  @Override
  public Optional<String> drawback(SequenceRun<?, ?, ?> run) {
    if (run.options().segmentation().isPresent()) {
      return Optional.of("slices would take memory that segments are to save");
    }
    if (Devices.haveGpu()) {
      return Optional.of("the cores of a GPU share the rows of one loop");
    }
    long batch = run.sizes().known().get(1);
    if (batch >= 0 && batch < 2 * FEWEST) {
      return Optional.of("a batch of " + batch + " is small");
    }
    return Runtime.getRuntime().availableProcessors() < 2
        ? Optional.of("there is one core")
        : Optional.empty();
  }

  @Override
  public <X, Y, S> SequenceOutput<Y, S> run(SequenceRun<X, Y, S> run) {
    return inOneOp(run) ? sliced(run) : run.masked(this::sliced);
  }

  private <X, Y, S> SequenceOutput<Y, S> sliced(SequenceRun<X, Y, S> run) {
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
      var result = slice(run.over(inputs.get(i), sizes, states.get(i)).withPadding(ends));
      outputs.add(result.outputs());
      last.add(result.state());
    }
    return new SequenceOutput<>(
        Cuts.together(tf, cell.outputSize(), outputs, 1),
        Cuts.together(tf, cell.stateSize(), last, 0));
  }

  private boolean inOneOp(SequenceRun<?, ?, ?> run) {
    return oneOp.obstacle(run).isEmpty() && oneOp.drawback(run).isEmpty();
  }

  /** A slice of no rows takes no step. */
  private <X, Y, S> SequenceOutput<Y, S> slice(SequenceRun<X, Y, S> slice) {
    if (inOneOp(slice)) {
      return oneOp.run(slice);
    }
    if (slice.options().segmentation().isPresent()
        || slice.padding().isPresent() // the longest of no rows is 0
        || slice.sizes().known().get(1) >= 0) {
      return LoopEngine.unmasked(slice);
    }
    var tf = slice.tf();
    var any = tf.math.minimum(slice.sizes().batch(), tf.constant(1));
    return LoopEngine.firstSteps(slice, tf.math.mul(slice.sizes().time(), any));
  }

  /** How many rows a slice has. */
  private record Rows(long known, Operand<TInt32> count) {}

  /** The rows of each slice: equal shares, or of a small batch all in the first. */
  private static List<Rows> rows(SequenceRun<?, ?, ?> run) {
    var tf = run.tf();
    long batch = run.sizes().known().get(1);
    int cores = Math.max(2, Math.min(MOST, Runtime.getRuntime().availableProcessors()));
    int slices = batch < 0 ? cores : (int) Math.max(2, Math.min(cores, batch / FEWEST));
    var rows = new ArrayList<Rows>();
    if (batch >= 0) {
      for (int i = 0; i < slices; i++) {
        int count = (int) (batch * (i + 1) / slices - batch * i / slices);
        rows.add(new Rows(count, tf.constant(count)));
      }
      return rows;
    }
    var all = run.sizes().batch();
    var small = tf.math.less(all, tf.constant(FEWEST * slices));
    for (int i = 0; i < slices; i++) {
      var share = tf.math.div(tf.math.add(all, tf.constant(i)), tf.constant(slices));
      rows.add(
          new Rows(Shape.UNKNOWN_SIZE, tf.select(small, i == 0 ? all : tf.constant(0), share)));
    }
    return rows;
  }
}
