package io.github.tfrnn.rnn;

import io.github.tfrnn.cells.HasProjection;
import io.github.tfrnn.cells.Step;
import io.github.tfrnn.ops.Structure;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/**
 * What a loop reads and does at each step: the inputs and the whole step, or what the cell makes of
 * all inputs at once and the rest of the step.
 *
 * @param structure of what a step reads
 * @param sequences what the steps read, each part {@code [time, batch, ...]}
 * @param step with the ops of the body
 */
record Stepping<P, Y, S>(Structure<P> structure, P sequences, StepOf<P, Y, S> step) {

  /** A step from an input of any form. */
  @FunctionalInterface
  interface StepOf<P, Y, S> {
    Step<Y, S> apply(Ops tf, P input, S state);
  }

  /** The same steps over other sequences. */
  Stepping<P, Y, S> over(P sequences) {
    return new Stepping<>(structure, sequences, step);
  }

  /** Adds what is done before the loop. */
  static <X, Y, S> Stepping<?, Y, S> of(SequenceRun<X, Y, S> run) {
    var cell = run.cell();
    if (cell instanceof HasProjection<?, ?, ?>) {
      @SuppressWarnings(
          "unchecked") // T stands for the type of the output, which nothing here asks for
      var projecting = (HasProjection<X, TFloat32, S>) cell;
      return projected(run, projecting);
    }
    return new Stepping<X, Y, S>(
        cell.inputSize(),
        run.inputs(),
        (ops, x, state) -> cell.step(run.scope().withOps(ops), x, state));
  }

  private static <X, Y, S> Stepping<?, Y, S> projected(
      SequenceRun<X, Y, S> run, HasProjection<X, TFloat32, S> cell) {
    var projection = cell.project(run.scope(), rows(run));
    var sequences = projection.inputs().stream().map(rows -> sequences(run, rows)).toList();
    @SuppressWarnings("unchecked") // such a cell gives one tensor
    StepOf<List<Operand<TFloat32>>, Y, S> step =
        (ops, x, state) -> (Step<Y, S>) projection.recurrence().step(ops, x, state);
    return new Stepping<>(Structure.tensors(sequences.size()), sequences, step);
  }

  /** The inputs as {@code [time * batch, depth...]}. */
  private static <X> X rows(SequenceRun<X, ?, ?> run) {
    var sizes = run.sizes();
    var tf = run.tf();
    var structure = run.cell().inputSize();
    var parts = new ArrayList<Operand<?>>();
    for (var part : structure.flatten(run.inputs())) {
      var count =
          sizes.known().hasUnknownDimension()
              ? tf.math.mul(sizes.time(), sizes.batch())
              : tf.constant((int) sizes.known().size());
      parts.add(Layout.reshape(tf, part, List.of(count), 2));
    }
    return structure.pack(parts);
  }

  private static <T extends TType> Operand<T> sequences(SequenceRun<?, ?, ?> run, Operand<T> rows) {
    List<Operand<TInt32>> first = List.of(run.sizes().time(), run.sizes().batch());
    return Layout.reshape(run.tf(), rows, first, 1);
  }
}
