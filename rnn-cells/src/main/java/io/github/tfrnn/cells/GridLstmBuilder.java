package io.github.tfrnn.cells;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tensorflow.types.family.TFloating;

/** The settings that grid LSTMs of one and of two directions share. */
abstract class GridLstmBuilder<T extends TFloating, B extends GridLstmBuilder<T, B>>
    extends FrequencyCellBuilder<T, B> {
  boolean sharedWeights;
  boolean coupledGates;
  private List<Integer> blocks = List.of();
  private List<Integer> starts = List.of();
  private List<Integer> ends = List.of();

  GridLstmBuilder(Class<T> type, int units, String name) {
    super(type, units, name);
  }

  /** Uses the weights of the LSTM over frequency for that over time too. */
  public B sharedTimeFrequencyWeights() {
    this.sharedWeights = true;
    return self();
  }

  /** Makes each forget gate one minus its input gate, so that there is no forget bias. */
  public B coupledInputForgetGates() {
    this.coupledGates = true;
    return self();
  }

  /**
   * Sets the number of frequency steps of each frequency block, which must be set: {@code
   * num_frequency_blocks} of TensorFlow 1.15. Each block has weights of its own.
   *
   * @param steps as many as there are windows in the block, {@code (width - featureSize) /
   *     frequencySkip + 1}
   * @throws IllegalArgumentException if one is below 1
   */
  public B frequencyBlocks(int... steps) {
    var copy = new ArrayList<Integer>();
    for (int count : steps) {
      copy.add(requirePositive("frequencyBlocks", count));
    }
    this.blocks = List.copyOf(copy);
    return self();
  }

  /**
   * Sets the first column of each frequency block; by default there is one block of all columns.
   *
   * @throws IllegalArgumentException if one is negative
   */
  public B startIndices(int... columns) {
    this.starts = columns("startIndices", columns);
    return self();
  }

  /**
   * Sets the column behind the last one of each frequency block.
   *
   * @throws IllegalArgumentException if one is negative
   */
  public B endIndices(int... columns) {
    this.ends = columns("endIndices", columns);
    return self();
  }

  private List<Integer> columns(String what, int... columns) {
    var copy = Arrays.stream(columns).boxed().toList();
    for (int column : copy) {
      if (column < 0) {
        throw refused(what, "at least 0", Integer.toString(column));
      }
    }
    return copy;
  }

  final FrequencyWindows windows() {
    int size = requireFeatureSize();
    if (blocks.isEmpty()) {
      throw refused("frequencyBlocks", "specified", "none");
    }
    if (starts.size() != ends.size()) {
      throw refused(
          "length of startIndices and endIndices", "equal", starts.size() + " and " + ends.size());
    }
    if (starts.isEmpty() && blocks.size() != 1) {
      throw refused(
          "length of frequencyBlocks",
          "1 without startIndices and endIndices",
          Integer.toString(blocks.size()));
    }
    if (!starts.isEmpty() && blocks.size() != starts.size()) {
      throw refused(
          "length of frequencyBlocks",
          "equal to that of startIndices, " + starts.size(),
          Integer.toString(blocks.size()));
    }
    return new FrequencyWindows(size, frequencySkip, blocks, starts, ends);
  }
}
