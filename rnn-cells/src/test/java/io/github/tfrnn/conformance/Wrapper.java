package io.github.tfrnn.conformance;

import io.github.tfrnn.cells.CompiledWrapper;
import io.github.tfrnn.cells.RnnCell;
import io.github.tfrnn.cells.TensorCell;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;

/**
 * A cell around a cell: one entry, and every cell of the list is run inside it.
 *
 * @param name for the report
 * @param around puts a new wrapper around a new cell
 * @param unfit tells why an entry with such a cell cannot be wrapped
 */
record Wrapper(
    String name, Function<RnnCell<?, ?, ?>, RnnCell<?, ?, ?>> around, List<Unfit> unfit) {

  /**
   * Cells that a wrapper does not take.
   *
   * @param reason in words
   */
  record Unfit(String reason, BiPredicate<Entry, RnnCell<?, ?, ?>> test) {}

  /** All wrappers. A new one is one entry. */
  static List<Wrapper> all() {
    return List.of(any("CompiledWrapper", CompiledWrapper::of));
  }

  /** A wrapper of cells with any input, output and state. */
  static Wrapper any(String name, Function<RnnCell<?, ?, ?>, RnnCell<?, ?, ?>> around) {
    return new Wrapper(name, around, List.of());
  }

  /** A wrapper of cells with one tensor in and one out. */
  static Wrapper ofTensors(String name, Function<TensorCell<?, ?>, RnnCell<?, ?, ?>> around) {
    return any(name, cell -> around.apply((TensorCell<?, ?>) cell))
        .unless(
            "its input or its output is not one tensor",
            (entry, cell) -> !(cell instanceof TensorCell<?, ?>));
  }

  /** Returns the wrapper skipping some cells. */
  Wrapper unless(String reason, BiPredicate<Entry, RnnCell<?, ?, ?>> test) {
    var more = new ArrayList<>(unfit);
    more.add(new Unfit(reason, test));
    return new Wrapper(name, around, List.copyOf(more));
  }

  @Override
  public String toString() {
    return Suite.IN_WRAPPERS + " " + name;
  }

  Optional<String> reasonAgainst(Entry entry, RnnCell<?, ?, ?> cell) {
    return unfit.stream()
        .filter(unfit -> unfit.test().test(entry, cell))
        .map(Unfit::reason)
        .findFirst();
  }
}
