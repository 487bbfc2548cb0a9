package io.github.tfrnn.cells;

import java.util.List;
import java.util.stream.IntStream;

/**
 * What the dimensions of a {@link GridRnnCell} are, each named by its index.
 *
 * @param count how many there are
 * @param inputs those that get a part of the input
 * @param outputs those whose output is a part of the output
 * @param priority those that run last and see what the others gave
 * @param nonRecurrent those without a cell and a state
 */
record GridDimensions(
    int count,
    List<Integer> inputs,
    List<Integer> outputs,
    List<Integer> priority,
    List<Integer> nonRecurrent) {

  GridDimensions {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    priority = List.copyOf(priority);
    nonRecurrent = List.copyOf(nonRecurrent);
  }

  /** All of them, in order. */
  List<Integer> all() {
    return IntStream.range(0, count).boxed().toList();
  }

  /** Those with a cell and a state. */
  List<Integer> recurrent() {
    return without(nonRecurrent);
  }

  /** The groups that run one after the other; a group may be empty. */
  List<List<Integer>> groups() {
    return List.of(without(priority), priority);
  }

  boolean isRecurrent(int dimension) {
    return !nonRecurrent.contains(dimension);
  }

  private List<Integer> without(List<Integer> some) {
    return all().stream().filter(dimension -> !some.contains(dimension)).toList();
  }
}
