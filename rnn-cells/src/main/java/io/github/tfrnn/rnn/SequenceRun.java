package io.github.tfrnn.rnn;

import io.github.tfrnn.cells.RnnCell;
import io.github.tfrnn.ops.Sequences;
import io.github.tfrnn.ops.VariableScope;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/**
 * A cell and the sequences to run it over, as an engine is given them.
 *
 * @param scope the one that the driver entered
 * @param inputs each part {@code [time, batch, depth...]}; past the ends of rows they hold anything
 * @param sizes of the inputs
 * @param initial the state to begin with
 * @param padding the lengths of the rows, if they have any
 */
record SequenceRun<X, Y, S>(
    VariableScope scope,
    RnnCell<X, Y, S> cell,
    X inputs,
    SequenceSizes sizes,
    S initial,
    Optional<Padding> padding,
    Direction direction,
    RnnOptions<S> options) {

  Ops tf() {
    return scope.tf();
  }

  boolean isBackward() {
    return direction == Direction.BACKWARD;
  }

  /** The same built with other ops, those of a body. */
  SequenceRun<X, Y, S> within(Ops tf) {
    return new SequenceRun<>(
        scope.withOps(tf), cell, inputs, sizes.within(tf), initial, padding, direction, options);
  }

  /** The same cell and lengths over other sequences. */
  SequenceRun<X, Y, S> over(X inputs, SequenceSizes sizes, S initial) {
    return new SequenceRun<>(scope, cell, inputs, sizes, initial, padding, direction, options);
  }

  /** The same with other rows. */
  SequenceRun<X, Y, S> withPadding(Optional<Padding> padding) {
    return new SequenceRun<>(scope, cell, inputs, sizes, initial, padding, direction, options);
  }

  /** The same for sequences whose first step is step {@code at} of these. */
  SequenceRun<X, Y, S> from(Operand<TInt32> at) {
    return withPadding(padding.map(ends -> ends.from(tf(), at)));
  }

  /** What forbids to run rows apart from each other or several steps at once, if anything. */
  Optional<String> dependence() {
    return cell.hasIndependentRows()
        ? Optional.empty()
        : Optional.of(
            "a " + cell.getClass().getSimpleName() + " does not say that its rows are independent");
  }

  /** The parts of the inputs. */
  List<Operand<?>> parts() {
    return cell.inputSize().flatten(inputs);
  }

  /** Sequences with each row from its last step to its first; what is past the end stays. */
  <T extends TType> Operand<T> reversed(Operand<T> sequences) {
    if (padding.isEmpty()) {
      return tf().reverse(sequences, tf().constant(new int[] {0}));
    }
    var lengths = padding.get().lengths();
    var cut = tf().math.maximum(tf().math.minimum(lengths, sizes.time()), tf().constant(0));
    return Sequences.reverse(tf(), sequences, cut, true);
  }

  /**
   * Runs sequences with zeros for inputs past the ends of rows, whatever was there, and writes
   * zeros to the outputs there.
   */
  SequenceOutput<Y, S> masked(Function<SequenceRun<X, Y, S>, SequenceOutput<Y, S>> engine) {
    if (padding.isEmpty()) {
      return engine.apply(this);
    }
    var ends = padding.get();
    var inside = ends.inside(tf(), sizes.time());
    var clean = ends.clear(tf(), "inputs", inside, cell.inputSize(), inputs);
    var result = engine.apply(over(clean, sizes, initial));
    return new SequenceOutput<>(
        ends.clear(tf(), "output", inside, cell.outputSize(), result.outputs()), result.state());
  }

  /** The state after a step: the new one, or in rows that have ended the old one. */
  S kept(Ops tf, Operand<TInt32> position, S fresh, S old) {
    return padding
        .map(ends -> ends.hold(tf(), tf, position, cell.stateSize(), fresh, old))
        .orElse(fresh);
  }
}
