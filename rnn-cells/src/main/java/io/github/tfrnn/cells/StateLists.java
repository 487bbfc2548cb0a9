package io.github.tfrnn.cells;

import io.github.tfrnn.ops.Leaf;
import io.github.tfrnn.ops.Structure;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.tensorflow.Operand;

/** States that are made of several states of one kind. */
final class StateLists {
  private StateLists() {}

  /**
   * The structure of a list.
   *
   * @param part the structure of each of its entries
   * @param leaves those of all entries, under names of their own
   */
  static <S> Structure<List<S>> of(Structure<S> part, List<Leaf> leaves) {
    int size = part.leaves().size();
    return Structure.of(
        leaves,
        states -> {
          var flat = new ArrayList<Operand<?>>();
          states.forEach(state -> flat.addAll(part.flatten(state)));
          return flat;
        },
        flat -> {
          var states = new ArrayList<S>();
          for (int from = 0; from < flat.size(); from += size) {
            states.add(part.pack(flat.subList(from, from + size)));
          }
          return List.copyOf(states);
        });
  }

  /** The structure of a value that holds what another one holds, in another form. */
  static <V, W> Structure<W> as(Structure<V> structure, Function<W, V> from, Function<V, W> to) {
    return Structure.of(
        structure.leaves(),
        value -> structure.flatten(from.apply(value)),
        parts -> to.apply(structure.pack(parts)));
  }
}
