package io.github.tfrnn.rnn;

import io.github.tfrnn.cells.RnnCell;
import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TType;

/** An unrolled cell whose state comes from and goes to a {@link StateSaver}. */
final class StateSavingRnn {
  private StateSavingRnn() {}

  static <X, Y, S> RnnResult<List<Y>, S> run(
      VariableScope scope,
      RnnCell<X, Y, S> cell,
      List<? extends X> inputs,
      StateSaver saver,
      List<String> names,
      RnnOptions<S> options) {
    requireNames(scope.name(), cell.stateSize(), names);
    if (options.state().isPresent()) {
      throw new IllegalArgumentException(
          scope.name()
              + ": initialState must come from the state saver, got one more. Leave out the option.");
    }
    var tf = scope.tf();
    var initial = new ArrayList<Operand<?>>();
    for (String name : names) {
      initial.add(saver.state(tf, name));
    }
    var result =
        StaticRnn.run(
            scope,
            cell,
            inputs,
            options.initialState(cell.stateSize().pack(initial)),
            Direction.FORWARD);
    var saves = new ArrayList<Op>();
    var last = cell.stateSize().flatten(result.state());
    for (int i = 0; i < last.size(); i++) {
      saves.add(saver.saveState(tf, names.get(i), last.get(i)));
    }
    var after = tf.withControlDependencies(saves);
    var outputs = new ArrayList<>(result.outputs());
    int end = outputs.size() - 1;
    outputs.set(end, after(after, cell.outputSize(), outputs.get(end)));
    return new RnnResult<>(List.copyOf(outputs), after(after, cell.stateSize(), result.state()));
  }

  private static void requireNames(String who, Structure<?> state, List<String> names) {
    var leaves = state.leaves();
    if (names.size() != leaves.size()) {
      throw new IllegalArgumentException(
          who
              + ": stateNames must be one for each part of the cell's state, #elems(state_name) !="
              + " #elems(state_size): "
              + names.size()
              + " vs. "
              + leaves.size()
              + ", got "
              + names
              + " for "
              + leaves.stream().map(Leaf::name).toList());
    }
    if (names.stream().distinct().count() < names.size()) {
      throw new IllegalArgumentException(
          who + ": stateNames must differ from each other, got " + names);
    }
  }

  /** The value, for use after what {@code tf} depends on. */
  private static <V> V after(Ops tf, Structure<V> structure, V value) {
    var parts = new ArrayList<Operand<?>>();
    structure.flatten(value).forEach(part -> parts.add(identity(tf, part)));
    return structure.pack(parts);
  }

  private static <T extends TType> Operand<T> identity(Ops tf, Operand<T> value) {
    return tf.identity(value);
  }
}
