package io.github.tfrnn.conformance;

import io.github.tfrnn.cells.RnnCell;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import io.github.tfrnn.rnn.Engine;
import io.github.tfrnn.rnn.Rnn;
import io.github.tfrnn.rnn.RnnOptions;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Stack;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.types.family.TType;

/** Runs a cell by either driver, with flat lists of tensors in and out. */
final class Drivers {
  private Drivers() {}

  /** How to run it. */
  enum Mode {
    WHOLE_ROWS,
    LENGTHS,
    RECOMPUTE_LENGTHS
  }

  /** The cell in a loop. */
  static <X, Y, S> Results looped(VariableScope scope, RnnCell<X, Y, S> cell, Fed fed, Mode mode) {
    var state = cell.stateSize().pack(fed.initial());
    var result =
        Rnn.dynamicRnn(
            scope,
            cell,
            cell.inputSize().pack(fed.inputs()),
            options -> options(options.initialState(state).engine(Engine.LOOP), fed, mode));
    return new Results(
        cell.outputSize().flatten(result.outputs()), cell.stateSize().flatten(result.state()));
  }

  private static <S> RnnOptions<S> options(RnnOptions<S> options, Fed fed, Mode mode) {
    return switch (mode) {
      case WHOLE_ROWS -> options;
      case LENGTHS -> options.sequenceLength(fed.lengths());
      case RECOMPUTE_LENGTHS -> options.sequenceLength(fed.lengths()).recompute();
    };
  }

  /** The cell unrolled for {@code time} steps. */
  static <X, Y, S> Results stepped(
      VariableScope scope, RnnCell<X, Y, S> cell, Fed fed, int time, Mode mode) {
    var tf = scope.tf();
    var steps = new ArrayList<X>();
    var parts = fed.inputs().stream().map(input -> unstacked(tf, input, time)).toList();
    for (int t = 0; t < time; t++) {
      int at = t;
      steps.add(cell.inputSize().pack(parts.stream().map(part -> part.get(at)).toList()));
    }
    var state = cell.stateSize().pack(fed.initial());
    var result =
        Rnn.staticRnn(
            scope, cell, steps, options -> options(options.initialState(state), fed, mode));
    return new Results(
        stacked(tf, cell.outputSize(), result.outputs()), cell.stateSize().flatten(result.state()));
  }

  private static <T extends TType> List<? extends Operand<?>> unstacked(
      Ops tf, Operand<T> input, int time) {
    return tf.unstack(input, (long) time, Unstack.axis(1L)).output();
  }

  private static <Y> List<Operand<?>> stacked(Ops tf, Structure<Y> structure, List<Y> outputs) {
    var flat = outputs.stream().map(structure::flatten).toList();
    var stacked = new ArrayList<Operand<?>>();
    for (int i = 0; i < structure.leaves().size(); i++) {
      int part = i;
      long axis = structure.leaves().get(i).batched() ? 1 : 0;
      stacked.add(stacked(tf, axis, flat.stream().<Operand<?>>map(y -> y.get(part)).toList()));
    }
    return stacked;
  }

  @SuppressWarnings("unchecked") // one part of the outputs of several steps
  private static <T extends TType> Operand<T> stacked(Ops tf, long axis, List<Operand<?>> parts) {
    return tf.stack((List<Operand<T>>) (List<?>) parts, Stack.axis(axis));
  }
}
