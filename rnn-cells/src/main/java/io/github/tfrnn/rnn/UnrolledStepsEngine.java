package io.github.tfrnn.rnn;

import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Scan;
import io.github.tfrnn.ops.Structure;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Stack;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/**
 * {@link Engine#UNROLLED_STEPS}: several steps in each turn of the loop, and a plain loop over
 * those that are left.
 */
final class UnrolledStepsEngine implements SequenceEngine {
  /** Steps of a turn. */
  private static final int STEPS = 8;

  @Override
  public Engine name() {
    return Engine.UNROLLED_STEPS;
  }

  @Override
  public Optional<String> obstacle(SequenceRun<?, ?, ?> run) {
    if (run.dependence().isPresent()) {
      return run.dependence();
    }
    return run.options().segmentation().isPresent()
        ? Optional.of("segments are asked for")
        : Optional.empty();
  }

  @Override
  public <X, Y, S> SequenceOutput<Y, S> run(SequenceRun<X, Y, S> run) {
    return run.masked(clean -> loops(clean, Stepping.of(clean)));
  }

  private static <P, Y, S> SequenceOutput<Y, S> loops(
      SequenceRun<?, Y, S> run, Stepping<P, Y, S> stepping) {
    var pieces = Pieces.of(run, Pieces.steps(run), run.tf().constant(STEPS), STEPS);
    var cut = pieces.cut(stepping.structure(), stepping.sequences());
    return pieces.inOrder(
        run,
        state -> turns(run, stepping, pieces, cut.whole(), state),
        state ->
            LoopEngine.scan(
                run.from(pieces.whole()), stepping.over(cut.left()), state, Optional.empty()));
  }

  /** The loop over whole pieces. */
  private static <P, Y, S> SequenceOutput<Y, S> turns(
      SequenceRun<?, Y, S> run, Stepping<P, Y, S> stepping, Pieces pieces, P sequences, S initial) {
    var tf = run.tf();
    var cell = run.cell();
    var inputs = repeated(stepping.structure());
    var outputs = repeated(cell.outputSize());
    var scan =
        Scan.carrying(tf, cell.stateSize(), initial)
            .named(run.scope().name())
            .over(inputs, everyNth(pieces, stepping.structure(), sequences))
            .batch(run.sizes().batch())
            .options(any -> LoopEngine.options(run));
    var result =
        (run.isBackward() ? scan.reverse() : scan)
            .run(
                outputs,
                (body, state, x) -> {
                  var at = body.tf().math.mul(body.position(), body.tf().constant(STEPS));
                  return turn(run, stepping, body.tf(), at, state, x);
                });
    return new SequenceOutput<>(
        interleaved(pieces, cell.outputSize(), result.outputs()), result.carry());
  }

  private static <P, Y, S> Scan.Next<S, List<Y>> turn(
      SequenceRun<?, Y, S> run,
      Stepping<P, Y, S> stepping,
      Ops tf,
      Operand<TInt32> at,
      S before,
      List<P> x) {
    var state = before;
    var outputs = new ArrayList<Y>();
    for (int i = 0; i < STEPS; i++) {
      int step = run.isBackward() ? STEPS - 1 - i : i;
      var next = stepping.step().apply(tf, x.get(step), state);
      state = run.kept(tf, tf.math.add(at, tf.constant(step)), next.state(), state);
      outputs.add(next.output());
    }
    if (run.isBackward()) {
      Collections.reverse(outputs);
    }
    return new Scan.Next<>(state, outputs);
  }

  /** As many values as a turn has steps. */
  private static <V> Structure<List<V>> repeated(Structure<V> structure) {
    var leaves = new ArrayList<Leaf>();
    for (int i = 0; i < STEPS; i++) {
      leaves.addAll(structure.leaves());
    }
    int size = structure.leaves().size();
    return Structure.of(
        leaves,
        values -> values.stream().<Operand<?>>flatMap(v -> structure.flatten(v).stream()).toList(),
        parts -> {
          var values = new ArrayList<V>();
          for (int i = 0; i < STEPS; i++) {
            values.add(structure.pack(parts.subList(i * size, (i + 1) * size)));
          }
          return values;
        });
  }

  /** The sequences of each step of a turn: steps i, i + k, i + 2k ... */
  private static <V> List<V> everyNth(Pieces pieces, Structure<V> structure, V sequences) {
    return PartByPart.apart(structure, sequences, STEPS, part -> everyNth(pieces, part));
  }

  private static <T extends TType> List<Output<T>> everyNth(Pieces pieces, Operand<T> sequence) {
    return pieces.tf().unstack(pieces.inPieces(sequence), (long) STEPS, Unstack.axis(1L)).output();
  }

  /** The inverse of {@link #everyNth}. */
  private static <V> V interleaved(Pieces pieces, Structure<V> structure, List<V> steps) {
    return PartByPart.together(structure, steps, parts -> interleaved(pieces, parts));
  }

  @SuppressWarnings("unchecked") // all are the same part of one structure
  private static <T extends TType> Operand<T> interleaved(Pieces pieces, List<Operand<?>> steps) {
    var stacked = pieces.tf().stack((List<Operand<T>>) (List<?>) steps, Stack.axis(1L));
    return pieces.inSteps(stacked);
  }
}
