package io.github.tfrnn.rnn;

import io.github.tfrnn.ops.Structure;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.tensorflow.Operand;

/** Takes values apart into several of the same structure and puts several together into one. */
final class PartByPart {
  private PartByPart() {}

  /**
   * Makes {@code count} values of one.
   *
   * @param apart makes {@code count} tensors of each part
   */
  static <V> List<V> apart(
      Structure<V> structure,
      V value,
      int count,
      Function<Operand<?>, List<? extends Operand<?>>> apart) {
    var values = new ArrayList<List<Operand<?>>>();
    for (int i = 0; i < count; i++) {
      values.add(new ArrayList<>());
    }
    for (var part : structure.flatten(value)) {
      var cut = apart.apply(part);
      for (int i = 0; i < count; i++) {
        values.get(i).add(cut.get(i));
      }
    }
    return values.stream().map(structure::pack).toList();
  }

  /**
   * Makes one value of several.
   *
   * @param together makes one tensor of the same part of all values
   */
  static <V> V together(
      Structure<V> structure, List<V> values, Function<List<Operand<?>>, Operand<?>> together) {
    var parts = values.stream().map(structure::flatten).toList();
    var whole = new ArrayList<Operand<?>>();
    for (int i = 0; i < structure.leaves().size(); i++) {
      int part = i;
      whole.add(together.apply(parts.stream().<Operand<?>>map(each -> each.get(part)).toList()));
    }
    return structure.pack(whole);
  }
}
