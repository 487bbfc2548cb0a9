package io.github.tfrnn.rnn;

import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Scan;
import io.github.tfrnn.ops.ScanOptions;
import io.github.tfrnn.ops.Structure;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * A loop over segments of sequences, with a loop over the steps of a segment inside. Only the
 * states between segments are stored; the gradient runs a segment once more before it goes back
 * through it, and adds up the gradients of weights segment by segment.
 *
 * @param steps of a segment; by itself about the square root of all steps
 */
record Segments(OptionalInt steps) {

  /**
   * Adds the loops.
   *
   * @param run with inputs that are zeros past the ends of rows
   * @return outputs that may hold anything there
   */
  <X, Y, S> SequenceOutput<Y, S> run(SequenceRun<X, Y, S> run) {
    long time = run.sizes().known().get(0);
    long known =
        steps.orElse(time < 0 ? -1 : (int) Math.max(1, Math.round(Math.sqrt((double) time))));
    var count = Pieces.steps(run);
    var length = known > 0 ? run.tf().constant((int) known) : root(run.tf(), count);
    var pieces = Pieces.of(run, count, length, known);
    var cut = pieces.cut(run.cell().inputSize(), run.inputs());
    return pieces.inOrder(
        run,
        state -> segments(run, pieces, known, cut.whole(), state),
        state ->
            LoopEngine.allSteps(
                run.from(pieces.whole())
                    .over(cut.left(), run.sizes().withTime(-1, pieces.left()), state)));
  }

  /** The square root, rounded, at least 1. */
  private static Operand<TInt32> root(Ops tf, Operand<TInt32> steps) {
    var root = tf.math.round(tf.math.sqrt(tf.dtypes.cast(steps, TFloat32.class)));
    return tf.math.maximum(tf.dtypes.cast(root, TInt32.class), tf.constant(1));
  }

  private static <X, Y, S> SequenceOutput<Y, S> segments(
      SequenceRun<X, Y, S> run, Pieces pieces, long known, X inputs, S initial) {
    var tf = run.tf();
    var cell = run.cell();
    var parts = new ArrayList<Operand<?>>();
    cell.inputSize().flatten(inputs).forEach(part -> parts.add(pieces.inPieces(part)));
    var sizes = run.sizes().withTime(known, pieces.length());
    var scan =
        Scan.carrying(tf, cell.stateSize(), initial)
            .named(run.scope().name())
            .over(ofSegments(cell.inputSize()), cell.inputSize().pack(parts))
            .batch(sizes.batch())
            .outputShapes(shapes(tf, cell.outputSize(), sizes))
            .options(any -> options(run));
    var result =
        (run.isBackward() ? scan.reverse() : scan)
            .run(
                ofSegments(cell.outputSize()),
                (body, state, x) -> {
                  var at = body.tf().math.mul(body.position(), pieces.length());
                  var inner =
                      run.within(body.tf()).from(at).over(x, sizes.within(body.tf()), state);
                  var output = LoopEngine.allSteps(inner);
                  return new Scan.Next<>(output.state(), output.outputs());
                });
    var outputs = new ArrayList<Operand<?>>();
    cell.outputSize().flatten(result.outputs()).forEach(part -> outputs.add(pieces.inSteps(part)));
    return new SequenceOutput<>(cell.outputSize().pack(outputs), result.carry());
  }

  /** Nothing of a segment is stored, not even for its weights, and no two are at work at once. */
  private static ScanOptions options(SequenceRun<?, ?, ?> run) {
    return run.options()
        .loop()
        .recomputing()
        .withParallelIterations(1)
        .accumulatingWeightGradients()
        .withIndependentRows();
  }

  /** The parts of a structure with a dimension more, of which its leaves do not know. */
  private static <V> Structure<V> ofSegments(Structure<V> structure) {
    return Structure.of(
        structure.leaves().stream().map(leaf -> Leaf.any(leaf.name())).toList(),
        structure::flatten,
        structure::pack);
  }

  /** The shapes of the outputs of a segment. */
  private static List<Operand<TInt32>> shapes(Ops tf, Structure<?> structure, SequenceSizes sizes) {
    var shapes = new ArrayList<Operand<TInt32>>();
    for (var leaf : structure.leaves()) {
      shapes.add(leaf.shape().isUnknown() ? tf.constant(-1) : shape(tf, leaf, sizes));
    }
    return shapes;
  }

  private static Operand<TInt32> shape(Ops tf, Leaf leaf, SequenceSizes sizes) {
    var all = new ArrayList<Operand<TInt32>>();
    all.add(sizes.time());
    if (leaf.batched()) {
      all.add(sizes.batch());
    }
    for (long size : leaf.shape().asArray()) {
      all.add(tf.constant((int) size));
    }
    return tf.stack(all);
  }
}
