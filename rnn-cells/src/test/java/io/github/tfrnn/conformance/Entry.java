package io.github.tfrnn.conformance;

import io.github.tfrnn.cells.RnnCell;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.types.family.TFloating;

/** One cell of the list: how to make it, what it takes, and which suites it cannot pass. */
final class Entry {
  private final String name;
  private final Maker maker;
  private final List<Input> inputs;
  private final Map<String, String> reasons;
  private final String idle;

  /** Makes a new cell; the element type is one that the entry does not know. */
  @FunctionalInterface
  interface Maker {
    RnnCell<?, ?, ?> of(Class<TFloating> type);
  }

  private Entry(
      String name, Maker maker, List<Input> inputs, Map<String, String> reasons, String idle) {
    this.name = name;
    this.maker = maker;
    this.inputs = inputs;
    this.reasons = reasons;
    this.idle = idle;
  }

  /**
   * An entry.
   *
   * @param maker such as {@code type -> GruCell.builder(type, 3).build()}
   * @param inputs one for each leaf of the cell's {@code inputSize()}
   */
  static Entry of(String name, Maker maker, Input... inputs) {
    return new Entry(name, maker, List.of(inputs), Map.of(), "");
  }

  /** Returns the entry leaving out a suite, which shows as skipped for this reason. */
  Entry without(Suite suite, String reason) {
    return withoutNamed(suite.name(), reason);
  }

  /** Returns the entry leaving out a {@link Wrapper}, which shows as skipped for this reason. */
  Entry withoutWrapper(String wrapper, String reason) {
    return withoutNamed(wrapper, reason);
  }

  /** Returns the entry of a cell that keeps a variable for the checkpoints and does not use it. */
  Entry withIdle(String variable) {
    return new Entry(name, maker, inputs, reasons, variable);
  }

  boolean isIdle(String variable) {
    return !idle.isEmpty() && variable.endsWith("/" + idle);
  }

  private Entry withoutNamed(String test, String reason) {
    var more = new HashMap<>(reasons);
    more.put(test, reason);
    return new Entry(name, maker, inputs, more, idle);
  }

  @SuppressWarnings("unchecked") // the entry works with any type
  RnnCell<?, ?, ?> make(Class<? extends TFloating> type) {
    return maker.of((Class<TFloating>) (Class<?>) type);
  }

  List<Input> inputs() {
    return inputs;
  }

  Optional<String> reasonAgainst(Suite suite) {
    return Optional.ofNullable(reasons.get(suite.name()));
  }

  Optional<String> reasonAgainstWrapper(String wrapper) {
    return Optional.ofNullable(reasons.get(wrapper));
  }

  /** What the other suites run in: double precision, unless the cell has only single. */
  Precision precision() {
    return reasons.containsKey(Suite.BOTH_TYPES.name()) ? Precision.SINGLE : Precision.DOUBLE;
  }

  @Override
  public String toString() {
    return name;
  }
}
